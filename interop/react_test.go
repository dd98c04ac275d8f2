package interop_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
	"github.com/segmentrules/segment/segmenttest"
)

const react = "react-querybuilder"

// cases is how many random cases a law tries: more where CI is set, fewer with -short.
func cases() *gopter.TestParameters {
	p := gopter.DefaultTestParametersWithSeed(1)
	p.MinSuccessfulTests = 1000
	if testing.Short() {
		p.MinSuccessfulTests = 100
	} else if os.Getenv("CI") != "" {
		p.MinSuccessfulTests = 10000
	}
	return p
}

func importReact(t testing.TB, o interop.Options, tree string) segment.Condition {
	t.Helper()
	s, losses, err := o.Import(react, []byte(tree))
	if err != nil {
		t.Fatalf("%s\n%v", tree, err)
	}
	if len(losses) > 0 {
		t.Fatalf("%s\n%v", tree, losses)
	}
	return s.Condition
}

func exportReact(t testing.TB, o interop.Options, c segment.Condition) string {
	t.Helper()
	text, losses, err := o.Export(react, segment.Segment{Condition: c})
	if err != nil || len(losses) > 0 {
		t.Fatalf("%v\n%v %v", c, err, losses)
	}
	if !json.Valid(text) {
		t.Fatalf("%v\n%s", c, text)
	}
	return string(text)
}

// Every rule survives being a tree, native or as rule text.
func TestReactKeepsRules(t *testing.T) {
	p := gopter.NewProperties(cases())
	known := &segment.Schema{Open: true, Fields: map[string]schema.FieldType{
		"seen": {Kind: segment.KindTime}, "born": {Kind: segment.KindDate}, "n": {Kind: segment.KindNumber}, "plan": {Kind: segment.KindText, Fold: true}, "list": {Kind: segment.KindText}}}
	p.Property("rule, tree, rule", prop.ForAll(func(of segmenttest.Case) string {
		c := of.Condition
		for _, o := range []interop.Options{{}, {Schema: known}} {
			text, _, err := o.Export(react, segment.Segment{Condition: c})
			if checked := o.Schema.Check(c); err != nil && checked != nil && err.Error() == checked.Error() {
				continue // kinds that do not fit
			} else if err != nil {
				return err.Error()
			}
			s, losses, err := o.Import(react, text)
			if err != nil || len(losses) > 0 {
				return fmt.Sprint(string(text), err, losses)
			}
			want := c
			if o.Schema != nil {
				want, _ = known.Resolve(c)
			}
			if !rule.Equal(s.Condition, want) {
				return fmt.Sprintf("%v\nis %s\nwhich is %v", want, text, s.Condition)
			}
			// and is written back as it stands
			o.Tree = []byte(" " + strings.Replace(string(text), `"rules"`, `"meta":{"a" : 1},"rules"`, 1))
			again, _, err := o.Export(react, s)
			if err != nil || string(again) != string(o.Tree[1:]) {
				return fmt.Sprintf("%s\nis written back as\n%s %v", o.Tree, again, err)
			}
		}
		return ""
	}, segmenttest.Cases()))
	p.TestingRun(t)
}

// A randomTree makes queries of every shape.
type randomTree struct {
	r  *rand.Rand
	ic bool
	id int
}

func (m *randomTree) pick(of ...string) string { return of[m.r.Intn(len(of))] }

func (m *randomTree) extras(o map[string]any) map[string]any {
	if m.r.Intn(2) == 0 {
		m.id++
		o["id"] = fmt.Sprint("n", m.id)
	}
	if m.r.Intn(4) == 0 {
		o["path"] = []int{m.r.Intn(3), m.r.Intn(3)}
	}
	if m.r.Intn(5) == 0 {
		o["meta"] = map[string]any{"note": "<b>", "n": 1e21, "x": nil}
	}
	if m.r.Intn(8) == 0 {
		o[m.pick("disabled", "muted")] = m.r.Intn(3) > 0
	}
	return o
}

