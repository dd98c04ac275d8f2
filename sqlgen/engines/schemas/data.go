package schemas

// Rows and contacts, made side by side. A value is written once as the cell of a row,
// and once as what a rule must see there. So what is loaded from the rows is compared
// with something that never was in a database.

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/segmentrules/segment"
)

// Data is what a schema's tables hold.
type Data struct {
	*rand.Rand
	Engine string
	// Contacts are those that rules must see.
	Contacts []*segment.Record

	batches []*batch
	events  map[*segment.Record][]happened
	changes map[*segment.Record][]changed
	serial  int64
	latest  time.Time // the instant that came last
}

// A batch is rows of one table that fill the same columns.
type batch struct {
	table, columns string
	rows           [][]any
}

// row adds a row. Cells are nil, a string, int, int64, bool, [time.Time], day, decimal,
// document or code.
func (d *Data) row(table, columns string, cells ...any) {
	for _, b := range d.batches {
		if b.table == table && b.columns == columns {
			b.rows = append(b.rows, cells)
			return
		}
	}
	d.batches = append(d.batches, &batch{table, columns, [][]any{cells}})
}

// next is a number that grows with every call.
func (d *Data) next() int64 {
	d.serial++
	return d.serial
}

type (
	// decimal is a number as its digits.
	decimal string
	// document is JSON.
	document string
	// code is a piece of SQL.
	code string
	// day is a calendar day, 2006-01-02.
	day string
)

// valueOf is what a rule sees where a cell holds v.
func valueOf(v any) segment.Value {
	switch v := v.(type) {
	case nil:
		return segment.Value{}
	case string:
		return segment.Text(v)
	case int:
		return segment.Int(int64(v))
	case int64:
		return segment.Int(v)
	case float64:
		return segment.Number(v)
	case bool:
		return segment.Bool(v)
	case time.Time:
		return segment.Time(v)
	case day:
		at, err := time.Parse(time.DateOnly, string(v))
		if err != nil {
			panic(err)
		}
		return segment.Date(at.Date())
	case decimal:
		return segment.Decimal(string(v))
	case document:
		return segment.JSON(v)
	}
	panic(fmt.Sprintf("a cell has a %T", v))
}

// A contact is one to be: a row of the table of contacts, and its Record.
type contact struct {
	*segment.Record
	d       *Data
	columns []string
	cells   []any
}

// contact begins a contact. A contact that rules do not see is begun with seen false.
func (d *Data) contact(id string, seen bool) *contact {
	x := &segment.Record{ID: id, Fields: map[string]segment.Value{}, Lists: map[string]time.Time{}}
	if seen {
		d.Contacts = append(d.Contacts, x)
	}
	return &contact{Record: x, d: d}
}

// put fills a column that rules do not see, or do not see as it is.
func (c *contact) put(column string, cell any) {
	c.columns, c.cells = append(c.columns, column), append(c.cells, cell)
}

// field fills a column that rules see under the same name.
func (c *contact) field(column string, cell any) {
	c.put(column, cell)
	c.see(column, valueOf(cell))
}

// see sets what a rule sees at a topmost name.
func (c *contact) see(name string, v segment.Value) {
	if !v.IsNull() {
		c.Fields[name] = v
	}
}

// join puts the contact on a list, at the earliest instant if it is more than one.
func (c *contact) join(list string, at time.Time) {
	if t, ok := c.Lists[list]; !ok || at.Before(t) {
		c.Lists[list] = at
	}
}

// store writes the row.
func (c *contact) store(table string) { c.d.row(table, joined(c.columns), c.cells...) }

// An happened is an event with its place in the order of arrival.
type happened struct {
	segment.Event
	order string
}

// event adds an event that rules see, with its properties as names and values in turn.
// Of events at one instant the one with the greater order is the later.
func (c *contact) event(name string, at time.Time, order any, props ...any) {
	var members []segment.Member
	for i := 0; i < len(props); i += 2 {
		v := valueOf(props[i+1])
		switch v.Kind() { // in a property, as in JSON, an instant or a day is a text
		case segment.KindTime:
			v = segment.Text(v.Time().UTC().Format(time.RFC3339Nano))
		case segment.KindDate:
			v = segment.Text(v.String())
		}
		if !v.IsNull() {
			members = append(members, segment.Member{Name: props[i].(string), Value: v})
		}
	}
	c.happened(name, at, order, segment.Object(members...))
}

