package definition_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/definition"
	"github.com/segmentrules/segment/internal/parser"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// A thicket is a random tree in which things are wrong. Every test in it has a
// number of its own, which stands in what is said of it.
type thicket struct {
	ruletest.Grower
	tests  map[string]rule.Condition // by number
	around map[string]string         // of those in a sequence, the number of the sequence: what is wrong in a step is said of it
}

// condition grows a tree; bound says that it stands in a HAS or a WHERE.
func (g *thicket) condition(depth int, bound bool) rule.Condition {
	if depth <= 0 || g.IntN(5) == 0 {
		return g.test(depth, bound)
	}
	several := func() (cs []rule.Condition) {
		for range 1 + g.IntN(3) {
			cs = append(cs, g.condition(depth-1, bound))
		}
		return cs
	}
	switch g.IntN(6) {
	case 0:
		return rule.And(append(several(), g.test(depth-1, bound)))
	case 1:
		return rule.Or(append(several(), g.test(depth-1, bound)))
	case 2:
		return rule.Not{C: g.condition(depth-1, bound)}
	case 3:
		return rule.Count{Quantity: rule.QuantityAtLeast, K: 1, Of: several()}
	case 4:
		return rule.Zoned{C: g.condition(depth-1, bound), Zone: rule.Text("Europe/Berlin")}
	}
	return g.test(depth, bound)
}

func (g *thicket) test(depth int, bound bool) rule.Condition {
	number := strconv.Itoa(1000 + len(g.tests))
	g.tests[number] = nil
	c := g.wrong(depth, bound, "x"+number)
	g.tests[number] = c
	return c
}

// wrong is a test with something wrong, or right, in it, of which the name is said.
func (g *thicket) wrong(depth int, bound bool, name string) rule.Condition {
	never := rule.Compare{Left: rule.Int(1), Op: rule.OpGt, Right: rule.Text(name)} // they do not compare
	unknown := rule.Compare{Left: rule.Field(name), Op: rule.OpGt, Right: rule.Int(1)}
	n := g.IntN(9)
	if bound || depth <= 0 {
		n %= 2
	}
	where := func() rule.Events { return rule.Events{Names: []string{"e"}, Where: g.condition(depth-1, true)} }
	switch n {
	case 0:
		return never
	case 1:
		return unknown
	case 2:
		return rule.Compare{Left: rule.Metric{Events: where()}, Op: rule.OpGt, Right: rule.Text(name)}
	case 3:
		since := rule.Window{Kind: rule.WindowSince, From: rule.Metric{Agg: rule.AggFirst, Prop: "t", Events: where()}}
		return rule.Compare{Left: rule.Arith{Op: rule.ArithDiv, Left: rule.Metric{Events: where(), Window: since}, Right: rule.Metric{Events: where()}}, Op: rule.OpGt, Right: rule.Text(name)}
	case 4:
		steps := where()
		for _, inner := range thicketName.FindAllString(steps.Where.String(), -1) {
			g.around[inner] = name
		}
		return rule.Sequence{Steps: []rule.Step{{Events: steps}, {Events: rule.Events{Names: []string{name}}}}, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 3, Unit: rule.UnitDay}}}
	case 5:
		e := where()
		e.Names = []string{name}
		return rule.Regularity{Events: e, K: 1, N: 2, Unit: rule.UnitDay}
	case 6:
		return rule.Each{Quantifier: rule.QuantifierAny, X: rule.Field("tags"), C: rule.And{g.condition(depth-1, true), rule.Compare{Left: rule.Field(name), Op: rule.OpGt, Right: rule.Int(1)}}}
	case 7:
		return rule.When{X: rule.Field(name), Window: rule.Window{Kind: rule.WindowBetween, From: rule.Metric{Agg: rule.AggFirst, Prop: "t", Events: where()}, To: rule.Call{Fn: rule.FnNow}}}
	}
	return ruletest.Pick[rule.Condition](g.Grower, rule.InList(name), rule.InSegment(name), rule.Changed{Field: rule.Field(name)}, rule.In{X: rule.Field("plan"), Values: []rule.Value{rule.Text("free"), rule.Text(name)}, Fold: false})
}

func thicketSchema() *schema.Schema {
	return &schema.Schema{
		Fields: map[string]schema.FieldType{"plan": {Kind: rule.KindText, Values: []string{"free"}},
			"tags": {Kind: rule.KindList, Elements: map[string]schema.FieldType{"sum": {Kind: rule.KindNumber}}}},
		Events:   map[string]schema.EventType{"e": {Props: map[string]schema.FieldType{"t": {Kind: rule.KindTime}}}},
		Lists:    []string{"vip"},
		Segments: []string{"new"},
		Limits:   rule.Limits{Errors: 1000},
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
		g := &thicket{ruletest.NewGrower(seed), make(map[string]rule.Condition), make(map[string]string)}
		c := g.condition(4, false)
		var want []string
		for _, e := range rule.ErrorsOf(thicketSchema().Check(c)) {
			if _, rest := lastOn(c, e.Path); strings.HasPrefix(rest, "[") || g.named(e.Msg) == "" {
				t.Fatalf("%s: %v", c, e)
			}
			want = append(want, e.Msg)
		}
		text := c.String()
		def, err := definition.MarshalCondition(c)
		if err != nil {
			t.Fatal(err)
		}
		ruled, _ := json.Marshal(map[string]any{"logic": "AND", "conditions": []any{map[string]any{"everyone": true}, map[string]any{"not": true, "rule": text}}})
		for _, form := range []struct {
			name, text string
			err        func(text string) error
		}{
			{"text", text, func(text string) error { _, err := thicketSchema().Parse(text); return err }},
			{"definition", string(def), func(text string) error { _, err := segment.ParseDefinition(thicketSchema(), []byte(text)); return err }},
			{"rule in a definition", string(ruled), func(text string) error { _, err := segment.ParseDefinition(thicketSchema(), []byte(text)); return err }},
		} {
			got := map[string]bool{}
			for _, e := range rule.ErrorsOf(form.err(form.text)) {
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
func lastOn(c rule.Condition, path string) (number int, rest string) {
	on := rule.ConditionsOn(c, path)
	return on[len(on)-1].Number, on[len(on)-1].Rest
}

// misplaced says what is wrong with the place of an error; the message is left
// without the place in a rule.
func (g *thicket) misplaced(whole, rule string, msg *string, e *rule.Error) string {
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
func (g *thicket) testAt(r string, offset int) string {
	found := r
	for _, c := range g.tests {
		for _, text := range [...]string{c.String(), rule.Not{C: c}.String()} { // x NOT IN (…) is one test
			at := strings.Index(r, text)
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
	count := func(c rule.Condition) (n int) {
		var v rule.Visitor
		v.Condition = func(c rule.Condition) bool { n++; return v.Visit(c) }
		v.Expr = func(e rule.Expr) bool { return v.VisitExpr(e) }
		v.Condition(c)
		return n
	}
	for seed := range uint64(1000) {
		c := ruletest.NewGrower(seed).Condition(4, false)
		if r, err := parser.ParseRule(c.String(), rule.Limits{}, nil); err == nil && len(r.Places) != count(r.Condition) {
			t.Fatalf("%s: %d conditions, %d places", c, count(r.Condition), len(r.Places))
		}
		text, err := definition.MarshalCondition(c)
		if err != nil {
			continue
		}
		d, err := definition.ReadSegment(text, rule.Limits{})
		if err != nil || len(d.Reader.Sites) != count(d.Condition) {
			t.Fatalf("%s: %v, %d conditions, %d places", text, err, count(d.Condition), len(d.Reader.Sites))
		}
	}
}