func (m *randomTree) group(depth int, element bool) map[string]any {
	g := map[string]any{}
	rules := []any{}
	for i := range m.r.Intn(5) {
		if m.ic && i > 0 {
			rules = append(rules, m.pick("and", "or", "xor", "AND"))
		}
		if depth > 0 && m.r.Intn(3) == 0 {
			rules = append(rules, m.group(depth-1, element))
		} else {
			rules = append(rules, m.rule(depth, element))
		}
	}
	g["rules"] = rules
	if !m.ic {
		g["combinator"] = m.pick("and", "or", "xor", "OR")
	}
	if m.r.Intn(4) == 0 {
		g["not"] = m.r.Intn(3) > 0
	}
	return m.extras(g)
}

func (m *randomTree) value() any {
	return []any{"a", "x,y", "15", 3, -2.5, true, "", "2026-01-31", nil, "~", 1e3}[m.r.Intn(11)]
}

func (m *randomTree) rule(depth int, element bool) map[string]any {
	o := m.extras(map[string]any{"field": m.pick("a", "b", "c.d", `odd\.name`), "operator": "="})
	if element && m.r.Intn(2) == 0 {
		o["field"] = ""
	}
	if depth > 0 && m.r.Intn(6) == 0 {
		o["match"] = map[string]any{"mode": m.pick("all", "some", "none", "atLeast", "atMost", "exactly"), "threshold": m.r.Intn(4)}
		o["value"] = m.group(depth-1, true)
		return o
	}
	op := m.pick("=", "!=", "<", ">", "<=", ">=", "contains", "beginsWith", "endsWith", "doesNotContain", "doesNotBeginWith", "doesNotEndWith",
		"null", "notNull", "in", "notIn", "between", "notBetween", "NOTIN", "BeginsWith")
	o["operator"], o["value"] = op, m.value()
	switch strings.ToLower(op) {
	case "in", "notin":
		o["value"] = []any{"a, b", []any{"a", 1, nil}, []any{}, `a\,b,c`, 7}[m.r.Intn(5)]
	case "between", "notbetween":
		o["value"] = []any{"1,5", []any{1, "3"}, []any{"a", "b"}, []any{2}, []any{9, 1}}[m.r.Intn(5)]
	case "contains", "beginswith", "endswith", "doesnotcontain", "doesnotbeginwith", "doesnotendwith":
		o["value"] = m.pick("a", "15", "~")
		return o
	case "null", "notnull":
		return o
	case "<", ">", "<=", ">=":
		o["value"] = []any{"a", "15", 3, -2.5, "2026-01-31", nil, ""}[m.r.Intn(7)]
	}
	if m.r.Intn(6) == 0 {
		o["valueSource"] = "value"
	} else if m.r.Intn(6) == 0 && !strings.HasSuffix(strings.ToLower(op), "in") {
		o["valueSource"], o["value"] = "field", "b"
		if strings.HasSuffix(strings.ToLower(op), "between") {
			o["value"] = "a,b"
		}
	}
	if !element && m.r.Intn(10) == 0 {
		o["field"], o["operator"], o["value"] = "event:buy", m.pick("=", "!=", ">", ">="), map[string]any{"agg": "count", "n": 5, "window": map[string]any{"last": 30, "unit": "days"}}
		delete(o, "valueSource")
	}
	return o
}

// edited is a condition after somebody has changed a few parts of its text.
func (m *randomTree) edited(c segment.Condition) segment.Condition {
	var rw rule.Rewriter
	rw.Condition = func(c segment.Condition) segment.Condition {
		switch m.r.Intn(12) {
		case 0:
			return rule.And{c, rule.Compare{Left: rule.Field("new"), Right: segment.Int(1)}}
		case 1:
			return rule.Not{C: c}
		case 2:
			return segment.MustParse(`a > 77`)
		}
		switch c := c.(type) {
		case rule.And:
			if m.r.Intn(3) == 0 && len(c) > 1 {
				return rule.And(append(append([]segment.Condition{}, c[1:]...), c[0]))
			}
			if m.r.Intn(3) == 0 {
				return rule.Or(c)
			}
		case rule.Or:
			if m.r.Intn(3) == 0 && len(c) > 2 {
				return rule.Or(c[1:])
			}
		case rule.Each:
			return c
		}
		return rw.Rewrite(c)
	}
	return rw.Condition(c)
}

