package segment

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A thicket is a random tree in which things are wrong. Every test in it has a
// number of its own, which stands in what is said of it.
type thicket struct {
	grower
	tests  map[string]Condition // by number
	around map[string]string    // of those in a sequence, the number of the sequence: what is wrong in a step is said of it
}

// condition grows a tree; bound says that it stands in a HAS or a WHERE.
func (g *thicket) condition(depth int, bound bool) Condition {
	if depth <= 0 || g.IntN(5) == 0 {
		return g.test(depth, bound)
	}
	several := func() (cs []Condition) {
		for range 1 + g.IntN(3) {
			cs = append(cs, g.condition(depth-1, bound))
		}
		return cs
	}
	switch g.IntN(6) {
	case 0:
		return And(append(several(), g.test(depth-1, bound)))
	case 1:
		return Or(append(several(), g.test(depth-1, bound)))
	case 2:
		return Not{g.condition(depth-1, bound)}
	case 3:
		return Count{Quantity: AtLeast, K: 1, Of: several()}
	case 4:
		return Zoned{g.condition(depth-1, bound), Text("Europe/Berlin")}
	}
	return g.test(depth, bound)
}

func (g *thicket) test(depth int, bound bool) Condition {
	number := strconv.Itoa(1000 + len(g.tests))
	g.tests[number] = nil
	c := g.wrong(depth, bound, "x"+number)
	g.tests[number] = c
	return c
}

// wrong is a test with something wrong, or right, in it, of which the name is said.
func (g *thicket) wrong(depth int, bound bool, name string) Condition {
	never := Compare{Left: Int(1), Op: Gt, Right: Text(name)} // they do not compare
	unknown := Compare{Left: Field(name), Op: Gt, Right: Int(1)}
	n := g.IntN(9)
	if bound || depth <= 0 {
		n %= 2
	}
	where := func() Events { return Events{Names: []string{"e"}, Where: g.condition(depth-1, true)} }
	switch n {
	case 0:
		return never
	case 1:
		return unknown
	case 2:
		return Compare{Left: Metric{Events: where()}, Op: Gt, Right: Text(name)}
	case 3:
		since := Window{Kind: WindowSince, From: Metric{Agg: AggFirst, Prop: "t", Events: where()}}
		return Compare{Left: Arith{Div, Metric{Events: where(), Window: since}, Metric{Events: where()}}, Op: Gt, Right: Text(name)}
	case 4:
		steps := where()
		for _, inner := range thicketName.FindAllString(steps.Where.String(), -1) {
			g.around[inner] = name
		}
		return Sequence{Steps: []Step{{Events: steps}, {Events: Events{Names: []string{name}}}}, Window: Window{Kind: WindowLast, A: Span{3, Day}}}
	case 5:
		e := where()
		e.Names = []string{name}
		return Regularity{Events: e, K: 1, N: 2, Unit: Day}
	case 6:
		return Each{Quantifier: Any, X: Field("tags"), C: And{g.condition(depth-1, true), Compare{Left: Field(name), Op: Gt, Right: Int(1)}}}
	case 7:
		return When{Field(name), Window{Kind: WindowBetween, From: Metric{Agg: AggFirst, Prop: "t", Events: where()}, To: Call{Fn: FnNow}}}
	}
	return pick[Condition](g.grower, InList(name), InSegment(name), Changed{Field: Field(name)}, In{Field("plan"), []Value{Text("free"), Text(name)}, false})
}

func thicketSchema() *Schema {
	return &Schema{
		Fields: map[string]FieldType{"plan": {Kind: KindText, Values: []string{"free"}},
			"tags": {Kind: KindList, Elements: map[string]FieldType{"sum": {Kind: KindNumber}}}},
		Events:   map[string]EventType{"e": {Props: map[string]FieldType{"t": {Kind: KindTime}}}},
		Lists:    []string{"vip"},
		Segments: []string{"new"},
		Limits:   Limits{Errors: 1000},
	}
}

var thicketName = regexp.MustCompile(`x\d{4}`)

// named is the last name in what is said: that of the test it is said of.
func (g *thicket) named(msg string) string {
	if names := thicketName.FindAllString(msg, -1); names != nil {
		return names[len(names)-1]
	}
	return ""
}

// inside says what is wrong with a part of a text as the place of an error about
// a test: no other test may have its name in it, but those within the test.
func (g *thicket) inside(part, name string) string {
	for g.around[name] != "" {
		name = g.around[name]
	}
	test := g.tests[strings.TrimPrefix(name, "x")].String()
	for _, other := range thicketName.FindAllString(part, -1) {
		if !strings.Contains(test, other) {
			return fmt.Sprintf("the error about %s is at %s, which %s is not in", name, part, other)
		}
	}
	if !thicketName.MatchString(part) && !strings.Contains(part, "plan") {
		return fmt.Sprintf("the error about %s is at %s", name, part)
	}
	return ""
}

