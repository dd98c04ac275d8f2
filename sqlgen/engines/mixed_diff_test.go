package engines_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// keeps lets Diff write a segment, then DiffFor of some contacts later: the table has
// whom Evaluate gives, and nobody changes before he is due.
func (m *mixture) keeps(c segment.Condition, at time.Time, stored []segment.Record) error {
	seg := segment.Segment{ID: "s", Condition: c}
	run(m.T, m.e, "DELETE FROM mx_segments WHERE segment = 's'")
	run(m.T, m.e, "DELETE FROM mx_dues")
	var before []string
	for i := range mixedContacts + 2 { // members of before, some of whom are no contacts any more
		if m.Intn(3) == 0 {
			before = append(before, "("+m.ids[i]+", 's')")
		}
	}
	if len(before) > 0 {
		run(m.T, m.e, "INSERT INTO mx_segments (person, segment) VALUES "+strings.Join(before, ", "))
	}
	next, err := m.apply(sqlgen.Diff(dialectOf(m.e), m.tables, seg, at))
	if err != nil {
		return err
	}
	is := func(at time.Time) (ids []string) {
		for _, x := range stored {
			if segment.Evaluate(c, x, at) {
				ids = append(ids, x.ID)
			}
		}
		return ids
	}
	dues, members := m.kept()
	if want := is(at); !slices.Equal(members, want) {
		return fmt.Errorf("members %v, not %v%s", members, want, different(members, want, stored))
	}
	for _, x := range stored {
		end, ok := dues[x.ID]
		if !next.IsZero() && (!ok || next.Before(end)) {
			end, ok = next, true
		}
		if !ok {
			end = at.AddDate(3, 0, 0)
		}
		end = end.Add(-time.Second).In(at.Location()) // they may be rounded up to that
		for _, then := range []time.Time{end, at.Add(end.Sub(at) / 3), at.Add(end.Sub(at) / 50)} {
			if then.After(at) && segment.Evaluate(c, x, then) != segment.Evaluate(c, x, at) {
				return fmt.Errorf("%s changes before %s, is due at %s, next %s\nfields %v\nlog %s\nlists %v\nchanges %v", x.ID, then, dues[x.ID], next, x.Fields, x.Log, x.Lists, x.Changes)
			}
		}
	}
	later := at.Add(time.Duration(1+m.Intn(100)) * time.Hour)
	some := []string{"nobody", "'"}
	for _, x := range stored {
		if m.half() {
			some = append(some, x.ID)
		}
	}
	if _, err = m.apply(sqlgen.DiffFor(dialectOf(m.e), m.tables, seg, later, some...)); err != nil {
		return err
	}
	var want []string
	now := is(later)
	for _, x := range stored {
		if of := map[bool][]string{true: now, false: members}[slices.Contains(some, x.ID)]; slices.Contains(of, x.ID) {
			want = append(want, x.ID)
		}
	}
	if _, members = m.kept(); !slices.Equal(members, want) {
		return fmt.Errorf("for %q at %s members %v, not %v%s", some, later, members, want, different(members, want, stored))
	}
	return nil
}

// apply runs a change.
func (m *mixture) apply(c sqlgen.Change, err error) (next time.Time, _ error) {
	if err != nil {
		return next, err
	}
	tx, err := engines.DB(m.e).BeginTx(context.Background(), nil)
	if err != nil {
		return next, err
	}
	if _, err := sqlgen.Apply(context.Background(), tx, c); err != nil {
		_ = tx.Rollback()
		return next, fmt.Errorf("%w\n%.3000s\n%.3000q", err, c.Find.Text+"\n"+c.Whole.Text, c.Find.Args)
	}
	return c.Next, tx.Commit()
}

// kept are the dues and the members.
func (m *mixture) kept() (dues map[string]time.Time, members []string) {
	m.Helper()
	tables := m.tables
	ds := tables.Segments.Dues
	tables.Fields, tables.Related, tables.Document, tables.Lists, tables.History = nil, nil, "", nil, nil
	tables.Events = []sqlgen.Events{{Relation: ds.Relation, Contact: ds.Contact, Name: "due", At: ds.Due}}
	ids, byID := loadAll(m.T, m.e, tables)
	dues = map[string]time.Time{}
	for _, id := range ids {
		x := byID[id].(*segment.Record)
		for _, e := range x.Log {
			dues[id] = e.At
		}
		if slices.Contains(x.Segments, "s") {
			members = append(members, id)
		}
	}
	slices.Sort(members)
	return dues, members
}
