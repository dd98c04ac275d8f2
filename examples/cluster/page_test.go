package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

var update = flag.Bool("update", false, "write the pictures anew")

// example is a board amid a run: a worker is killed, another stopped, a broker is killed.
func example(t *testing.T, partitions int) sight {
	t.Helper()
	b := newBoard(brokerNames, workerNames, partitions, noon)
	for _, p := range b.processes {
		b.change(p.name, running, noon, time.Time{})
	}
	b.begin(noon)
	at := func(s float64) time.Time { return noon.Add(time.Duration(s * float64(time.Second))) }
	all := make([]*script, partitions)
	for p := range all {
		all[p] = &script{t: t}
	}
	position := uint64(0)
	for s := 0.25; s < 20; s += 0.5 {
		for p := range all {
			position++
			b.entry(p, position, at(s))
			owner := workerNames[p%3]
			switch {
			case owner == "b" && s > 6 && s < 8 || owner == "c" && s > 18:
				continue
			case owner == "b" && s > 8 && s < 12:
				owner = []string{"a", "c"}[p/3%2]
			}
			b.committed(owner, p, all[p].k.Position+1, at(s))
			b.heard(p, all[p].next(5+(p*7+int(s*3))%20, position, nil), at(s))
		}
		switch s {
		case 6.25:
			b.change("b", dead, at(6.3), at(11.3))
		case 11.25:
			b.change("b", running, at(11.4), time.Time{})
		case 18.25:
			b.change("c", asleep, at(18.3), at(24.3))
			b.change("n2", dead, at(19), at(23))
		}
	}
	for i, t := range templates {
		b.counted(t.id, 7*i*i*i, i%4/3)
	}
	for range 7 {
		b.redefined()
	}
	return b.see(at(20))
}

// pictured is the page without colours.
func pictured(s sight, width, height int, keys bool) string {
	p := painter{palette: newPalette(true), sight: s, width: width, height: height, lasts: time.Minute, keys: keys}
	return ansi.Strip(p.page())
}

// TestPage: the page is as in testdata.
func TestPage(t *testing.T) {
	got := pictured(example(t, 8), 80, 24, true) + "\n"
	name := filepath.Join("testdata", "page.golden")
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestPageFits: no line is longer than the terminal is wide, there are no more lines than it
// is high, and the keys are always the last of them.
func TestPageFits(t *testing.T) {
	for _, partitions := range []int{1, 8, 64} {
		s := example(t, partitions)
		for _, width := range []int{20, 60, 80, 200} {
			for _, height := range []int{1, 5, 12, 24, 60} {
				lines := strings.Split(pictured(s, width, height, true), "\n")
				what := fmt.Sprintf("%d partitions on %d by %d", partitions, width, height)
				if len(lines) != height {
					t.Errorf("%s: %d lines", what, len(lines))
				}
				for _, l := range lines {
					if n := ansi.StringWidth(l); n > width {
						t.Errorf("%s: a line has %d columns: %s", what, n, l)
					}
				}
				if !strings.HasPrefix(lines[len(lines)-1], " k kill a worker") {
					t.Errorf("%s: the last line is %q", what, lines[len(lines)-1])
				}
			}
		}
	}
}

// TestPageInOneColour: what is said is the same on a dark and on a light terminal.
func TestPageInOneColour(t *testing.T) {
	s := example(t, 8)
	var pages [2]string
	for i, dark := range []bool{true, false} {
		p := painter{palette: newPalette(dark), sight: s, width: 80, height: 24, lasts: time.Minute, keys: true}
		pages[i] = p.page()
	}
	if pages[0] == pages[1] {
		t.Error("the colours are the same on a dark and on a light terminal")
	}
	if ansi.Strip(pages[0]) != ansi.Strip(pages[1]) {
		t.Error("the text is not")
	}
}
