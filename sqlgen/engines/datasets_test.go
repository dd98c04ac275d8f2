package engines_test

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest/suites"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// TestDatasets asks each engine for the members of every segment at every
// instant of every data set, with the rule as the data set has it and as a user
// would write it. Their number and hash were given by others. The negated rule
// must give all other contacts there are. Without -long every instant has one of
// the two forms in turn, and every fourth the negation.
func TestDatasets(t *testing.T) {
	dir := suites.Dir(t)
	for _, name := range []string{"telco", "chinook", "adventureworks", "cdnow"} {
		t.Run(name, func(t *testing.T) {
			d, err := suites.Load(dir, name)
			if err != nil {
				t.Fatal(err)
			}
			engines.All(t, func(t *testing.T, e engines.Engine) {
				start := time.Now()
				s, err := store(e, d)
				if err != nil {
					t.Fatal(err)
				}
				loaded := time.Since(start)
				var n answers
				for _, x := range d.Segments {
					n.segment(t, s, x)
				}
				t.Logf("%d segment-instants, %d statements, %d decided by the database alone; loaded in %s, all in %s",
					n.instants, n.statements, n.exact, loaded.Round(time.Millisecond), time.Since(start).Round(time.Millisecond))
			})
		})
	}
}

// answers counts what was asked.
type answers struct{ instants, statements, exact int }

// segment asks for a segment at every instant.
func (n *answers) segment(t *testing.T, s *stored, x suites.Expected) {
	t.Helper()
	rule, err := x.Condition()
	if err != nil {
		t.Fatalf("%s: %v", x.ID, err)
	}
	forms := []segment.Condition{rule}
	if x.Text() != "" {
		forms = append(forms, segment.MustParse(x.Text()))
	}
	for i, want := range x.Results {
		n.instants++
		asked, negated := forms, true
		if *long == 0 {
			asked, negated = forms[i%len(forms):][:1], i%4 == 0
		}
		for _, c := range asked {
			ids := n.ask(t, s, x.ID, c, want.At)
			if len(ids) != want.Count || suites.Hash(ids) != want.SHA256 {
				t.Errorf("%s (%s) at %s: %d members, want %d; hash %s, want %s", x.ID, c, want.At, len(ids), want.Count, suites.Hash(ids), want.SHA256)
			}
			if list := x.Members[want.At.Format(time.RFC3339)]; x.Members != nil {
				if diff := cmp.Diff(list, ids, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s (%s) at %s: %s", x.ID, c, want.At, diff)
				}
			}
			if negated {
				n.others(t, s, x.ID, c, want.At, ids)
			}
		}
	}
}

// others asks for the contacts of which the rule is not true: all but its members.
func (n *answers) others(t *testing.T, s *stored, id string, c segment.Condition, at time.Time, members []string) {
	t.Helper()
	others := n.ask(t, s, id, rule.Not{C: c}, at)
	all := s.Members(func(segment.Contact, time.Time) bool { return true }, at)
	if both := slices.Sorted(slices.Values(slices.Concat(members, others))); !slices.Equal(both, all) {
		t.Errorf("%s (%s) at %s: %d in and %d not, of %d", id, c, at, len(members), len(others), len(all))
	}
}

// ask returns the contacts that exist and for which the rule holds.
func (n *answers) ask(t *testing.T, s *stored, id string, c segment.Condition, at time.Time) []string {
	t.Helper()
	if !s.FromStart {
		c = rule.And{rule.Compare{Left: rule.Field(born), Op: rule.OpLe, Right: rule.Call{Fn: rule.FnNow}}, c}
	}
	q, err := sqlgen.Select(dialectOf(s.engine), s.tables, c, at)
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	ids, err := s.engine.IDs(q.Text, q.Args)
	if err != nil {
		t.Fatalf("%s at %s: %v\n%s\n%q", id, at, err, q.Text, q.Args)
	}
	n.statements++
	if q.Rest == nil {
		n.exact++
	} else {
		t.Errorf("%s: %s leaves %s to Go", id, c, q.Rest)
	}
	return slices.Collect(q.Filter(s.candidates(ids)))
}

// stored is a data set in the tables of an engine.
type stored struct {
	*suites.Dataset
	engine engines.Engine
	tables sqlgen.Tables
	byID   map[string]segment.Record
}

func (s *stored) candidates(ids []string) iter.Seq2[string, segment.Contact] {
	return func(yield func(string, segment.Contact) bool) {
		for _, id := range ids {
			if !yield(id, s.byID[id]) {
				return
			}
		}
	}
}

// born is the field with the instant of a contact's first event, in a data set
// in which contacts exist from then on: before it they are not even in the
// negation of a rule.
const born = "first_event"