// happened adds an event of which the properties are an object.
func (c *contact) happened(name string, at time.Time, order any, props segment.Value) {
	text, err := props.MarshalJSON()
	if err != nil {
		panic(err)
	}
	if n, ok := order.(int64); ok {
		order = fmt.Sprintf("%020d", n)
	}
	if c.d.events == nil {
		c.d.events = make(map[*segment.Record][]happened)
	}
	e := segment.Event{Name: name, At: at, Props: segment.Document(text)}
	c.d.events[c.Record] = append(c.d.events[c.Record], happened{e, order.(string)})
}

// A changed is a value that a field took, with its place in the order of arrival.
type changed struct {
	segment.Change
	path, order string
}

// change adds a value that a field took.
func (c *contact) change(path string, v segment.Value, at time.Time, order string) {
	if c.d.changes == nil {
		c.d.changes = make(map[*segment.Record][]changed)
	}
	c.d.changes[c.Record] = append(c.d.changes[c.Record], changed{segment.Change{At: at, Value: v}, path, order})
}

// log brings the events and changes of all contacts into the order of their arrival.
func (d *Data) log() {
	for x, changes := range d.changes {
		slices.SortStableFunc(changes, func(a, b changed) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.order, b.order))
		})
		x.Changes = make(map[string][]segment.Change)
		for _, c := range changes {
			x.Changes[c.path] = append(x.Changes[c.path], c.Change)
		}
	}
	for x, events := range d.events {
		slices.SortStableFunc(events, func(a, b happened) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.order, b.order))
		})
		for _, e := range events {
			x.Log = append(x.Log, e.Event)
		}
	}
}

// eachMember are the members of an object, each read by itself: one that no rule can
// see, such as a number beyond floats, takes no other with it. There are none if the
// text is no object.
func eachMember(text string) (members []segment.Member) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		if v, err := segment.ParseJSON(raw[name]); err == nil {
			members = append(members, segment.Member{Name: name, Value: v})
		}
	}
	return members
}

// one is one of the values.
func one[T any](d *Data, of ...T) T { return of[d.IntN(len(of))] }

// chance is true with a probability of n in 100.
func (d *Data) chance(n int) bool { return d.IntN(100) < n }

// maybe is v, or in n of 100 cases nil.
func (d *Data) maybe(n int, v any) any {
	if d.chance(n) {
		return nil
	}
	return v
}

// instant is one of whole seconds: anywhere in the years before the last instants, or
// just as long before one of them as windows of rules are, or a second off, or soon
// after the one before it.
func (d *Data) instant() time.Time {
	d.latest = d.anyInstant()
	return d.latest
}

func (d *Data) anyInstant() time.Time {
	at := one(d, Instants()...).UTC().Truncate(time.Second)
	switch n := d.IntN(26); {
	case n >= 20 && !d.latest.IsZero():
		return d.latest.Add(time.Duration(1+d.IntN(one(d, 30, 3600, 48*3600))) * time.Second)
	case n < 4:
		spans := []time.Duration{time.Hour, 24 * time.Hour, 7 * 24 * time.Hour, 14 * 24 * time.Hour, 30 * 24 * time.Hour, 90 * 24 * time.Hour, 365 * 24 * time.Hour}
		return at.Add(-one(d, spans...)).Add(time.Duration(d.IntN(3)-1) * time.Second)
	case n < 5:
		return at.Add(time.Duration(d.IntN(3)-1) * time.Second)
	case n < 12:
		return at.Add(-time.Duration(d.IntN(40*24*3600)) * time.Second)
	}
	return time.Date(2026, 6, 20, 0, 0, 0, 0, time.UTC).Add(-time.Duration(d.IntN(900*24*3600)) * time.Second)
}

// birthday is a day, one in four near to that of an instant.
func (d *Data) birthday() day {
	at := time.Date(1950+d.IntN(60), 1, 1+d.IntN(366), 0, 0, 0, 0, time.UTC)
	if d.chance(30) {
		near := one(d, Instants()...).AddDate(0, 0, max(0, d.IntN(13)-7))
		at = time.Date(near.Year()-one(d, 0, 18, 30, 36, 40), near.Month(), near.Day(), 0, 0, 0, 0, time.UTC)
	}
	return day(at.Format(time.DateOnly))
}
