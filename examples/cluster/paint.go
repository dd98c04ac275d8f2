package main

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// The page is painted from a sight, as lines of the width of the terminal. From top to bottom:
// what is going on, brokers and workers, the partitions, and what has happened.

// page is all of it, no line longer than the width, and no more lines than the height.
func (p *painter) page() string {
	const frame = 10 // lines that are neither partitions nor events
	room := max(0, p.height-frame)
	if !p.keys {
		room += 2
	}
	rows := min(len(p.parts), max(1, room/2, room-6))
	lines := []string{p.title(), p.bar(), p.processesOf(isBroker), p.processesOf(isWorker), p.members(), ""}
	lines = append(lines, p.table(rows)...)
	lines = append(lines, "")
	lines = append(lines, p.happenings(max(0, room-rows-1))...)
	if p.keys {
		for len(lines) < p.height-1 {
			lines = append(lines, "")
		}
		lines = append(lines[:max(0, min(len(lines), p.height-1))], p.help())
	}
	for i, l := range lines {
		lines[i] = ansi.Truncate(l, p.width, "…")
	}
	return strings.Join(lines[:min(len(lines), p.height)], "\n")
}

// apart has two texts at the ends of a line.
func (p *painter) apart(left, right string) string {
	space := p.width - lipgloss.Width(left) - lipgloss.Width(right) - 1
	if space < 1 {
		return left
	}
	return left + strings.Repeat(" ", space) + right
}

// title says what is going on.
func (p *painter) title() string {
	left := " " + p.bold.Render("segment cluster") + p.dim.Render(fmt.Sprintf("  %d segments, defined anew %d times", len(templates), p.defined))
	now := p.bold.Render(p.phase)
	if p.phase == phaseWork {
		now += p.dim.Render("  " + clock(p.since) + " of " + clock(p.lasts))
	}
	return p.apart(left, now)
}

// clock is a length of time as minutes and seconds.
func clock(d time.Duration) string {
	s := int(d / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// bar is how far the load has come.
func (p *painter) bar() string {
	width := max(0, p.width-2)
	done := 0
	switch p.phase {
	case phaseWork:
		done = min(width, int(float64(width)*p.since.Seconds()/p.lasts.Seconds()))
	case phaseFinish, phaseCompare, phaseDone:
		done = width
	}
	return " " + p.key.Render(strings.Repeat("━", done)) + p.dim.Render(strings.Repeat("─", width-done))
}

// processesOf has the processes of a role in one line.
func (p *painter) processesOf(as role) string {
	line := " " + p.dim.Render(fmt.Sprintf("%-9s", string(as)+"s"))
	for _, c := range p.processes {
		if c.as == as {
			line += p.one(c) + "   "
		}
	}
	return line
}

// one is a process.
func (p *painter) one(c process) string {
	name := p.bold.Render(c.name)
	if c.as == isWorker {
		name = p.worker(c.name).Bold(true).Render(c.name)
	}
	switch left := seconds(max(0, c.until.Sub(p.now))); c.state {
	case starting:
		return p.warn.Render("○") + " " + name + p.warn.Render(" starting")
	case asleep:
		return p.warn.Render("◌") + " " + name + p.warn.Render(" stopped, goes on in "+left+" s")
	case dead:
		return p.bad.Render("✗") + " " + name + p.bad.Render(" killed, back in "+left+" s")
	}
	if c.as == isWorker {
		return p.good.Render("●") + " " + name + p.dim.Render(fmt.Sprintf(" has %d", p.has(c.name)))
	}
	return p.good.Render("●") + " " + name
}

// members says how many members segments have, those that there is room for.
func (p *painter) members() string {
	line := " " + p.dim.Render(fmt.Sprintf("%-7s", "members"))
	for _, t := range templates {
		s, ok := p.sizes[t.id]
		if !ok {
			continue
		}
		n := thousands(s.n)
		if s.missing > 0 {
			n = p.warn.Render(n + "?")
		}
		word := "  " + p.dim.Render(t.id) + " " + n
		if lipgloss.Width(line+word) > p.width {
			break
		}
		line += word
	}
	return line
}

// happenings are the newest events that fit, the newest last.
func (p *painter) happenings(room int) (lines []string) {
	for _, e := range p.events[max(0, len(p.events)-room):] {
		style := lipgloss.NewStyle()
		switch e.kind {
		case killed, stopped, alarm:
			style = p.bad
		case refused:
			style = p.warn
		case taken, back, paused:
			style = p.good
		case note, moved:
			style = p.dim
		}
		lines = append(lines, p.dim.Render(fmt.Sprintf("%7s", seconds(e.at.Sub(p.began))))+"  "+style.Render(e.String()))
	}
	return lines
}

// help says what keys do.
func (p *painter) help() string {
	line := ""
	for _, k := range [...][2]string{{"k", "kill a worker"}, {"b", "kill a broker"}, {"p", "pause a worker"}, {"q", "finish and compare"}} {
		line += " " + p.key.Render(k[0]) + " " + p.dim.Render(k[1]) + "  "
	}
	who := "kills by plan"
	if p.byHand {
		who = "by hand"
	}
	return p.apart(line, p.dim.Render(who))
}
