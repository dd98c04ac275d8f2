package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// The table has a line for each partition. Behind its numbers it shows the time that has
// passed, each half second in the colour of the worker that had the partition.

// A painter paints on a page of a size.
type painter struct {
	palette
	sight
	width, height int
	lasts         time.Duration // of the load
	byHand        bool
	keys          bool // the last line says what keys do
}

// columns before the strip, and how wide they are.
const columns = "%3s  %-10s %8s %6s %9s %6s %s  "

const columnsWide = 3 + 2 + 10 + 1 + 8 + 1 + 6 + 1 + 9 + 1 + 6 + 1 + 4 + 2

// table has so many rows, a head and a sum. If there are more partitions, the last row says so.
func (p *painter) table(rows int) (lines []string) {
	head := fmt.Sprintf(columns, "", "owner", "messages", "lag", "diffs", "/s", "gaps")
	lines = append(lines, p.dim.Render(head+"diffs, by half seconds"))
	most := p.most()
	for i, r := range p.parts {
		if rest := p.parts[i:]; i == rows-1 && len(rest) > 1 {
			var sum row
			for _, r := range rest {
				sum.add(r)
			}
			lines = append(lines, p.numbers("+", p.dim.Render(pad(fmt.Sprintf("%d more", len(rest)))), sum))
			break
		}
		lines = append(lines, p.numbers(strconv.Itoa(r.number), p.owner(r), r)+p.strip(r, most))
	}
	all := p.numbers("all", pad(""), p.all)
	return append(lines, p.bold.Render(all)+p.dim.Render(thousands(int(p.all.messages))+"/s messages"))
}

// numbers are the columns of a row, or of a sum.
func (p *painter) numbers(name, owner string, r row) string {
	lag := fmt.Sprintf("%6s", thousands(r.lag))
	if r.lost {
		lag = p.bad.Render(lag)
	}
	gaps := p.good.Render(fmt.Sprintf("%4d", r.gaps))
	if r.gaps > 0 {
		gaps = p.bad.Render(fmt.Sprintf("%4d", r.gaps))
	}
	return fmt.Sprintf(columns, name, owner, thousands(r.entries), lag, thousands(r.diffs), thousands(int(r.rate)), gaps)
}

// owner says who has a partition, or for how long nobody has.
func (p *painter) owner(r row) string {
	switch {
	case r.lost:
		return p.bad.Render(pad("✗ " + r.owner + " " + seconds(r.lostFor) + " s"))
	case r.owner != "":
		return p.worker(r.owner).Render(pad("● " + r.owner))
	}
	return p.dim.Render(pad("nobody yet"))
}

// pad is a text as wide as the column of owners.
func pad(s string) string { return fmt.Sprintf("%-10s", s) }

// cells is how many cells a strip has.
func (p *painter) cells() int { return max(0, p.width-columnsWide-1) }

// shown are the cells of a strip that there is room for.
func (p *painter) shown(r row) []cell { return r.strip[max(0, len(r.strip)-p.cells()):] }

// most is the number of diffs of the highest cell that is shown.
func (p *painter) most() int {
	most := 1
	for _, r := range p.parts {
		for _, c := range p.shown(r) {
			most = max(most, c.diffs)
		}
	}
	return most
}

// bars are heights of a cell. They grow as the root of the number: who comes back has much to
// tell at once, and the others are to be seen beside it.
var bars = []rune("▁▂▃▄▅▆▇█")

// bar is the height of a number.
func bar(n, most int) rune {
	return bars[int(math.Sqrt(float64(n)/float64(most))*float64(len(bars)-1)+0.5)]
}

// strip is what a partition has told, cell by cell: a dot is nothing.
func (p *painter) strip(r row, most int) string {
	var out, run strings.Builder
	owner, runs := "", "" // of the cell, and of the cells in run
	flush := func() {
		out.WriteString(p.worker(runs).Render(run.String()))
		run.Reset()
	}
	for _, c := range p.shown(r) {
		if c.owner != "" {
			owner = c.owner
		}
		of, sign := owner, '·'
		if c.diffs > 0 {
			sign = bar(c.diffs, most)
		} else {
			of = "" // nobody's
		}
		if of != runs {
			flush()
			runs = of
		}
		run.WriteRune(sign)
	}
	flush()
	return out.String()
}
