package main

import (
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment/bench/workload"
)

// TestAgree runs all engines on few segments: match and change end the program
// where two of them differ.
func TestAgree(t *testing.T) {
	for _, p := range []workload.Profile{workload.Eqs, workload.Flat, workload.Ranges} {
		b := bench{profile: p, span: time.Microsecond, rounds: 1, most: map[string]int{"cel-go": 200, "expr-lang/expr": 200}}
		c := chart{title: "t", x: "segments", y: "µs"}
		b.match(200, &c)
		b.match(300, &c)
		b.change(200, 50, &c)
		if table := c.table(); strings.Count(table, "\n") != 10 || !strings.Contains(table, "–") {
			t.Error(table)
		}
		if svg := c.svg(); strings.Count(svg, "<polyline") != 6 {
			t.Error(svg)
		}
	}
}
