package contacts

// The cells of CSV are text; what kind of value they stand for the schema says:
//
//	number    what NUMBER(x) reads: 12, -0.5, 007
//	bool      true or false in any case, 1 or 0
//	time      RFC 3339, a date, or 2026-01-31 10:00:00 in UTC; a number if the schema gives an epoch
//	date      2026-01-31
//	duration  36h, 1h30m
//	list      a JSON list, or elements with a semicolon between them
//	object    a JSON object
//
// A cell that is nothing of the kind is a problem of its row. Of a column that the schema
// does not know, or of which it says no kind, the first thousand rows tell: if all of its
// cells that are not empty are written as JSON numbers it is one of numbers (007 is none), if all are true
// or false of bools, if all are dates or all RFC 3339 of these, if all are JSON lists or
// objects of these, and else of text. A later cell that is nothing of a kind that was
// guessed is kept as text, and counted.

import (
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// kindJSON is the kind of a column of JSON lists and objects, which only guessing gives.
const kindJSON = rule.KindObject

// isOf reports whether a cell is written as a value of a kind that is guessed.
func isOf(kind rule.Kind, cell string) bool {
	switch kind {
	case rule.KindNumber:
		return jsontext.IsNumber(cell)
	case rule.KindBool:
		return strings.EqualFold(cell, "true") || strings.EqualFold(cell, "false")
	case rule.KindDate, rule.KindTime:
		return rule.ReadTime(cell).Kind() == kind
	case kindJSON:
		if cell[0] != '[' && cell[0] != '{' {
			return false
		}
		_, err := segment.ParseJSON([]byte(cell))
		return err == nil
	}
	return true
}

// guessed is the kind of a column with these cells.
func guessed(cells []string) rule.Kind {
	kinds := []rule.Kind{rule.KindNumber, rule.KindBool, rule.KindDate, rule.KindTime, kindJSON}
	some := false
	for _, cell := range cells {
		if cell == "" {
			continue
		}
		some = true
		left := kinds[:0]
		for _, k := range kinds {
			if isOf(k, cell) {
				left = append(left, k)
			}
		}
		kinds = left
	}
	if !some || len(kinds) == 0 {
		return rule.KindText
	}
	return kinds[0]
}

// valueOf reads a cell that is not empty as a declared type; ok is false if it is none.
func valueOf(t schema.FieldType, cell string) (v segment.Value, ok bool) {
	switch t.Kind {
	case rule.KindNumber:
		v = rule.ReadNumber(cell)
	case rule.KindBool:
		return boolOf(cell)
	case rule.KindTime:
		v = timeOf(t, cell)
	case rule.KindDate:
		v = rule.ReadTime(cell)
		return v, v.Kind() == rule.KindDate
	case rule.KindDuration:
		d, ok := rule.ReadDuration(cell)
		return rule.DurationValue(d), ok
	case rule.KindList:
		return listOf(t, cell)
	case rule.KindObject:
		v, err := segment.ParseJSON([]byte(cell))
		return v, err == nil && (v.Kind() == rule.KindObject || v.Kind() == rule.KindList)
	default:
		return segment.Text(cell), true
	}
	return v, !v.IsNull()
}

func boolOf(cell string) (v segment.Value, ok bool) {
	switch strings.ToLower(cell) {
	case "true", "1":
		return segment.Bool(true), true
	case "false", "0":
		return segment.Bool(false), true
	}
	return v, false
}

// timeOf reads an instant. One that a schema holds as a number stays a number: the rule
// knows what it counts.
func timeOf(t schema.FieldType, cell string) segment.Value {
	if t.Epoch != schema.EpochNone {
		return rule.ReadNumber(cell)
	}
	if v := rule.ReadTime(cell); !v.IsNull() {
		return v
	}
	for _, layout := range []string{"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999-07"} {
		if at, err := time.Parse(layout, cell); err == nil {
			return segment.Time(at)
		}
	}
	return segment.Value{}
}

func listOf(t schema.FieldType, cell string) (segment.Value, bool) {
	if cell[0] == '[' {
		v, err := segment.ParseJSON([]byte(cell))
		return v, err == nil && v.Kind() == rule.KindList
	}
	var vs []segment.Value
	for _, part := range strings.Split(cell, ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		v, ok := valueOf(schema.FieldType{Kind: t.Of}, part)
		if !ok {
			return v, false
		}
		vs = append(vs, v)
	}
	return segment.List(vs...), true
}