// store makes the tables of a data set: one of contacts, with a column for each
// field that any has, and one for each kind of event, likewise.
func store(e engines.Engine, d *suites.Dataset) (*stored, error) {
	s := &stored{Dataset: d, engine: e, byID: map[string]segment.Record{}}
	// Without a size, MariaDB has no key on it in a derived table, and joins row
	// by row.
	text := column("contact", sqlgen.TypeText, 0, 64)
	at := column("at", sqlgen.TypeTimestamp, 6, 0)
	s.tables = sqlgen.Tables{Contacts: sqlgen.Relation{Table: d.Name + "_contacts"}, ID: text, Fields: map[string]sqlgen.Column{}}
	for _, c := range d.Contacts {
		if !d.FromStart {
			c.Fields = maps.Clone(c.Fields)
			c.Fields[born] = segment.Time(c.Log[0].At)
		}
		s.byID[c.ID] = c
		declare(e, s.tables.Fields, c.Fields)
		for _, ev := range c.Log {
			declare(e, s.eventsOf(ev.Name, at).Props, fieldsOf(ev))
		}
	}
	return s, s.fill(text, at)
}

func (s *stored) fill(text, at sqlgen.Column) error {
	contacts := table{name: s.tables.Contacts.Table, own: []engines.Column{neutral(text)}, columns: s.tables.Fields}
	for _, c := range s.Contacts {
		contacts.add([]any{c.ID}, s.byID[c.ID].Fields)
	}
	if err := contacts.create(s.engine, "contact"); err != nil {
		return err
	}
	for _, e := range s.tables.Events {
		events := table{name: e.Table, own: []engines.Column{neutral(text), neutral(at), named(e.Order, engines.Integer)}, columns: e.Props}
		for _, c := range s.Contacts {
			for i, ev := range c.Log {
				if ev.Name == e.Name {
					events.add([]any{c.ID, ev.At, int64(i)}, fieldsOf(ev))
				}
			}
		}
		if err := events.create(s.engine, "contact", "at", e.Order); err != nil {
			return err
		}
	}
	return nil
}

// A table is one to be made: with columns of its own and those of fields.
type table struct {
	name    string
	own     []engines.Column
	columns map[string]sqlgen.Column
	rows    [][]any
	err     error // the first value that its column does not hold
}

func (t *table) add(row []any, values map[string]segment.Value) {
	for _, name := range slices.Sorted(maps.Keys(t.columns)) {
		cell, read := cellOf(values[name], t.columns[name])
		if t.err == nil && !read.Equal(values[name]) {
			t.err = fmt.Errorf("%s: %s of %v is not %v but %v", t.name, name, row, values[name], read)
		}
		row = append(row, cell)
	}
	t.rows = append(t.rows, row)
}

func (t *table) create(e engines.Engine, key ...string) error {
	_, columns := columnsOf(t.columns)
	columns = append(t.own, columns...)
	if t.err != nil {
		return t.err
	}
	if err := e.Create(t.name, columns, key...); err != nil {
		return err
	}
	return e.Insert(t.name, columns, t.rows)
}

func (s *stored) eventsOf(name string, at sqlgen.Column) sqlgen.Events {
	for _, e := range s.tables.Events {
		if e.Name == name {
			return e
		}
	}
	s.tables.Events = append(s.tables.Events, sqlgen.Events{Relation: sqlgen.Relation{Table: s.Name + "_" + name}, Name: name,
		Contact: "contact", At: at, Order: "seq", Props: map[string]sqlgen.Column{}})
	return s.tables.Events[len(s.tables.Events)-1]
}

func fieldsOf(e segment.Event) map[string]segment.Value {
	fields := map[string]segment.Value{}
	for _, m := range e.Props.Value().Members() {
		fields[m.Name] = m.Value
	}
	return fields
}

// declare adds the columns that hold the values: money is a decimal, and where
// there is none a number of cents.
func declare(e engines.Engine, columns map[string]sqlgen.Column, values map[string]segment.Value) {
	for name, v := range values {
		if _, known := columns[name]; known {
			continue
		}
		money := slices.Contains(suites.Cents.Cents, name)
		switch {
		case money && e.Name() == "sqlite":
			columns[name] = column(name, sqlgen.TypeInteger, 2, 10)
		case money:
			columns[name] = column(name, sqlgen.TypeDecimal, 2, 10)
		case v.Kind() == segment.KindNumber:
			columns[name] = column(name, sqlgen.TypeInteger, 0, 9)
		case v.Kind() == segment.KindBool:
			columns[name] = column(name, sqlgen.TypeBool, 0, 0)
		case v.Kind() == segment.KindDate:
			columns[name] = column(name, sqlgen.TypeDate, 0, 0)
		case v.Kind() == segment.KindTime:
			columns[name] = column(name, sqlgen.TypeTimestamp, 6, 0)
		default:
			columns[name] = column(name, sqlgen.TypeText, 0, 0)
		}
	}
}
