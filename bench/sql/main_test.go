package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/segmentrules/segment/sqlgen/engines"
)

func TestMain(m *testing.M) { os.Exit(engines.Main(m)) }

// All statements, those by hand too, give the contacts that plain Go finds. No
// time is asserted.
func TestAnswersAgree(t *testing.T) {
	var out bytes.Buffer
	o, err := run(&out, engines.Need(t, "postgres"), 3000, 1)
	if err != nil {
		t.Fatalf("%v after\n%s", err, &out)
	}
	if len(o.races) != 5 || len(o.helped) != 5 {
		t.Fatalf("%d and %d races", len(o.races), len(o.helped))
	}
	for _, r := range append(o.races, o.helped...) {
		if r.rows == 0 || r.rows == 3000 {
			t.Errorf("%s holds for %d of 3000 contacts", r.Name, r.rows)
		}
		for _, one := range []*runner{r.ours, r.quickest} {
			if !strings.Contains(one.plan, "Execution Time") {
				t.Errorf("%s %s has no plan: %q", r.Name, one.what, one.plan)
			}
		}
	}
	doc := o.document(1)
	for _, part := range []string{"| Q4 |", "### Q5, sqlgen", "3000 contacts"} {
		if !strings.Contains(doc, part) {
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
	one := &runner{what: "wrong", text: `SELECT 1::bigint`}
	r := &race{ours: one, by: []*runner{one}}
	if err := r.run(t.Context(), conn, []uint32{2}, 1); err == nil {
		t.Error("1 passes for 2")
	}
	if err := r.run(t.Context(), conn, []uint32{1}, 1); err != nil {
		t.Error(err)
	}
}
