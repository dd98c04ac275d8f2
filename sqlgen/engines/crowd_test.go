package engines_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// A layout is a way to hold generated contacts in tables: which fields and
// properties have columns of their own; all others are in a document of JSON.
type layout struct {
	name   string
	fields map[string]sqlgen.Column
	props  map[string]sqlgen.Column
	// written is the JSON of a contact's field x, where it must be kept as it is.
	written map[string]string
}

func column(name string, t sqlgen.Type, scale, digits int) sqlgen.Column {
	return sqlgen.Column{Column: name, Type: t, Scale: scale, Digits: digits}
}

func layouts(d sqlgen.Dialect) []layout {
	exact := column("amount", sqlgen.TypeDecimal, 4, 18)
	age := column("age", sqlgen.TypeDecimal, 4, 18)
	if d == sqlgen.DialectSQLite { // which has no decimals
		exact, age = column("amount", sqlgen.TypeInteger, 4, 11), column("age", sqlgen.TypeInteger, 4, 11)
	}
	return []layout{
		{name: "documents"},
		{name: "columns",
			fields: map[string]sqlgen.Column{
				"plan": column("plan", sqlgen.TypeText, 0, 0), "country": column("country", sqlgen.TypeText, 0, 0),
				"n": column("n", sqlgen.TypeInteger, 0, 0), "age": age, "epoch": column("epoch", sqlgen.TypeInteger, 0, 0),
				"company.size": column("size", sqlgen.TypeInteger, 0, 0), `odd\.name`: column("odd name", sqlgen.TypeFloat, 0, 0),
				"flag": column("flag", sqlgen.TypeBool, 0, 0), "AND": column("AND", sqlgen.TypeBool, 0, 0),
				"seen": column("seen", sqlgen.TypeTimestamp, 6, 0), "due": column("due", sqlgen.TypeUnixMicro, 0, 0),
				"born": column("born", sqlgen.TypeDate, 0, 0), "company.since": column("since", sqlgen.TypeDate, 0, 0),
				"tags": column("tags", sqlgen.TypeJSON, 0, 0), "orders": column("orders", sqlgen.TypeJSON, 0, 0),
				"zone": column("zone", sqlgen.TypeText, 0, 0), "app": column("app", sqlgen.TypeText, 0, 0),
			},
			props: map[string]sqlgen.Column{
				"amount": exact, "sku": column("sku", sqlgen.TypeText, 0, 0),
				"cart.size": column("size", sqlgen.TypeInteger, 0, 9),
			}},
	}
}

// tables declares a layout.
func (l layout) tables() sqlgen.Tables {
	at := sqlgen.Column{Column: "at", Type: sqlgen.TypeTimestamp, Scale: 6}
	return sqlgen.Tables{
		Contacts: sqlgen.Relation{Table: "contacts"},
		ID:       sqlgen.Column{Column: "id", Type: sqlgen.TypeText},
		Fields:   l.fields,
		Document: "doc",
		Events: []sqlgen.Events{{Relation: sqlgen.Relation{Table: "events"}, Contact: "contact", Names: "name", At: at, Order: "seq",
			Props: l.props, Document: "doc", Known: l.fields != nil}},
		Lists:    &sqlgen.Lists{Relation: sqlgen.Relation{Table: "lists"}, Contact: "contact", List: "list", Joined: &at},
		Segments: &sqlgen.Segments{Relation: sqlgen.Relation{Table: "segments"}, Contact: "contact", Segment: "segment"},
		History: &sqlgen.History{Relation: sqlgen.Relation{Table: "history"}, Contact: "contact", Field: "field", At: at,
			Value: sqlgen.Column{Column: "value", Type: sqlgen.TypeJSON}, Order: "seq"},
	}
}

// neutral is a column as engines make it.
func neutral(c sqlgen.Column) engines.Column {
	types := map[sqlgen.Type]engines.Type{sqlgen.TypeText: engines.Text, sqlgen.TypeInteger: engines.Integer, sqlgen.TypeDecimal: engines.Decimal,
		sqlgen.TypeFloat: engines.Float, sqlgen.TypeBool: engines.Bool, sqlgen.TypeTimestamp: engines.Timestamp, sqlgen.TypeDate: engines.Date,
		sqlgen.TypeUnixMicro: engines.Integer, sqlgen.TypeJSON: engines.JSON}
	return engines.Column{Name: c.Column, Type: types[c.Type], Size: c.Digits, Scale: c.Scale}
}

