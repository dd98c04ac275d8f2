package suites

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A Rule is a rule in the one form that all the suites share: a tree of groups
// (all, any, not, at_least), tests of a property, aggregates of events, and
// memberships. Its fields are the keys of that form.
type Rule struct {
	All      []Rule          `json:"all"`
	Any      []Rule          `json:"any"`
	Not      *Rule           `json:"not"`
	AtLeast  *int            `json:"at_least"`
	Of       json.RawMessage `json:"of"` // rules of at_least; the property of an aggregate
	Const    *bool           `json:"const"`
	Everyone bool            `json:"everyone"`

	Property   path              `json:"property"`
	Op         string            `json:"op"`
	Value      json.RawMessage   `json:"value"`
	Values     []json.RawMessage `json:"values"`
	IgnoreCase bool              `json:"ignore_case"`
	Each       string            `json:"each"`
	Divisor    json.RawMessage   `json:"divisor"`
	Remainder  json.RawMessage   `json:"remainder"`
	Seconds    int64             `json:"seconds"`
	Days       int64             `json:"days"`
	Years      int64             `json:"years"`
	ForAtLeast *int64            `json:"for_at_least_seconds"`
	ForLess    *int64            `json:"for_less_than_seconds"`

	Event         names           `json:"event"`
	Where         []Rule          `json:"where"`
	Agg           string          `json:"agg"`
	WithinDays    *int64          `json:"within_days"`
	WithinSeconds *int64          `json:"within_seconds"`
	AgoDays       []*int64        `json:"ago_days"`
	AgoSeconds    []*int64        `json:"ago_seconds"`
	Since         string          `json:"since"`
	Until         string          `json:"until"`
	Last          names           `json:"last"`
	Has           []Rule          `json:"has"`
	Weighted      []Rule          `json:"weighted"`
	Weight        json.RawMessage `json:"weight"`

	List       string `json:"list"`
	Subscribed string `json:"subscribed"`
	Default    bool   `json:"default"`
	Segment    string `json:"segment"`
}

// ParseRule reads a rule. A key that the form does not have is an error.
func ParseRule(text []byte) (Rule, error) {
	var r Rule
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(&r)
	return r, err
}

// A Policy says where a suite means something else by the same rule. The zero
// Policy is the rule form as it is documented, and what a [segment.Condition]
// means too.
type Policy struct {
	TextForms    bool     // eq compares text forms: "20" equals 20
	EmptyIsUnset bool     // the empty text counts as not set
	Cents        []string // numbers compared with these properties are hundredths
}

// Condition says the rule as a condition. Memberships of the rule form that
// have no node become lists: see [Subscribed].
func (r Rule) Condition(p Policy) (segment.Condition, error) {
	t := translator{policy: p}
	c := t.rule(r, fieldOf)
	return c, t.err
}

// A translator turns rules into conditions and keeps the first error.
type translator struct {
	policy Policy
	err    error
}

func (t *translator) fail(format string, args ...any) segment.Condition {
	if t.err == nil {
		t.err = fmt.Errorf(format, args...)
	}
	return nobody
}

// nobody is the condition that never holds, as rule text has it.
var nobody = rule.Not{C: rule.Everyone{}}

// A reader says what a property stands for: a field of a contact or of an
// event, or that of the latest event.
type reader func(path) rule.Expr

func fieldOf(p path) rule.Expr { return rule.Path(p...) }

