package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"github.com/segmentrules/segment/bench/workload"
)

// A test is a rule as a plain Go closure: what a programmer would write who does
// not want an engine.
type test func(*workload.Contact) bool

func closure(n *workload.Node) test {
	var kids []test
	for _, k := range n.Kids {
		kids = append(kids, closure(k))
	}
	switch n.Kind {
	case workload.And:
		return func(c *workload.Contact) bool {
			for _, k := range kids {
				if !k(c) {
					return false
				}
			}
			return true
		}
	case workload.Or:
		return func(c *workload.Contact) bool {
			for _, k := range kids {
				if k(c) {
					return true
				}
			}
			return false
		}
	case workload.Not:
		return func(c *workload.Contact) bool { return !kids[0](c) }
	}
	return leafClosure(n.Leaf)
}

const day = 86400

// leafClosure knows its operator; no value of these profiles is missing.
func leafClosure(l *workload.Leaf) test {
	f, n, m := l.Field, l.Num, l.Num2
	set := make(map[string]bool, len(l.Strs))
	for _, s := range l.Strs {
		set[s] = true
	}
	any := func(c *workload.Contact) bool {
		return slices.ContainsFunc(c.Vals[f].Strs, func(s string) bool { return set[s] })
	}
	number := func(lo, hi float64) test {
		return func(c *workload.Contact) bool { v := c.Vals[f].Num; return v >= lo && v <= hi }
	}
	switch l.Op {
	case workload.Eq:
		s := l.Strs[0]
		return func(c *workload.Contact) bool { return c.Vals[f].Str == s }
	case workload.Ne:
		s := l.Strs[0]
		return func(c *workload.Contact) bool { return c.Vals[f].Str != s }
	case workload.In:
		return func(c *workload.Contact) bool { return set[c.Vals[f].Str] }
	case workload.NotIn:
		return func(c *workload.Contact) bool { return !set[c.Vals[f].Str] }
	case workload.Lt:
		return func(c *workload.Contact) bool { return c.Vals[f].Num < n }
	case workload.Le:
		return func(c *workload.Contact) bool { return c.Vals[f].Num <= n }
	case workload.Gt:
		return func(c *workload.Contact) bool { return c.Vals[f].Num > n }
	case workload.Ge:
		return func(c *workload.Contact) bool { return c.Vals[f].Num >= n }
	case workload.Between:
		return number(n, m)
	case workload.Within:
		return number(workload.Now-n*day, workload.Now)
	case workload.Older:
		return func(c *workload.Contact) bool { return c.Vals[f].Num < workload.Now-n*day }
	case workload.IsTrue:
		return func(c *workload.Contact) bool { return c.Vals[f].Bool }
	case workload.IsFalse:
		return func(c *workload.Contact) bool { return !c.Vals[f].Bool }
	case workload.HasAny:
		return any
	case workload.HasNone:
		return func(c *workload.Contact) bool { return !any(c) }
	}
	return func(c *workload.Contact) bool { return workload.EvalLeaf(l, &c.Vals[f], workload.Now) }
}

// A language writes the conditions that are not the same in expr and CEL.
type language struct {
	has func(field, list string) string // some element is in the list
	all func(field, list string) string // the field has all of the list
}

var exprLanguage = language{
	has: func(f, l string) string { return "any(" + f + ", # in " + l + ")" },
	all: func(f, l string) string { return "all(" + l + ", # in " + f + ")" },
}

var celLanguage = language{
	has: func(f, l string) string { return f + ".exists(t, t in " + l + ")" },
	all: func(f, l string) string { return l + ".all(t, t in " + f + ")" },
}

// text is a rule in the language.
func (g language) text(n *workload.Node) string {
	var kids []string
	for _, k := range n.Kids {
		kids = append(kids, g.text(k))
	}
	switch n.Kind {
	case workload.And:
		return "(" + strings.Join(kids, " && ") + ")"
	case workload.Or:
		return "(" + strings.Join(kids, " || ") + ")"
	case workload.Not:
		return "!(" + kids[0] + ")"
	}
	return g.leaf(n.Leaf)
}

