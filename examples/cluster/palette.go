package main

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// A palette is styles for a dark or a light terminal. What is not named has the colour of the
// terminal. Nothing is said by colour alone, so that the page reads in one colour, too.
type palette struct {
	bold, dim, good, bad, warn, key lipgloss.Style
	workers                         map[string]lipgloss.Style
}

// newPalette returns the palette for a dark or a light terminal.
func newPalette(dark bool) palette {
	pick := lipgloss.LightDark(dark)
	style := func(onLight, onDark string) lipgloss.Style {
		return lipgloss.NewStyle().Foreground(pick(lipgloss.Color(onLight), lipgloss.Color(onDark)))
	}
	var none color.Color = lipgloss.NoColor{}
	return palette{
		bold: lipgloss.NewStyle().Foreground(none).Bold(true),
		dim:  style("#6b7280", "#8b949e"),
		good: style("#116329", "#56d364"),
		bad:  style("#cf222e", "#ff5f5f").Bold(true),
		warn: style("#9a6700", "#e3b341"),
		key:  style("#0550ae", "#79c0ff").Bold(true),
		workers: map[string]lipgloss.Style{
			"a": style("#0969da", "#58a6ff"),
			"b": style("#bc4c00", "#ffaf5f"),
			"c": style("#8250df", "#bc8cff"),
		},
	}
}

// worker is the style of a worker.
func (p palette) worker(name string) lipgloss.Style {
	if s, ok := p.workers[name]; ok {
		return s
	}
	return p.dim
}