func (t *translator) rule(r Rule, read reader) segment.Condition {
	switch {
	case r.All != nil:
		return rule.And(t.rules(r.All, read))
	case r.Any != nil:
		return rule.Or(t.rules(r.Any, read))
	case r.Not != nil:
		return rule.Not{C: t.rule(*r.Not, read)}
	case r.AtLeast != nil:
		var of []Rule
		if err := json.Unmarshal(r.Of, &of); err != nil {
			return t.fail("of: %w", err)
		}
		return rule.Count{Quantity: rule.QuantityAtLeast, K: *r.AtLeast, Of: t.rules(of, read)}
	case r.Everyone || r.Const != nil && *r.Const:
		return rule.Everyone{}
	case r.Const != nil:
		return nobody
	case r.Property != nil:
		if slices.Contains(t.policy.Cents, r.Property[0]) && len(r.Value) > 0 {
			r.Value = strconv.AppendFloat(nil, t.amount(r.Value, r.Property[0]).Float(), 'f', -1, 64)
		}
		return t.property(r, read(r.Property))
	case r.Last != nil:
		return t.last(r)
	case r.Weighted != nil:
		return t.weighted(r)
	case r.Event != nil:
		m := t.metric(r)
		return rule.Compare{Left: m, Op: t.op(r.Op), Right: t.amount(r.Value, string(m.Prop))}
	case r.List != "":
		return rule.InList(r.List)
	case r.Subscribed != "":
		return subscribed(r.Subscribed, r.Default)
	case r.Segment != "":
		return rule.InSegment(r.Segment)
	}
	return t.fail("a rule of no known form: %+v", r)
}

func (t *translator) rules(rs []Rule, read reader) []segment.Condition {
	cs := make([]segment.Condition, len(rs))
	for i, r := range rs {
		cs[i] = t.rule(r, read)
	}
	return cs
}

// Subscribed names the lists that stand for being subscribed to something, and
// for having unsubscribed from it: a contact that did neither is on neither.
func Subscribed(name string) (in, out string) {
	return "subscribed " + name, "unsubscribed " + name
}

func subscribed(name string, unlessOut bool) segment.Condition {
	in, out := Subscribed(name)
	if unlessOut {
		return rule.Not{C: rule.InList(out)}
	}
	return rule.InList(in)
}

// value reads a constant, numbers exactly.
func (t *translator) value(text json.RawMessage) segment.Value {
	if len(text) == 0 {
		return segment.Value{}
	}
	v, err := segment.ParseJSON(text)
	if err != nil {
		t.fail("value %s: %w", text, err)
	}
	return v
}

// amount reads a constant that is compared with a property, which may be money.
func (t *translator) amount(text json.RawMessage, prop string) segment.Value {
	v := t.value(text)
	if slices.Contains(t.policy.Cents, prop) {
		return segment.Number(v.Float() / 100)
	}
	return v
}

func (t *translator) valuesOf(r Rule) []segment.Value {
	if r.Values == nil {
		return []segment.Value{t.value(r.Value)}
	}
	vs := make([]segment.Value, len(r.Values))
	for i, text := range r.Values {
		vs[i] = t.value(text)
	}
	return vs
}

// op reads the operators of numbers, in both of their spellings.
func (t *translator) op(word string) rule.Op {
	switch word {
	case "eq", "semver_eq", "=":
		return rule.OpEq
	case "lt", "semver_lt", "before", "<":
		return rule.OpLt
	case "lte", "semver_lte", "<=":
		return rule.OpLe
	case "gt", "semver_gt", "after", ">":
		return rule.OpGt
	case "gte", "semver_gte", "at_or_after", ">=":
		return rule.OpGe
	}
	t.fail("unknown operator %q", word)
	return rule.OpEq
}

// A path is a list of keys, or one key.
type path []string

// UnmarshalJSON reads "a" or ["a", "b"].
func (p *path) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		*p = make(path, 1)
		return json.Unmarshal(text, &(*p)[0])
	}
	return json.Unmarshal(text, (*[]string)(p))
}

// names are names of events; one that ends in * is a prefix.
type names []string

// UnmarshalJSON reads "a", {"prefix": "a"} or a list of these.
func (n *names) UnmarshalJSON(text []byte) error {
	var list []json.RawMessage
	if json.Unmarshal(text, &list) != nil {
		list = []json.RawMessage{text}
	}
	for _, item := range list {
		var name string
		if json.Unmarshal(item, &name) != nil {
			var p struct{ Prefix string }
			if err := json.Unmarshal(item, &p); err != nil {
				return err
			}
			name = p.Prefix + "*"
		}
		*n = append(*n, name)
	}
	return nil
}
