package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
)

// A page shows a cluster on a terminal, and takes keys.
type page struct {
	board  *board
	out    io.Writer
	paint  painter
	order  func(order) // what keys ask for
	finish func()
	cancel func(error)
}

func newPage(b *board, lasts time.Duration, out io.Writer) *page {
	return &page{board: b, out: out, paint: painter{palette: newPalette(true), lasts: lasts, width: 80, height: 24}}
}

// frame is how long a picture stays.
const frame = 200 * time.Millisecond

// A refresh says that the next picture is to be made.
type refresh struct{}

func nextFrame() tea.Cmd { return tea.Tick(frame, func(time.Time) tea.Msg { return refresh{} }) }

// run shows the cluster until the context ends, and then leaves the terminal as it was.
func (p *page) run(ctx context.Context) error {
	program := tea.NewProgram(p, tea.WithOutput(p.out), tea.WithoutSignalHandler())
	defer context.AfterFunc(ctx, program.Quit)()
	_, err := program.Run()
	return err
}

// Init asks the terminal whether it is dark.
func (p *page) Init() tea.Cmd {
	p.paint.sight = p.board.see(time.Now())
	return tea.Batch(tea.RequestBackgroundColor, nextFrame())
}

// Update takes in a key, or that time has passed.
func (p *page) Update(m tea.Msg) (tea.Model, tea.Cmd) {
	switch m := m.(type) {
	case refresh:
		p.paint.sight = p.board.see(time.Now())
		return p, nextFrame()
	case tea.BackgroundColorMsg:
		p.paint.palette = newPalette(m.IsDark())
	case tea.WindowSizeMsg:
		p.paint.width, p.paint.height = m.Width, m.Height
	case tea.KeyPressMsg:
		p.press(m.String())
	}
	return p, nil
}

// press does what a key says.
func (p *page) press(key string) {
	orders := map[string]order{"k": killWorker, "b": killBroker, "p": stopWorker}
	switch o, ok := orders[key]; {
	case ok:
		p.paint.byHand = true
		p.order(o)
	case key == "q":
		p.finish()
	case key == "ctrl+c":
		p.cancel(errInterrupted)
	}
}

// View is the picture.
func (p *page) View() tea.View {
	p.paint.keys = true
	v := tea.NewView(p.paint.page())
	v.AltScreen = true
	v.WindowTitle = "segment cluster"
	return v
}

// finally writes the last picture and the verdict where they stay.
func (p *page) finally(v verdict) {
	last := p.paint
	last.sight = p.board.see(time.Now())
	last.keys = false
	last.phase = phaseDone
	last.height = 16 + len(last.parts) + len(last.events)
	lines := v.lines()
	sign, style := "✓ ", last.good
	if !v.good() {
		sign, style = "✗ ", last.bad
	}
	fmt.Fprintln(p.out)
	_, _ = lipgloss.Fprintln(p.out, last.page()+"\n\n "+style.Bold(true).Render(sign+lines[0])+"\n   "+strings.Join(lines[1:], "\n   "))
}