func (g language) leaf(l *workload.Leaf) string {
	f := workload.Schema[l.Field].Name
	num := func(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
	var quoted []string
	for _, s := range l.Strs {
		quoted = append(quoted, strconv.Quote(s))
	}
	list := "[" + strings.Join(quoted, ", ") + "]"
	switch l.Op {
	case workload.Eq:
		return f + " == " + quoted[0]
	case workload.Ne:
		return f + " != " + quoted[0]
	case workload.In:
		return f + " in " + list
	case workload.NotIn:
		return "!(" + f + " in " + list + ")"
	case workload.Lt:
		return f + " < " + num(l.Num)
	case workload.Le:
		return f + " <= " + num(l.Num)
	case workload.Gt:
		return f + " > " + num(l.Num)
	case workload.Ge:
		return f + " >= " + num(l.Num)
	case workload.Between:
		return "(" + f + " >= " + num(l.Num) + " && " + f + " <= " + num(l.Num2) + ")"
	case workload.Within:
		return "(" + f + " >= " + num(workload.Now-l.Num*day) + " && " + f + " <= " + num(workload.Now) + ")"
	case workload.Older:
		return f + " < " + num(workload.Now-l.Num*day)
	case workload.IsTrue:
		return f
	case workload.IsFalse:
		return "!" + f
	case workload.HasAny:
		return g.has(f, list)
	case workload.HasNone:
		return "!" + g.has(f, list)
	case workload.HasAll:
		return g.all(f, list)
	}
	panic(fmt.Sprint("no text for ", l.Op))
}

// vars is a contact as a map of typed values.
func vars(c *workload.Contact) map[string]any {
	m := make(map[string]any, len(workload.Schema))
	for f, d := range workload.Schema {
		switch v := c.Vals[f]; d.Kind {
		case workload.String:
			m[d.Name] = v.Str
		case workload.Number, workload.Time:
			m[d.Name] = v.Num
		case workload.Bool:
			m[d.Name] = v.Bool
		case workload.Strings:
			m[d.Name] = v.Strs
		}
	}
	return m
}

// exprLoop compiles all rules, and returns what finds those that hold for a
// contact.
func exprLoop(rules []workload.Rule, sample *workload.Contact) (func(map[string]any, func(int)), error) {
	programs := make([]*vm.Program, len(rules))
	for i, r := range rules {
		p, err := expr.Compile(exprLanguage.text(r.Root), expr.Env(vars(sample)), expr.AsBool())
		if err != nil {
			return nil, err
		}
		programs[i] = p
	}
	var machine vm.VM
	return func(m map[string]any, found func(int)) {
		for i, p := range programs {
			if v, err := machine.Run(p, m); err == nil && v.(bool) {
				found(i)
			}
		}
	}, nil
}

func celLoop(rules []workload.Rule) (func(map[string]any, func(int)), error) {
	var opts []cel.EnvOption
	for _, d := range workload.Schema {
		t := map[workload.Kind]*cel.Type{workload.String: cel.StringType, workload.Number: cel.DoubleType, workload.Time: cel.DoubleType, workload.Bool: cel.BoolType, workload.Strings: cel.ListType(cel.StringType)}[d.Kind]
		opts = append(opts, cel.Variable(d.Name, t))
	}
	env, err := cel.NewEnv(opts...)
	if err != nil {
		return nil, err
	}
	programs := make([]cel.Program, len(rules))
	for i, r := range rules {
		ast, issues := env.Compile(celLanguage.text(r.Root))
		if issues.Err() != nil {
			return nil, issues.Err()
		}
		if programs[i], err = env.Program(ast, cel.EvalOptions(cel.OptOptimize)); err != nil {
			return nil, err
		}
	}
	return func(m map[string]any, found func(int)) {
		for i, p := range programs {
			if v, _, err := p.Eval(m); err == nil && v.Value() == true {
				found(i)
			}
		}
	}, nil
}