func columnsOf(m map[string]sqlgen.Column) (paths []string, cs []engines.Column) {
	for p := range m {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	for _, p := range paths {
		cs = append(cs, neutral(m[p]))
	}
	return paths, cs
}

func named(name string, t engines.Type) engines.Column { return engines.Column{Name: name, Type: t} }

// load puts contacts into tables made anew, and returns them as they read back:
// instants to the microsecond, and where a column does not hold a value nothing.
func (l layout) load(e engines.Engine, contacts []segment.Record) ([]segment.Record, error) {
	paths, cols := columnsOf(l.fields)
	propPaths, propCols := columnsOf(l.props)
	contactCols := append([]engines.Column{named("id", engines.Text), named("doc", engines.JSON)}, cols...)
	eventCols := append([]engines.Column{named("contact", engines.Text), named("name", engines.Text), named("at", engines.Timestamp),
		named("seq", engines.Integer), named("doc", engines.JSON)}, propCols...)
	listCols := []engines.Column{named("contact", engines.Text), named("list", engines.Text), named("at", engines.Timestamp)}
	segmentCols := []engines.Column{named("contact", engines.Text), named("segment", engines.Text)}
	historyCols := []engines.Column{named("contact", engines.Text), named("field", engines.Text), named("at", engines.Timestamp),
		named("seq", engines.Integer), named("value", engines.JSON)}
	var rows, events, lists, segments, history [][]any
	stored := make([]segment.Record, 0, len(contacts))
	for _, x := range contacts {
		y := segment.Record{ID: x.ID, Lists: map[string]time.Time{}, Segments: x.Segments, Changes: map[string][]segment.Change{}}
		cells, doc, fields := split(segment.Object(members(x.Fields)...), paths, l.fields)
		y.Fields = fields
		if text, ok := l.written[x.ID]; ok {
			cells[slices.Index(paths, "x")] = text
			if len(l.fields["x"].Path) > 0 { // within a document
				cells[slices.Index(paths, "x")] = `{"a": "1, 2.5", "x": ` + text + `, "\"z": [3.25]}`
			}
			y.Fields["x"] = segment.JSON(text)
		}
		rows = append(rows, append([]any{x.ID, doc}, cells...))
		for i, ev := range x.Log {
			ev.At = ev.At.UTC().Truncate(time.Microsecond)
			cells, doc, props := split(ev.Props.Value(), propPaths, l.props)
			ev.Props = nil
			events = append(events, append([]any{x.ID, ev.Name, ev.At, int64(i), doc}, cells...))
			y.Log = append(y.Log, withProps(ev, props))
		}
		for list, at := range x.Lists {
			at = at.UTC().Truncate(time.Microsecond)
			y.Lists[list] = at
			lists = append(lists, []any{x.ID, list, at})
		}
		for _, s := range x.Segments {
			segments = append(segments, []any{x.ID, s})
		}
		for field, changes := range x.Changes {
			for i, c := range changes {
				text := plainJSON(c.Value)
				c = segment.Change{At: c.At.UTC().Truncate(time.Microsecond), Value: segment.JSON(text)}
				y.Changes[field] = append(y.Changes[field], c)
				history = append(history, []any{x.ID, field, c.At, int64(i), text})
			}
		}
		stored = append(stored, y)
	}
	for _, t := range []struct {
		name string
		cols []engines.Column
		rows [][]any
	}{{"contacts", contactCols, rows}, {"events", eventCols, events}, {"lists", listCols, lists}, {"segments", segmentCols, segments}, {"history", historyCols, history}} {
		if err := e.Create(t.name, t.cols); err != nil {
			return nil, err
		}
		if err := e.Insert(t.name, t.cols, t.rows); err != nil {
			return nil, fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return stored, nil
}

func members(fields map[string]segment.Value) (ms []segment.Member) {
	for name, v := range fields {
		ms = append(ms, segment.Member{Name: name, Value: v})
	}
	slices.SortFunc(ms, func(a, b segment.Member) int { return strings.Compare(a.Name, b.Name) })
	return ms
}

// split takes an object apart into the cells of columns and a document with the
// rest, and gives what a contact has that is read from those.
func split(object segment.Value, paths []string, columns map[string]sqlgen.Column) (cells []any, doc string, fields map[string]segment.Value) {
	rest := object
	held := map[string]segment.Value{}
	for _, p := range paths {
		names := rule.Field(p).Names()
		cell, v := cellOf(object.At(names...), columns[p])
		cells = append(cells, cell)
		held[p] = v
		rest = without(rest, names)
	}
	doc = plainJSON(rest)
	read := segment.JSON(doc)
	for _, p := range paths {
		if !held[p].IsNull() {
			read = with(read, rule.Field(p).Names(), held[p])
		}
	}
	fields = map[string]segment.Value{}
	for _, m := range read.Members() {
		fields[m.Name] = m.Value
	}
	return cells, doc, fields
}

func without(v segment.Value, names []string) segment.Value {
	var ms []segment.Member
	if v.Kind() != segment.KindObject {
		return v
	}
	for _, m := range v.Members() {
		if m.Name == names[0] {
			if len(names) == 1 {
				continue
			}
			m.Value = without(m.Value, names[1:])
		}
		ms = append(ms, m)
	}
	return segment.Object(ms...)
}

func with(v segment.Value, names []string, x segment.Value) segment.Value {
	var ms []segment.Member
	var inner segment.Value
	for _, m := range v.Members() {
		if m.Name == names[0] {
			inner = m.Value
			continue
		}
		ms = append(ms, m)
	}
	if len(names) > 1 {
		x = with(inner, names[1:], x)
	}
	return segment.Object(append(ms, segment.Member{Name: names[0], Value: x})...)
}

// cellOf is a value in a column, and what it reads back as; nothing if it is of
// another kind than the column.
func cellOf(v segment.Value, c sqlgen.Column) (cell any, read segment.Value) {
	switch {
	case v.IsNull():
		return nil, segment.Value{}
	case c.Type == sqlgen.TypeJSON:
		text := plainJSON(v)
		return text, segment.JSON(text)
	case c.Type == sqlgen.TypeText && v.Kind() == segment.KindText:
		return v.Text(), v
	case c.Type == sqlgen.TypeBool && v.Kind() == segment.KindBool:
		return v.Bool(), v
	case c.Type == sqlgen.TypeFloat && v.Kind() == segment.KindNumber:
		return v.Float(), segment.Number(v.Float())
	case (c.Type == sqlgen.TypeInteger || c.Type == sqlgen.TypeDecimal) && v.Kind() == segment.KindNumber:
		return scaled(v, c)
	case c.Type == sqlgen.TypeTimestamp || c.Type == sqlgen.TypeUnixMicro:
		at, ok := instant(v)
		if !ok {
			break
		}
		at = at.UTC().Truncate(time.Microsecond)
		if c.Type == sqlgen.TypeUnixMicro {
			return at.UnixMicro(), segment.Time(at)
		}
		return at, segment.Time(at)
	case c.Type == sqlgen.TypeDate:
		if v.Kind() == segment.KindText {
			v = segment.EvaluateExpr(rule.Call{Fn: rule.FnDate, Args: []rule.Expr{v}}, nil, time.Unix(0, 0).UTC())
		}
		if v.Kind() == segment.KindDate {
			y, m, d := v.Date()
			return time.Date(y, m, d, 0, 0, 0, 0, time.UTC), v
		}
	}
	return nil, segment.Value{}
}

func instant(v segment.Value) (time.Time, bool) {
	if v.Kind() == segment.KindTime {
		return v.Time(), true
	}
	at, err := time.Parse(time.RFC3339Nano, v.Text())
	return at, err == nil
}

// scaled is a number with the decimal places of the column, if it has no more.
func scaled(v segment.Value, c sqlgen.Column) (any, segment.Value) {
	r, ok := new(big.Rat).SetString(v.String())
	if !ok {
		return nil, segment.Value{}
	}
	n := new(big.Rat).Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.Scale)), nil)))
	digits := c.Digits
	if digits == 0 {
		digits = 18
	}
	if !n.IsInt() || len(n.Num().String()) > digits {
		return nil, segment.Value{}
	}
	if c.Type == sqlgen.TypeDecimal {
		return r.FloatString(c.Scale), v
	}
	return n.Num().Int64(), v
}