// What is wrong with a tree has a place where the tree is written as rule text,
// as a definition, or as one with the text in it: within the test it is about.
func TestLawErrorsOfATreeArePlacedInTheirNode(t *testing.T) {
	for seed := range uint64(200) {
		g := &thicket{newGrower(seed), make(map[string]Condition), make(map[string]string)}
		c := g.condition(4, false)
		var want []string
		for _, e := range errorsOf(thicketSchema().Check(c)) {
			if _, rest := lastOn(c, e.Path); strings.HasPrefix(rest, "[") || g.named(e.Msg) == "" {
				t.Fatalf("%s: %v", c, e)
			}
			want = append(want, e.Msg)
		}
		text := c.String()
		def, err := MarshalCondition(c)
		if err != nil {
			t.Fatal(err)
		}
		ruled, _ := json.Marshal(map[string]any{"logic": "AND", "conditions": []any{map[string]any{"everyone": true}, map[string]any{"not": true, "rule": text}}})
		for _, form := range []struct {
			name, text string
			err        func(text string) error
		}{
			{"text", text, func(text string) error { _, err := thicketSchema().Parse(text); return err }},
			{"definition", string(def), func(text string) error { _, err := ParseDefinition(thicketSchema(), []byte(text)); return err }},
			{"rule in a definition", string(ruled), func(text string) error { _, err := ParseDefinition(thicketSchema(), []byte(text)); return err }},
		} {
			got := map[string]bool{}
			for _, e := range errorsOf(form.err(form.text)) {
				msg := e.Msg
				if e.Line == 0 {
					t.Fatalf("%s %s: no place: %v", form.name, form.text, e)
				}
				if wrong := g.misplaced(form.text, text, &msg, e); wrong != "" {
					t.Fatalf("%s %s:\n%v: %s", form.name, form.text, e, wrong)
				}
				got[msg] = true
			}
			for _, msg := range want {
				if !got[msg] {
					t.Fatalf("%s %s: nothing says %q", form.name, form.text, msg)
				}
			}
		}
	}
}

// lastOn is the innermost condition on a path, by its number, and what remains
// behind it.
func lastOn(c Condition, path string) (number int, rest string) {
	on := conditionsOn(c, path)
	return on[len(on)-1].number, on[len(on)-1].rest
}

// misplaced says what is wrong with the place of an error; the message is left
// without the place in a rule.
func (g *thicket) misplaced(whole, rule string, msg *string, e *Error) string {
	if whole != rule {
		var line, column int
		if n, _ := fmt.Sscanf(*msg, "in the rule at %d:%d:", &line, &column); n == 2 {
			*msg = strings.SplitN(*msg, ": ", 2)[1]
			return g.inside(g.testAt(rule, column-1), g.named(*msg))
		}
		var value json.RawMessage
		if err := json.NewDecoder(strings.NewReader(whole[e.Offset:])).Decode(&value); err != nil {
			return err.Error()
		}
		return g.inside(string(value), g.named(*msg))
	}
	return g.inside(g.testAt(rule, e.Offset), g.named(*msg))
}

// testAt is the text of the innermost test that stands at an offset of the rule.
func (g *thicket) testAt(rule string, offset int) string {
	found := rule
	for _, c := range g.tests {
		for _, text := range [...]string{c.String(), Not{c}.String()} { // x NOT IN (…) is one test
			at := strings.Index(rule, text)
			if at >= 0 && at <= offset && offset < at+len(text) && len(text) < len(found) {
				found = text
			}
		}
	}
	return found
}

// The places that a parser or a reader notes are as many as the tree has
// conditions.
func TestLawEveryConditionHasAPlace(t *testing.T) {
	count := func(c Condition) (n int) {
		var v Visitor
		v.Condition = func(c Condition) bool { n++; return v.Visit(c) }
		v.Expr = func(e Expr) bool { return v.VisitExpr(e) }
		v.Condition(c)
		return n
	}
	for seed := range uint64(1000) {
		c := newGrower(seed).condition(4, false)
		if r, err := parseRule(c.String(), Limits{}, nil); err == nil && len(r.places) != count(r.condition) {
			t.Fatalf("%s: %d conditions, %d places", c, count(r.condition), len(r.places))
		}
		text, err := MarshalCondition(c)
		if err != nil {
			continue
		}
		d, err := readSegment(text, Limits{})
		if err != nil || len(d.reader.sites) != count(d.condition) {
			t.Fatalf("%s: %v, %d conditions, %d places", text, err, count(d.condition), len(d.reader.sites))
		}
	}
}
