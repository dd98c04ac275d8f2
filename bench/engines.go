package main

import (
	"encoding/json"
	"fmt"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/interpreter"
	"github.com/expr-lang/expr"
	"github.com/segmentrules/segment"
)

// An engine answers one rule over one form of contact. make compiles the rule
// and returns what prepares a contact and then only matches: preparing is not
// measured, except that a document is bytes until it is matched.
type engine struct {
	name, form string
	make       func(rule string) (func(*input) func() bool, error)
}

// An input is one contact in all forms.
type input struct {
	c    Contact
	m    map[string]any // what encoding/json makes of it, and now
	text []byte
}

func inputOf(c Contact) *input {
	in := &input{c: c}
	in.text = must(json.Marshal(c))
	if err := json.Unmarshal(in.text, &in.m); err != nil {
		panic(err)
	}
	in.m["now"] = float64(Now)
	return in
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

const (
	formStruct   = "Go struct"
	formSlots    = "typed Record"
	formMap      = "map"
	formDocument = "JSON text"
)

// engines are all contenders, ours first.
func engines() []engine {
	return []engine{
		{"segment", formStruct, ours(func(in *input) segment.Contact { return segment.Bind(&in.c) })},
		{"segment", formSlots, ours(slotsOf)},
		{"segment", formMap, ours(recordOf)},
		{"segment", formDocument, ours(func(in *input) segment.Contact { return segment.Document(in.text) })},
		{"hand-written Go", formStruct, hand(map[string]func(*Contact, float64) bool{"A": HandA, "B": HandB, "C": HandC})},
		{"hand-written Go", formMap, handMap(map[string]func(map[string]any, float64) bool{"A": HandMapA, "B": HandMapB, "C": HandMapC})},
		{"gjson.Get per field", formDocument, gjsonGet},
		{"one gjson.ForEach", formDocument, gjsonForEach},
		{"json.Unmarshal, hand-written", formDocument, unmarshalled},
		{"expr-lang/expr", formStruct, exprStruct},
		{"expr-lang/expr", formMap, exprMap},
		{"cel-go", formStruct, celWith(func(in *input) any { return activation{&in.c} })},
		{"cel-go", formMap, celWith(func(in *input) any { return in.m })},
	}
}

var now = time.Unix(Now, 0).UTC()

func ours(contact func(*input) segment.Contact) func(string) (func(*input) func() bool, error) {
	return func(rule string) (func(*input) func() bool, error) {
		c, err := segment.Parse(SegmentRules[rule])
		if err != nil {
			return nil, err
		}
		p, err := segment.Compile(c)
		if err != nil {
			return nil, err
		}
		return func(in *input) func() bool {
			x := contact(in)
			return func() bool { return p.Match(x, now) }
		}, nil
	}
}

func fieldsOf(in *input) map[string]segment.Value {
	fields := make(map[string]segment.Value)
	for _, m := range segment.JSON(in.text).Members() {
		fields[m.Name] = m.Value
	}
	return fields
}

func recordOf(in *input) segment.Contact { return &segment.Record{Fields: fieldsOf(in)} }

var layout = segment.NewLayout(namesOf(inputOf(TheContact()))...)

func namesOf(in *input) (names []string) {
	for _, m := range segment.JSON(in.text).Members() {
		names = append(names, m.Name)
	}
	return names
}

func slotsOf(in *input) segment.Contact {
	return &segment.Record{Layout: layout, Slots: layout.Values(fieldsOf(in))}
}

func hand(rules map[string]func(*Contact, float64) bool) func(string) (func(*input) func() bool, error) {
	return func(rule string) (func(*input) func() bool, error) {
		f := rules[rule]
		return func(in *input) func() bool { return func() bool { return f(&in.c, Now) } }, nil
	}
}

func handMap(rules map[string]func(map[string]any, float64) bool) func(string) (func(*input) func() bool, error) {
	return func(rule string) (func(*input) func() bool, error) {
		f := rules[rule]
		return func(in *input) func() bool { return func() bool { return f(in.m, Now) } }, nil
	}
}

func unmarshalled(rule string) (func(*input) func() bool, error) {
	f := map[string]func(*Contact, float64) bool{"A": HandA, "B": HandB, "C": HandC}[rule]
	return func(in *input) func() bool {
		return func() bool {
			var c Contact
			return json.Unmarshal(in.text, &c) == nil && f(&c, Now)
		}
	}, nil
}

// env is the struct that expr's rules are compiled against.
type env struct {
	Contact
	Now float64 `expr:"now"`
}

func exprStruct(rule string) (func(*input) func() bool, error) {
	p, err := expr.Compile(ExprRules[rule], expr.Env(env{}), expr.AsBool())
	if err != nil {
		return nil, err
	}
	return func(in *input) func() bool {
		e := &env{in.c, Now}
		return func() bool { v, err := expr.Run(p, e); return err == nil && v.(bool) }
	}, nil
}

func exprMap(rule string) (func(*input) func() bool, error) {
	p, err := expr.Compile(ExprRules[rule], expr.Env(inputOf(TheContact()).m), expr.AsBool())
	if err != nil {
		return nil, err
	}
	return func(in *input) func() bool {
		return func() bool { v, err := expr.Run(p, in.m); return err == nil && v.(bool) }
	}, nil
}

// activation gives cel a struct's fields without reflection: the quickest way
// there is for it to read one.
type activation struct{ c *Contact }

func (a activation) Parent() interpreter.Activation { return nil }

func (a activation) ResolveName(name string) (any, bool) {
	c := a.c
	switch name {
	case "now":
		return float64(Now), true
	case "country":
		return c.Country, true
	case "state":
		return c.State, true
	case "plan":
		return c.Plan, true
	case "job_title":
		return c.JobTitle, true
	case "company":
		return c.Company, true
	case "language":
		return c.Language, true
	case "email":
		return c.Email, true
	case "source":
		return c.Source, true
	case "lifecycle_stage":
		return c.LifecycleStage, true
	case "age":
		return c.Age, true
	case "total_spent":
		return c.TotalSpent, true
	case "email_opens":
		return c.EmailOpens, true
	case "order_count":
		return c.OrderCount, true
	case "sessions":
		return c.Sessions, true
	case "lead_score":
		return c.LeadScore, true
	case "nps":
		return c.NPS, true
	case "last_purchase_at":
		return c.LastPurchaseAt, true
	case "last_seen_at":
		return c.LastSeenAt, true
	case "unsubscribed":
		return c.Unsubscribed, true
	case "verified":
		return c.Verified, true
	case "tags":
		return c.Tags, true
	}
	return nil, false
}

func celWith(vars func(*input) any) func(string) (func(*input) func() bool, error) {
	return func(rule string) (func(*input) func() bool, error) {
		p, err := celProgram(CelRules[rule])
		if err != nil {
			return nil, err
		}
		return func(in *input) func() bool {
			v := vars(in)
			return func() bool {
				out, _, err := p.Eval(v)
				return err == nil && out.Value().(bool)
			}
		}, nil
	}
}

func celProgram(rule string) (cel.Program, error) {
	var opts []cel.EnvOption
	for name, v := range inputOf(TheContact()).m {
		t := cel.DoubleType
		switch v.(type) {
		case string:
			t = cel.StringType
		case bool:
			t = cel.BoolType
		case []any:
			t = cel.ListType(cel.StringType)
		}
		opts = append(opts, cel.Variable(name, t))
	}
	e, err := cel.NewEnv(opts...)
	if err != nil {
		return nil, err
	}
	ast, iss := e.Compile(rule)
	if iss.Err() != nil {
		return nil, fmt.Errorf("cel: %w", iss.Err())
	}
	return e.Program(ast, cel.EvalOptions(cel.OptOptimize))
}
