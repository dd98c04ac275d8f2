package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// UnmarshalJSON reads a schema and validates it. All that is wrong with it
// comes back as [rule.Errors], each with a JSON Pointer and, where the text itself
// is at fault, its byte offset: keys that do not exist or come twice, values
// of a wrong kind, and what [Schema.Validate] refuses. On an error the schema
// is left as it was.
func (s *Schema) UnmarshalJSON(text []byte) error {
	v, err := rule.ParseJSON(text)
	if err != nil {
		return err
	}
	r := schemaReader{text: text}
	read := r.schema(v)
	if len(r.errs) > 0 {
		return r.errs
	}
	if err := read.Validate(); err != nil {
		return r.placed(err)
	}
	*s = read
	return nil
}

// A schemaReader turns JSON values into parts of a schema, and collects what
// does not fit. A place is the names and indices down to a value.
type schemaReader struct {
	text []byte
	errs rule.Errors
}

type jsonPlace []string

func (p jsonPlace) down(name string) jsonPlace { return append(p[:len(p):len(p)], name) }

func (p jsonPlace) pointer() string {
	var b strings.Builder
	for _, name := range p {
		b.WriteByte('/')
		b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(name))
	}
	return b.String()
}

// pointerPlace is the place that a pointer leads to.
func pointerPlace(pointer string) (p jsonPlace) {
	if pointer == "" {
		return nil
	}
	for name := range strings.SplitSeq(pointer[1:], "/") {
		p = append(p, strings.NewReplacer("~1", "/", "~0", "~").Replace(name))
	}
	return p
}

func (r *schemaReader) fail(p jsonPlace, e *rule.Error) {
	if len(r.errs) >= rule.DefaultErrors {
		return
	}
	at := rule.JSONError(r.text, r.offset(p), e.Code, e.Msg)
	at.Path, at.Suggestion = p.pointer(), e.Suggestion
	r.errs = append(r.errs, at)
}

// offset finds the value at a place. It is only for errors, and reads the text
// once more.
func (r *schemaReader) offset(p jsonPlace) int {
	at := gjson.ParseBytes(r.text)
	for _, name := range p {
		i := 0
		at.ForEach(func(k, e gjson.Result) bool {
			found := k.Type == gjson.String && k.Str == name || k.Type == gjson.Null && strconv.Itoa(i) == name
			if i++; found {
				at = e
			}
			return !found
		})
	}
	return min(at.Index, len(r.text))
}

// placed gives what Validate found its place in the text. What is wrong in the
// text of a calculated field says where in that it is.
func (r *schemaReader) placed(err error) error {
	es := rule.ErrorsOf(err)
	for _, e := range es {
		if e.Line > 0 {
			e.Msg = fmt.Sprintf("in the expression at %d:%d: %s", e.Line, e.Column, e.Msg)
		}
		e.LocateJSON(r.text, r.offset(pointerPlace(e.Path)))
	}
	return es.InOrder()
}

func (r *schemaReader) wrong(p jsonPlace, v rule.Value, want string) {
	r.fail(p, &rule.Error{Code: rule.ErrType, Msg: fmt.Sprintf("expected %s, found %s", want, article(v.Kind()))})
}

// object hands each member to the function for its key.
func (r *schemaReader) object(p jsonPlace, v rule.Value, keys map[string]func(jsonPlace, rule.Value)) {
	if v.Kind() != rule.KindObject {
		r.wrong(p, v, "an object")
	}
	for _, m := range v.Members() {
		if set, ok := keys[m.Name]; ok {
			set(p.down(m.Name), m.Value)
			continue
		}
		names := textset.SortedKeys(keys)
		r.fail(p.down(m.Name), &rule.Error{Code: rule.ErrUnknown, Msg: fmt.Sprintf("unknown key %q", m.Name), Suggestion: textset.Nearest(m.Name, names...)})
	}
}

// members hands each member of an object of any keys to the function.
func (r *schemaReader) members(p jsonPlace, v rule.Value, each func(name string, p jsonPlace, v rule.Value)) {
	if v.Kind() != rule.KindObject {
		r.wrong(p, v, "an object")
	}
	for _, m := range v.Members() {
		each(m.Name, p.down(m.Name), m.Value)
	}
}

