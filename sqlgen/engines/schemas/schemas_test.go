package schemas_test

import (
	"context"
	"flag"
	"fmt"
	"iter"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
	"github.com/segmentrules/segment/sqlgen/engines/schemas"
)

var seed = flag.Uint64("seed", 1, "what the rows are drawn from")

func TestMain(m *testing.M) { os.Exit(engines.Main(m)) }

// TestSchemas asks every rule of every product at every instant, and compares the ids
// with those of the contacts for which Evaluate says true. The contacts are loaded from
// the same rows, and compared with those that were made beside the rows.
func TestSchemas(t *testing.T) {
	for _, s := range schemas.All() {
		t.Run(s.Name, func(t *testing.T) {
			for _, name := range s.Engines {
				t.Run(name, func(t *testing.T) { ask(t, s, engines.Need(t, name)) })
			}
		})
	}
}

func ask(t *testing.T, s schemas.Schema, e engines.Engine) {
	d, err := s.Make(e, *seed)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := s.Tables(e.Name())
	if err != nil {
		t.Fatal(err)
	}
	if err := tables.Verify(context.Background(), engines.DB(e)); err != nil {
		t.Errorf("the mapping does not fit: %v", err)
	}
	contacts := load(t, e, tables, d.Contacts)
	rules, err := s.Rules()
	if err != nil {
		t.Fatal(err)
	}
	var n count
	for _, text := range rules {
		c, err := segment.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		n.rule(t, e, tables, text, c, contacts)
	}
	t.Logf("%d rules about %d contacts, %d answers with %d members; %d rules leave a part to Go", len(rules), len(contacts), n.answers, n.members, n.rest)
}

// count is what was asked.
type count struct{ answers, members, rest, wrong int }

// rule asks one rule at every instant, and its negation at the first.
func (n *count) rule(t *testing.T, e engines.Engine, tables sqlgen.Tables, text string, c segment.Condition, contacts map[string]segment.Contact) {
	var rest segment.Condition
	members := 0
	instants := schemas.Instants()
	if testing.Short() {
		instants = instants[:3]
	}
	for i, at := range instants {
		asked := []segment.Condition{c}
		if i == 1 {
			asked = append(asked, rule.Not{C: c})
		}
		for _, c := range asked {
			var want []string
			for id, x := range contacts {
				if segment.Evaluate(c, x, at) {
					want = append(want, id)
				}
			}
			slices.Sort(want)
			q, err := sqlgen.Select(dialectOf(e), tables, c, at)
			if err != nil {
				t.Errorf("%s: %v", text, err)
				return
			}
			ids, err := e.IDs(q.Text, q.Args)
			if err != nil {
				t.Errorf("%s at %s: %v\n%s\n%v", c, at, err, q.Text, q.Args)
				return
			}
			got := slices.Sorted(q.Filter(candidates(ids, contacts)))
			if !slices.Equal(got, want) {
				n.wrong++
				if n.wrong <= 15 {
					t.Errorf("%s at %s: got %v, want %v; rest %v\n%s\n%v", c, at, got, want, q.Rest, q.Text, q.Args)
				}
				return
			}
			if rest == nil {
				rest = q.Rest
			}
			if i == 0 {
				given(t, e, q, text, contacts, want)
			}
			n.answers++
			members += len(want)
		}
	}
	n.members += members
	if rest != nil {
		n.rest++
		t.Logf("left to Go: %s of %s", rest, text)
	}
	if testing.Verbose() {
		fmt.Printf("%6d %s\n", members, text)
	}
}

// given asks the rule of some contacts alone: a member and others, and an id that nobody has.
func given(t *testing.T, e engines.Engine, q sqlgen.Query, text string, contacts map[string]segment.Contact, members []string) {
	ids := slices.Sorted(maps.Keys(contacts))[:7]
	if len(members) > 0 {
		ids = append(ids, members[len(members)/2])
	}
	few, err := q.For(append(ids, "nobody's")...)
	if err != nil {
		t.Errorf("%s: %v", text, err)
		return
	}
	got, err := e.IDs(few.Text, few.Args)
	if err != nil {
		t.Errorf("%s for %v: %v\n%s\n%v", text, ids, err, few.Text, few.Args)
		return
	}
	var want []string
	for _, id := range members {
		if slices.Contains(ids, id) {
			want = append(want, id)
		}
	}
	if got := slices.Sorted(few.Filter(candidates(got, contacts))); !slices.Equal(got, want) {
		t.Errorf("%s for %v: got %v, want %v; rest %v\n%s\n%v", text, ids, got, want, few.Rest, few.Text, few.Args)
	}
}

func candidates(ids []string, contacts map[string]segment.Contact) iter.Seq2[string, segment.Contact] {
	return func(yield func(string, segment.Contact) bool) {
		for _, id := range ids {
			if !yield(id, contacts[id]) {
				return
			}
		}
	}
}

// dialectOf is what the engine speaks.
func dialectOf(e engines.Engine) sqlgen.Dialect {
	if e.Name() == "mariadb" {
		return sqlgen.DialectMySQL
	}
	return sqlgen.Dialect(e.Name())
}

// TestNotifuseNames: without the names of the custom events, one might be called like a
// message's event, and what is asked of that event's properties is left to Go.
func TestNotifuseNames(t *testing.T) {
	c := segment.MustParse(`LAST(opened.template_id) = "offer" AND DID opened`)
	for _, of := range []struct {
		tables sqlgen.Tables
		rest   bool
	}{{sqlgen.Notifuse(), true}, {sqlgen.Notifuse("purchase", "trial_*"), false}, {sqlgen.Notifuse("open*"), true}} {
		q, err := sqlgen.Select(sqlgen.DialectPostgreSQL, of.tables, c, schemas.Instants()[0])
		if err != nil || (q.Rest != nil) != of.rest {
			t.Errorf("%v, rest %v", err, q.Rest)
		}
	}
}