// withProps gives an event properties.
func withProps(e segment.Event, props map[string]segment.Value) segment.Event {
	if len(props) > 0 {
		e.Props = segment.Document(plainJSON(segment.Object(members(props)...)))
	}
	return e
}

// plainJSON writes a value as hosts do: instants and days as texts, and what
// JSON has not got as null.
func plainJSON(v segment.Value) string {
	quote := func(s string) string {
		b, err := json.Marshal(s)
		if err != nil {
			panic(err)
		}
		return string(b)
	}
	switch v.Kind() {
	case segment.KindBool:
		return fmt.Sprint(v.Bool())
	case segment.KindNumber:
		return v.String()
	case segment.KindText:
		return quote(v.Text())
	case segment.KindTime:
		return quote(v.Time().Format(time.RFC3339Nano))
	case segment.KindDate:
		return quote(v.String())
	case segment.KindList:
		var parts []string
		for _, e := range v.List() {
			parts = append(parts, plainJSON(e))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case segment.KindObject:
		var parts []string
		for _, m := range v.Members() {
			parts = append(parts, quote(m.Name)+":"+plainJSON(m.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return "null"
}

// crowdOf is the crowd of a seed.
func crowdOf(seed int64, contacts, conditions int) segmenttest.Crowd {
	return sample(segmenttest.Crowds(contacts, conditions), seed).(segmenttest.Crowd)
}
