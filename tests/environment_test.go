package tests

import (
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

func TestEnvironment(t *testing.T) {
	here := segment.EnvironmentHere()
	if here != segment.EnvironmentHere() || here.Differs(here) != "" {
		t.Error("the environment is not what it is")
	}
	if here.Meaning < 1 || here.Unicode == "" || len(here.Zones) != 16 {
		t.Errorf("%+v", here)
	}
	for what, change := range map[string]func(e *segment.Environment){
		"meaning of rules (2, and 1)": func(e *segment.Environment) { e.Meaning = 1; here.Meaning = 2 },
		"version of Unicode":          func(e *segment.Environment) { e.Unicode = "1.0" },
		"zone database":               func(e *segment.Environment) { e.Zones = "" },
	} {
		other := here
		change(&other)
		if d := here.Differs(other); !strings.Contains(d, what) {
			t.Errorf("%q says nothing of %q", d, what)
		}
	}
}

var benchAt = time.Date(2026, 1, 31, 10, 0, 0, 0, time.UTC)

func BenchmarkChain(b *testing.B) {
	d := segment.Diff{Revision: 1 << 30, Step: 1 << 30, Contact: "0f0a1c1e-0000-4000-8000-000000000001", Segment: "active-customers", Definition: 7, Entered: true}
	var c segment.Chain
	for b.Loop() {
		c = c.Add(d)
	}
}

func BenchmarkBinaryUpdate(b *testing.B) {
	u := segment.Update{Contact: "0f0a1c1e-0000-4000-8000-000000000001", At: benchAt, Events: []segment.Event{{ID: "evt-123456", Name: "opened", At: benchAt, Props: segment.Document(`{"campaign":"spring","device":"phone"}`)}}}
	var room []byte
	for b.Loop() {
		var err error
		if room, err = u.AppendBinary(room[:0]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(room)), "bytes")
}
