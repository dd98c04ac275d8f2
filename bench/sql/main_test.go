package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/segmentrules/segment/sqlgen/engines"
)

func TestMain(m *testing.M) { os.Exit(engines.Main(m)) }

// All statements, those by hand too, give the same contacts, and those for which
// segment.Evaluate says true. No time is asserted.
func TestAnswersAgree(t *testing.T) {
	var all []*outcome
	for _, name := range []string{"postgres", "sqlite", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			o, err := run(&out, engines.Need(t, name), options{contacts: 3000, others: 3000, rounds: 1})
			if err != nil {
				t.Fatalf("%v after\n%s", err, &out)
			}
			if len(o.races) < 30 {
				t.Errorf("%d races", len(o.races))
			}
			for _, r := range o.races {
				if r.rows == 0 || r.rows == 3000 {
					t.Errorf("%s holds for %d of 3000 contacts: %s", r.name, r.rows, r.rule)
				}
			}
			all = append(all, o)
		})
	}
	doc := document(all)
	for _, part := range []string{"| R24 |", "Geometric mean", "3000 contacts"} {
		if len(all) > 0 && !strings.Contains(doc, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
}

// A statement with another answer ends the race.
func TestWrongAnswerIsNoticed(t *testing.T) {
	e := engines.Need(t, "postgres")
	conn, err := engines.DB(e).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	s := newSample(people(20), 2)
	of := ruling{name: "x", rule: `id IN ("2", "3")`}
	right, wrong := &runner{what: "right", text: `VALUES (2), (3)`}, &runner{what: "wrong", text: `VALUES (2), (4)`}
	fewer := &runner{what: "wrong outside of the sample", text: `VALUES (2), (5)`}
	for _, r := range []*race{{ruling: of, ours: right, by: []*runner{wrong}}, {ruling: of, ours: wrong, by: []*runner{wrong}}, {ruling: of, ours: right, by: []*runner{fewer}}} {
		if err := r.run(t.Context(), conn, s, 1); err == nil {
			t.Errorf("%s passes", r.by[0].what)
		}
	}
	if err := (&race{ruling: of, ours: right, by: []*runner{right}}).run(t.Context(), conn, s, 1); err != nil {
		t.Error(err)
	}
}
