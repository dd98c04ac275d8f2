package tables

// What may be wrong with related tables: one that belongs to itself by way of others, a
// name that is not there, and fields of which it cannot be told what they are.

import (
	"maps"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// related checks all related tables.
func (c *check) related(t Tables) {
	for _, name := range slices.Sorted(maps.Keys(t.Related)) {
		r, place := t.Related[name], "/related/"+escaped(name)
		if name == "" {
			c.report(place, segment.ErrValue, "a related table needs a name")
		}
		c.relation(place, r.Relation)
		c.name(place+"/key", r.Key)
		c.optional(place+"/owner", r.Owner)
		c.optional(place+"/order", r.Order)
		for _, column := range slices.Sorted(maps.Keys(r.Match)) {
			c.match(place+"/match/"+escaped(column), column, r.Match[column])
		}
		if r.Of == "" {
			continue
		}
		if r.Owner == "" {
			c.report(place+"/owner", segment.ErrValue, "the column of %q that %q equals is missing", r.Of, r.Key)
		}
		if _, ok := t.Related[r.Of]; !ok {
			c.noRelated(place+"/of", r.Of, t)
		} else if cycle := t.cycle(name); cycle != nil {
			c.report(place+"/of", segment.ErrCycle, "it belongs to itself: %s", strings.Join(cycle, " → "))
		}
	}
}

// match checks what the rows of a related table are told by.
func (c *check) match(place, column string, v rule.Value) {
	c.name(place, column)
	switch v.Kind() {
	case rule.KindText:
		if strings.ContainsRune(v.Text(), 0) {
			c.report(place, segment.ErrValue, "not all databases hold a text with a NUL")
		}
	case rule.KindNumber:
		if n := int64(v.Float()); v.Float() < -1<<53 || v.Float() > 1<<53 || !rule.Number(float64(n)).Equal(v) {
			c.report(place, segment.ErrValue, "a number here is a whole one of up to 15 digits")
		}
	case rule.KindBool:
	default:
		c.report(place, segment.ErrType, "a column here equals a text, a whole number, or true or false")
	}
}

// cycle is the way from a related table back to it, nil if there is none.
func (t Tables) cycle(name string) (way []string) {
	for at := name; at != "" && !slices.Contains(way, at); at = t.Related[at].Of {
		way = append(way, at)
		if t.Related[at].Of == name {
			return append(way, name)
		}
	}
	return nil
}

// noRelated reports the name of a related table that is not there.
func (c *check) noRelated(place, name string, t Tables) {
	names := slices.Sorted(maps.Keys(t.Related))
	c.report(place, segment.ErrUnknown, "there is no related table %q among %v", name, names)
	c.errs[len(c.errs)-1].Suggestion = textset.Nearest(name, names...)
}

// field checks where a field is: of the contact if from is empty, and else of the rows
// of a related table. fields are those beside it.
func (c *check) field(place string, t Tables, from, name string, fields map[string]Column) {
	col := fields[name]
	in, list := col.In, t.Several(from, col)
	if in != "" {
		if _, ok := t.Related[in]; !ok {
			c.noRelated(place+"/in", in, t)
			return
		}
		if _, ok := t.Path(from, in); !ok || in == from {
			if t.cycle(in) == nil && from != "" { // a cycle is reported already
				c.report(place+"/in", segment.ErrValue, "%q does not belong to the rows of %q: /related/%s/of must lead there", in, from, escaped(in))
			}
			return
		}
		col.In = ""
	}
	if list {
		c.alone(place, name, fields)
	}
	if len(col.Members) == 0 {
		c.column(place, col)
		return
	}
	switch {
	case !list:
		c.report(place+"/members", segment.ErrValue, "only rows of a related table of which there may be many have members")
	case col.Column != "" || col.Expr != "" || col.Type != "" || len(col.Path) > 0:
		c.report(place, segment.ErrValue, "a list of rows has members, and no column, expression, path or type of its own")
	default:
		for _, m := range slices.Sorted(maps.Keys(col.Members)) {
			c.field(place+"/members/"+escaped(m), t, in, m, col.Members)
		}
	}
}

// alone refuses fields within a list: of orders and orders.total it would not be clear
// whether the field orders is a list or an object.
func (c *check) alone(place, name string, fields map[string]Column) {
	for _, other := range slices.Sorted(maps.Keys(fields)) {
		if strings.HasPrefix(other, name+".") {
			c.report(place, segment.ErrValue, "the field is ambiguous: %q is a list, and %q makes it an object", name, other)
			return
		}
	}
}

// notRelated refuses a related table, or members, for what is no field.
func (c *check) notRelated(place string, col Column) {
	if col.In != "" {
		c.report(place+"/in", segment.ErrValue, "only a field is in a related table")
	}
	if len(col.Members) > 0 {
		c.report(place+"/members", segment.ErrValue, "only a field that is a list of rows has members")
	}
}

// typeOf is what a schema says of a field: which members a list of rows has.
func typeOf(c Column) schema.FieldType {
	if len(c.Members) == 0 {
		return schema.FieldType{}
	}
	t := schema.FieldType{Kind: rule.KindList, Elements: make(map[string]schema.FieldType)}
	for name, m := range c.Members {
		t.Elements[name] = typeOf(m)
	}
	return t
}
