package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// A chart is the time of some engines over a number of things.
type chart struct {
	title, x, y string
	lines       map[string]map[int]float64
}

func (c *chart) add(line string, x int, y float64) {
	if c.lines == nil {
		c.lines = map[string]map[int]float64{}
	}
	if c.lines[line] == nil {
		c.lines[line] = map[int]float64{}
	}
	c.lines[line][x] = y
}

func (c *chart) xs() (xs []int) {
	for _, line := range c.lines {
		xs = slices.AppendSeq(xs, maps.Keys(line))
	}
	slices.Sort(xs)
	return slices.Compact(xs)
}

// names are the lines, the lowest first.
func (c *chart) names() []string {
	names, first := slices.Sorted(maps.Keys(c.lines)), c.xs()[0]
	slices.SortStableFunc(names, func(a, b string) int {
		return int(math.Copysign(1, c.lines[a][first]-c.lines[b][first]))
	})
	return names
}

// table is the chart as Markdown, with what others take as a multiple of ours.
func (c *chart) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**, %s\n\n| %s |", c.title, c.y, c.x)
	for _, x := range c.xs() {
		fmt.Fprintf(&b, " %d |", x)
	}
	b.WriteString("\n|---|" + strings.Repeat("--:|", len(c.xs())) + "\n")
	names := c.names()
	for _, name := range names {
		fmt.Fprintf(&b, "| %s |", name)
		for _, x := range c.xs() {
			switch y, ok := c.lines[name][x]; {
			case !ok:
				b.WriteString(" – |")
			case name == names[0]:
				fmt.Fprintf(&b, " %.3g |", y)
			default:
				fmt.Fprintf(&b, " %s (×%.0f) |", digits(y), y/c.lines[names[0]][x])
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// The plot, in points.
const (
	width, height = 640.0, 400.0
	left, right   = 70.0, 450.0
	top, bottom   = 40.0, 350.0
)

var colours = []string{"#c22", "#27c", "#292", "#a6a", "#888"}

// svg is the chart as lines over two logarithmic axes.
func (c *chart) svg() string {
	xs := c.xs()
	x0, x1 := math.Log10(float64(xs[0])), math.Log10(float64(xs[len(xs)-1]))
	y0, y1 := math.Inf(1), math.Inf(-1)
	for _, line := range c.lines {
		for _, y := range line {
			y0, y1 = min(y0, math.Floor(math.Log10(y))), max(y1, math.Ceil(math.Log10(y)))
		}
	}
	x := func(v int) float64 { return left + (math.Log10(float64(v))-x0)/(x1-x0)*(right-left) }
	y := func(v float64) float64 { return bottom - (math.Log10(v)-y0)/(y1-y0)*(bottom-top) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="%g" height="%g" fill="white"/><text x="%g" y="20" font-size="14">%s</text>`+"\n", width, height, left, c.title)
	for _, v := range xs {
		fmt.Fprintf(&b, `<line x1="%[1]g" x2="%[1]g" y1="%[2]g" y2="%[3]g" stroke="#ddd"/><text x="%[1]g" y="%[4]g" text-anchor="middle">%[5]d</text>`+"\n", x(v), top, bottom, bottom+16, v)
	}
	for e := y0; e <= y1; e++ {
		v := math.Pow(10, e)
		fmt.Fprintf(&b, `<line x1="%[1]g" x2="%[2]g" y1="%[3]g" y2="%[3]g" stroke="#ddd"/><text x="%[4]g" y="%[5]g" text-anchor="end">%[6]g</text>`+"\n", left, right, y(v), left-6, y(v)+4, v)
	}
	fmt.Fprintf(&b, `<text x="%g" y="%g" text-anchor="middle">%s</text><text x="%g" y="%g">%s</text>`+"\n", (left+right)/2, bottom+34, c.x, 6.0, top-8, c.y)
	for i, name := range c.names() {
		var points []string
		end := 0
		for _, v := range xs {
			if t, ok := c.lines[name][v]; ok {
				points = append(points, fmt.Sprintf("%.1f,%.1f", x(v), y(t)))
				end = v
			}
		}
		colour := colours[i%len(colours)]
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`, strings.Join(points, " "), colour)
		fmt.Fprintf(&b, `<circle cx="%g" cy="%g" r="3" fill="%s"/><text x="%g" y="%g" fill="%s">%s</text>`+"\n", x(end), y(c.lines[name][end]), colour, x(end)+8, y(c.lines[name][end])+4, colour, name)
	}
	return b.String() + "</svg>\n"
}

// digits is a time in four digits, or more.
func digits(y float64) string {
	if y >= 1000 {
		return fmt.Sprintf("%.0f", y)
	}
	return fmt.Sprintf("%.4g", y)
}