func (r *schemaReader) schema(v rule.Value) (s Schema) {
	r.object(nil, v, map[string]func(jsonPlace, rule.Value){
		"fields":     func(p jsonPlace, v rule.Value) { s.Fields = r.fields(p, v) },
		"events":     func(p jsonPlace, v rule.Value) { s.Events = r.events(p, v) },
		"calculated": func(p jsonPlace, v rule.Value) { s.Calculated = r.textMap(p, v) },
		"lists":      r.setTexts(&s.Lists),
		"segments":   r.setTexts(&s.Segments),
		"open":       r.setBool(&s.Open),
		"zone":       r.setText(&s.Zone),
		"week_starts_on": func(p jsonPlace, v rule.Value) {
			s.WeekStartsOn = rule.WeekdayMonday + rule.Weekday(r.choice(p, v, "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
		},
		"fiscal_year_starts": func(p jsonPlace, v rule.Value) {
			s.FiscalYearStarts = time.January + time.Month(r.choice(p, v, "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"))
		},
		"leap_day":  r.setText(&s.LeapDay),
		"retention": func(p jsonPlace, v rule.Value) { s.Retention = r.span(p, v) },
		"limits":    func(p jsonPlace, v rule.Value) { s.Limits = r.limits(p, v) },
	})
	return s
}

func (r *schemaReader) fields(p jsonPlace, v rule.Value) map[string]FieldType {
	out := make(map[string]FieldType)
	r.members(p, v, func(name string, p jsonPlace, v rule.Value) {
		var f FieldType
		kind := func(to *rule.Kind) func(jsonPlace, rule.Value) {
			return func(p jsonPlace, v rule.Value) {
				*to = rule.KindBool + rule.Kind(r.choice(p, v, "bool", "number", "text", "time", "date", "duration", "list", "object"))
			}
		}
		r.object(p, v, map[string]func(jsonPlace, rule.Value){
			"kind":          kind(&f.Kind),
			"of":            kind(&f.Of),
			"required":      r.setBool(&f.Required),
			"ignoring_case": r.setBool(&f.Fold),
			"epoch": func(p jsonPlace, v rule.Value) {
				f.Epoch = EpochSeconds + Epoch(r.choice(p, v, "seconds", "milliseconds"))
			},
			"coerce":   r.setBool(&f.Coerce),
			"values":   r.setTexts(&f.Values),
			"elements": func(p jsonPlace, v rule.Value) { f.Elements = r.fields(p, v) },
		})
		out[name] = f
	})
	return out
}

func (r *schemaReader) events(p jsonPlace, v rule.Value) map[string]EventType {
	out := make(map[string]EventType)
	r.members(p, v, func(name string, p jsonPlace, v rule.Value) {
		var e EventType
		r.object(p, v, map[string]func(jsonPlace, rule.Value){
			"aliases": r.setTexts(&e.Aliases),
			"nouns":   r.setTexts(&e.Nouns),
			"props":   func(p jsonPlace, v rule.Value) { e.Props = r.fields(p, v) },
		})
		out[name] = e
	})
	return out
}

func (r *schemaReader) limits(p jsonPlace, v rule.Value) (l rule.Limits) {
	number := func(to *int) func(jsonPlace, rule.Value) {
		return func(p jsonPlace, v rule.Value) {
			n, ok := v.Int()
			if !ok || n < 1 || n > 1<<40 {
				r.fail(p, &rule.Error{Code: rule.ErrValue, Msg: "expected a whole number from 1 on"})
			}
			*to = int(n)
		}
	}
	r.object(p, v, map[string]func(jsonPlace, rule.Value){
		"bytes": number(&l.Bytes), "depth": number(&l.Depth), "conditions": number(&l.Conditions), "values": number(&l.Values),
		"steps": number(&l.Steps), "pattern": number(&l.Pattern), "errors": number(&l.Errors),
	})
	return l
}

func (r *schemaReader) setBool(to *bool) func(jsonPlace, rule.Value) {
	return func(p jsonPlace, v rule.Value) {
		if v.Kind() != rule.KindBool {
			r.wrong(p, v, "true or false")
		}
		*to = v.Bool()
	}
}

func (r *schemaReader) setText(to *string) func(jsonPlace, rule.Value) {
	return func(p jsonPlace, v rule.Value) {
		if v.Kind() != rule.KindText {
			r.wrong(p, v, "a text")
		}
		*to = v.Text()
	}
}

func (r *schemaReader) setTexts(to *[]string) func(jsonPlace, rule.Value) {
	return func(p jsonPlace, v rule.Value) {
		if v.Kind() != rule.KindList {
			r.wrong(p, v, "a list of texts")
		}
		for i, e := range v.List() {
			var s string
			r.setText(&s)(p.down(strconv.Itoa(i)), e)
			*to = append(*to, s)
		}
	}
}

// textMap reads an object of texts.
func (r *schemaReader) textMap(p jsonPlace, v rule.Value) map[string]string {
	out := make(map[string]string)
	r.members(p, v, func(name string, p jsonPlace, v rule.Value) {
		var s string
		r.setText(&s)(p, v)
		out[name] = s
	})
	return out
}

// choice is the index of one of the words.
func (r *schemaReader) choice(p jsonPlace, v rule.Value, words ...string) int {
	i := slices.Index(words, v.Text())
	if v.Kind() != rule.KindText {
		r.wrong(p, v, "a text")
	} else if i < 0 {
		r.fail(p, &rule.Error{Code: rule.ErrUnknown, Msg: fmt.Sprintf("unknown word %q; expected %s", v.Text(), strings.Join(words, ", ")),
			Suggestion: textset.Nearest(v.Text(), words...)})
	}
	return max(i, 0)
}

func (r *schemaReader) span(p jsonPlace, v rule.Value) (d rule.Span) {
	number, unit, _ := strings.Cut(v.Text(), " ")
	n, err := strconv.ParseInt(number, 10, 64)
	u, ok := rule.UnitNamed(strings.TrimSpace(unit))
	if d = (rule.Span{N: n, Unit: u}); err != nil || !ok || !d.Valid() || n < 1 {
		r.fail(p, &rule.Error{Code: rule.ErrValue, Msg: "expected a number and a unit, such as \"400 days\""})
	}
	return d
}

// article is a kind as a sentence names it.
func article(k rule.Kind) string {
	switch k {
	case rule.KindNull, rule.KindInvalid:
		return "nothing"
	case rule.KindBool:
		return "TRUE or FALSE"
	case rule.KindTime:
		return "an instant"
	case rule.KindObject:
		return "an object"
	}
	return "a " + k.String()
}