// Every tree survives: unchanged byte by byte, and where its condition is changed with the
// new condition and the ids of what is still there.
func TestReactKeepsTrees(t *testing.T) {
	r := rand.New(rand.NewSource(7))
	read, kept, there := 0, 0, 0
	for range 2 * cases().MinSuccessfulTests {
		m := &randomTree{r: r, ic: r.Intn(3) == 0}
		tree, _ := json.Marshal(m.group(3, false))
		o := interop.Options{SQLNull: r.Intn(5) == 0}
		s, losses, err := o.Import(react, tree)
		if err != nil {
			t.Fatalf("%s\n%v", tree, err)
		}
		if len(losses) > 0 || s.Condition == nil {
			t.Fatalf("%s\n%v", tree, losses)
		}
		read++
		o.SQLNull, o.Tree = false, tree
		c := importReact(t, interop.Options{}, string(tree))
		if again := exportReact(t, o, c); again != string(tree) {
			t.Fatalf("%s\nis written back as\n%s", tree, again)
		}
		changed := m.edited(c)
		if _, err := segment.Compile(changed); err != nil {
			continue
		}
		text := exportReact(t, o, changed)
		if got := importReact(t, interop.Options{}, text); !rule.Equal(segment.Simplify(got), segment.Simplify(changed)) {
			t.Fatalf("%s\nchanged to %v\nis %s\nwhich is %v", tree, changed, text, got)
		}
		for id := 1; id <= m.id; id++ {
			key := []byte(fmt.Sprintf(`"n%d"`, id))
			if n := bytes.Count([]byte(text), key); n > 1 {
				t.Fatalf("%s\nchanged to %v\nis %s\nwith %s twice", tree, changed, text, key)
			} else {
				kept += n
			}
			there++
		}
	}
	t.Logf("%d trees; %d of %d ids kept over edits", read, kept, there)
}

// What an edit leaves alone stays as it was.
func TestReactEdits(t *testing.T) {
	tree := `{"id":"r","combinator":"and","host":7,"rules":[
  {"id":"1","field":"age","operator":">","value":"18","meta":{"why": "law"}},
  {"id":"2","field":"vip","operator":"=","value":true,"disabled":true},
  {"id":"3","combinator":"or","rules":[{"id":"4","field":"city","operator":"=","value":"Rom"},{"id":"5","field":"city","operator":"=","value":"Ulm","muted":true}],"not":false}]}`
	ic := `{"id":"r","rules":[{"id":"1","field":"a","operator":"=","value":1},"and",{"id":"2","field":"b","operator":"=","value":1},"or",{"id":"3","field":"c","operator":"=","value":1}]}`
	for _, test := range []struct{ tree, rule, want string }{
		{tree, `age > 18 AND city = "Rom"`, tree},
		{tree, `age > 21 AND city = "Rom"`, strings.Replace(tree, `"18"`, `21`, 1)},
		{tree, `age > 18 AND (city = "Rom" OR city = "Bonn")`, strings.Replace(tree, `"Ulm","muted":true}],"not":false`,
			`"Ulm","muted":true},{"field":"city","operator":"=","value":"Bonn"}],"not":false`, 1)},
		{tree, `city = "Rom"`, ""},
		{ic, `a = 1 AND b = 1 OR c = 1`, ic},
		{ic, `a = 1 AND b = 2 OR c = 1`, `{"id":"r","rules":[{"id":"1","field":"a","operator":"=","value":1},"and",{"id":"2","field":"b","operator":"=","value":2},"or",{"id":"3","field":"c","operator":"=","value":1}]}`},
		{ic, `c = 1`, `{"id":"r","rules":[{"id":"3","field":"c","operator":"=","value":1}]}`},
	} {
		o := interop.Options{Tree: []byte(test.tree)}
		got := exportReact(t, o, segment.MustParse(test.rule))
		if test.want != "" && compact(got) != compact(test.want) {
			t.Errorf("%s is\n%s\nnot\n%s", test.rule, compact(got), compact(test.want))
		}
		if c := importReact(t, interop.Options{}, got); !rule.Equal(c, segment.MustParse(test.rule)) {
			t.Errorf("%s is\n%s\nwhich is %v", test.rule, got, c)
		}
	}
}

func compact(text string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(text)) != nil {
		return text
	}
	return b.String()
}
