package tests

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	goparser "go/parser"
	gotoken "go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/lint"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// hostileText is how each exported function that takes a text, or holds one,
// is called with 100 MB of something. What it returns is an error if the
// function must refuse the text.
func hostileText() map[string]func(text string, b []byte) error {
	anyName := &segment.Schema{}
	refused := func(v segment.Value) error {
		if v.Kind() == segment.KindInvalid || v.IsNull() {
			return errors.New("refused")
		}
		return nil
	}
	found := func(ok bool) error {
		if !ok {
			return errors.New("refused")
		}
		return nil
	}
	at := time.Unix(0, 0)
	return map[string]func(text string, b []byte) error{
		"LintText":                  func(text string, b []byte) error { _, err := lint.Text(text, anyName); return err },
		"Parse":                     func(text string, b []byte) error { _, err := segment.Parse(text); return err },
		"ReadTime":                  func(text string, b []byte) error { return refused(rule.ReadTime(text)) },
		"Version":                   func(text string, b []byte) error { return refused(rule.Version(segment.Text(text))) },
		"CheckJSON":                 func(text string, b []byte) error { return rule.CheckJSON(b, segment.Limits{}.WithDefaults()) },
		"IsVersion":                 func(text string, b []byte) error { return found(rule.IsVersion(text)) },
		"ReadNumber":                func(text string, b []byte) error { return refused(rule.ReadNumber(text)) },
		"ReadDuration":              func(text string, b []byte) error { _, ok := rule.ReadDuration(text); return found(ok) },
		"UnitNamed":                 func(text string, b []byte) error { _, ok := rule.UnitNamed(text); return found(ok) },
		"Schema.Parse":              func(text string, b []byte) error { _, err := anyName.Parse(text); return err },
		"ParseDefinition":           func(text string, b []byte) error { _, err := segment.ParseDefinition(anyName, b); return err },
		"Schema.UnmarshalJSON":      func(text string, b []byte) error { return new(segment.Schema).UnmarshalJSON(b) },
		"Segment.UnmarshalJSON":     func(text string, b []byte) error { return new(segment.Segment).UnmarshalJSON(b) },
		"UnmarshalCondition":        func(text string, b []byte) error { _, err := segment.UnmarshalCondition(b); return err },
		"Value.UnmarshalJSON":       func(text string, b []byte) error { return new(segment.Value).UnmarshalJSON(b) },
		"Decimal":                   func(text string, b []byte) error { return refused(rule.Decimal(text)) },
		"ReadConstant":              func(text string, b []byte) error { _, err := rule.ReadConstant(b); return err },
		"Update.UnmarshalJSON":      func(text string, b []byte) error { return new(segment.Update).UnmarshalJSON(b) },
		"Update.UnmarshalBinary":    func(text string, b []byte) error { return new(segment.Update).UnmarshalBinary(b) },
		"Diff.UnmarshalBinary":      func(text string, b []byte) error { return new(segment.Diff).UnmarshalBinary(b) },
		"Segment.UnmarshalBinary":   func(text string, b []byte) error { return new(segment.Segment).UnmarshalBinary(b) },
		"Document.UnmarshalJSON":    func(text string, b []byte) error { return new(segment.Document).UnmarshalJSON(b) },
		"Document.MarshalJSON":      func(text string, b []byte) error { _, err := segment.Document(b).MarshalJSON(); return err },
		"Document.Value":            func(text string, b []byte) error { return refused(segment.Document(b).Value()) },
		"Document.Field":            func(text string, b []byte) error { return refused(segment.Document(b).Field("a.b")) },
		"Explanation.UnmarshalJSON": func(text string, b []byte) error { return new(segment.Explanation).UnmarshalJSON(b) },
		"Rule.UnmarshalJSON":        func(text string, b []byte) error { return new(segment.Rule).UnmarshalJSON(b) },
		"Rule.UnmarshalText":        func(text string, b []byte) error { return new(segment.Rule).UnmarshalText(b) },
		"Cause.UnmarshalText":       func(text string, b []byte) error { return new(segment.Cause).UnmarshalText(b) },
		"NewDocument":               func(text string, b []byte) error { _, err := segment.NewDocument(b); return err },
		"ParseJSON":                 func(text string, b []byte) error { _, err := segment.ParseJSON(b); return err },
		"JSON":                      func(text string, b []byte) error { return refused(segment.JSON(text)) },
		"ParseNumber": func(text string, b []byte) error {
			v, ok := rule.ParseNumber(text)
			if ok {
				return nil
			}
			return refused(v)
		},
		"MustParse": func(text string, b []byte) (err error) {
			defer func() {
				if recover() != nil {
					err = errors.New("refused")
				}
			}()
			segment.MustParse(text)
			return nil
		},
		"Update.AppendBinary": func(text string, b []byte) error {
			_, err := segment.Update{Contact: "a", At: at, Events: []segment.Event{{ID: "e", Name: "n", At: at, Props: segment.Document(b)}}}.AppendBinary(nil)
			return err
		},
		"Update.Validate": func(text string, b []byte) error {
			return segment.Update{Contact: "a", At: at, Events: []segment.Event{{ID: "e", Name: "n", At: at, Props: segment.Document(b)}}}.Validate()
		},
		"Schema.CheckUpdate": func(text string, b []byte) error {
			return (&segment.Schema{Lists: []string{"a"}}).CheckUpdate(segment.Update{Join: []string{text}})
		},
		"Schema.Validate": func(text string, b []byte) error {
			return (&segment.Schema{Calculated: map[string]string{"a": text}}).Validate()
		},
		"Evaluate": func(text string, b []byte) error {
			if segment.Evaluate(rule.IsNull{X: rule.Field("a")}, segment.Document(b), at) {
				return errors.New("missing")
			}
			return nil
		},
		"Program.Match": func(text string, b []byte) error {
			p, err := segment.Compile(rule.IsNull{X: rule.Field("a")})
			if err != nil || !p.Match(segment.Document(b), at) {
				return err
			}
			return errors.New("missing")
		},
		// A field may have any name, so these refuse nothing.
		"Schema.PromptSheet": func(text string, b []byte) error {
			s := &segment.Schema{Fields: map[string]schema.FieldType{text: {Values: []string{text}}}, Events: map[string]schema.EventType{text: {Aliases: []string{text}}},
				Calculated: map[string]string{text: text}, Lists: []string{text}, Segments: []string{text}, Zone: text}
			if page := s.PromptSheet(); len(page) > schema.PromptSheetBytes {
				return nil
			}
			return errors.New("any text is a name")
		},
		"Path": func(text string, b []byte) error { rule.Path(text); return errors.New("any text is a name") },
		"Field.Names": func(text string, b []byte) error {
			rule.Field(text).Names()
			return errors.New("any text is a path")
		},
	}
}

// hostileTree is how each exported function that takes a tree is called with one
// that is up to a million deep.
func hostileTree() map[string]func(c segment.Condition) {
	at := time.Unix(0, 0)
	return map[string]func(c segment.Condition){
		"Evaluate": func(c segment.Condition) { segment.Evaluate(c, segment.Record{}, at) },
		"Binder.Check": func(c segment.Condition) {
			if b, err := segment.NewBinder[struct{ A int }](); err == nil {
				_ = b.Check(c)
			}
		},
		"Compile":               func(c segment.Condition) { _, _ = segment.Compile(c) },
		"Segment.AppendBinary":  func(c segment.Condition) { _, _ = segment.Segment{ID: "s", Condition: c}.AppendBinary(nil) },
		"Segment.MarshalBinary": func(c segment.Condition) { _, _ = segment.Segment{ID: "s", Condition: c}.MarshalBinary() },
		"Condition":             func(c segment.Condition) { lint.Condition(c, nil) },
		"TooDeep":               func(c segment.Condition) { rule.TooDeep(c) },
		"Shallow":               func(c segment.Condition) { rule.Shallow(c) },
		"Canonical":             func(c segment.Condition) { rule.Canonical(c) },
		"Ungroup":               func(c segment.Condition) { rule.Ungroup(c) },
		"Subject":               func(c segment.Condition) { rule.Subject(c) },
		"ConditionText":         func(c segment.Condition) { rule.ConditionText(c) },
		"ExprText":              func(c segment.Condition) { rule.ExprText(countWhere(c)) },
		"Equal":                 func(c segment.Condition) { rule.Equal(c, c) },
		"Walk":                  func(c segment.Condition) { rule.Walk(c, func(segment.Condition) bool { return true }) },
		"Simplify":              func(c segment.Condition) { segment.Simplify(c) },
		"Rule.MarshalJSON":      func(c segment.Condition) { _, _ = segment.Rule{Condition: c}.MarshalJSON() },
		"Rule.MarshalText":      func(c segment.Condition) { _, _ = segment.Rule{Condition: c}.MarshalText() },
		"Program.Next": func(c segment.Condition) {
			if p, err := segment.Compile(c); err == nil {
				p.Next(&segment.Record{}, at)
			}
		},
		"Program.Explain": func(c segment.Condition) {
			if p, err := segment.Compile(c); err == nil {
				p.Explain(&segment.Record{}, at)
			}
		},
		"EvaluateExpr": func(c segment.Condition) { segment.EvaluateExpr(countWhere(c), segment.Record{}, at) },
		"CompileExpr":  func(c segment.Condition) { _, _ = segment.CompileExpr(countWhere(c)) },
		"Formula.Value": func(c segment.Condition) {
			if f, err := segment.CompileExpr(countWhere(c)); err == nil {
				f.Value(&segment.Record{Log: []segment.Event{{ID: "1", Name: "e", At: at}}}, at)
			}
		},
		"Reads":                func(c segment.Condition) { rule.Reads(c) },
		"MarshalCondition":     func(c segment.Condition) { _, _ = segment.MarshalCondition(c) },
		"Segment.MarshalJSON":  func(c segment.Condition) { _, _ = segment.Segment{Condition: c}.MarshalJSON() },
		"Schema.Check":         func(c segment.Condition) { _ = (&segment.Schema{}).Check(c) },
		"Schema.Resolve":       func(c segment.Condition) { _, _ = (&segment.Schema{}).Resolve(c) },
		"String":               func(c segment.Condition) { _ = c.String() },
		"Visitor.Visit":        func(c segment.Condition) { rule.Visitor{}.Visit(c) },
		"Visitor.VisitExpr":    func(c segment.Condition) { rule.Visitor{}.VisitExpr(countWhere(c)) },
		"Rewriter.Rewrite":     func(c segment.Condition) { rule.Rewriter{}.Rewrite(c) },
		"Rewriter.RewriteExpr": func(c segment.Condition) { rule.Rewriter{}.RewriteExpr(countWhere(c)) },
	}
}

// countWhere is an expression as deep as a condition.
func countWhere(c segment.Condition) rule.Expr {
	return rule.Metric{Events: rule.Events{Names: []string{"e"}, Where: c}}
}

// harmless are the exported functions that take neither a text of a grammar
// nor a tree, or only look at what one of the others has checked.
func harmless() []string {
	// What schema and lint share of kinds and names is reached through Schema.Check.
	return strings.Fields(`Bind Binder.Bind Bool Cents Date Duration EnglishWords Explanation.In FieldType.Admits Int List
		NewLayout Number Object Quoted Schema.ContactScope Schema.Words Text Time TypeScope.ElementScope TypeScope.EventScope
		TypeScope.Listed TypeScope.OfContact TypeScope.TypeOf Uint Update.Creates Words.Event Words.Explain Words.Field
		Words.Noun Words.Say Words.Verb
		Cause.MarshalText Cause.String Code.Error Diff.LogValue Diff.String Error.Error Error.Snippet Error.Unwrap
		Update.MarshalBinary Diff.AppendBinary Diff.MarshalBinary Chain.Add EnvironmentHere Environment.Differs
		Change.MarshalJSON Diff.MarshalJSON Errors.Error Errors.Unwrap Event.MarshalJSON Explanation.MarshalJSON Explanation.Mermaid Layout.Slot NewBinder Layout.Values Weekday.String Kind.String
		Document.Events Document.History Document.List Document.Segment
		Record.Events Record.Field Record.History Record.List Record.Segment Record.MarshalJSON Schema.Coerced Schema.MarshalJSON SchemaOf SetOf Update.Data Update.MarshalJSON
		Value.At Value.Bool Value.Compare Value.Date Value.Duration Value.Equal Value.Float Value.Int Value.IsNull Value.Kind
		Value.List Value.MarshalJSON Value.Member Value.Members Value.Text Value.Time Value.String`)
}

// TestHostileInput runs every function on hostile input in a child process
// with a small stack, for a stack overflow cannot be caught.
func TestHostileInput(t *testing.T) {
	if os.Getenv("SEGMENT_HOSTILE") != "" {
		debug.SetMaxStack(64 << 20)
		runHostileTexts(t)
		runHostileTrees(t)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestHostileInput$", "-test.v")
	child.Env = append(os.Environ(), "SEGMENT_HOSTILE=1")
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out[:min(len(out), 4000)])
	}
}

func runHostileTexts(t *testing.T) {
	const size = 100 << 20
	calls := hostileText()
	for _, unit := range []string{"[", "(", "NOT ", `{"not":`} {
		text := strings.Repeat(unit, size/len(unit))
		b := []byte(text)
		for _, name := range slices.Sorted(maps.Keys(calls)) {
			start := time.Now()
			if err := calls[name](text, b); err == nil {
				t.Errorf("%s accepts 100 MB of %s", name, unit)
			} else if len(err.Error()) > 1000 {
				t.Errorf("%s on %s: an error of %d bytes", name, unit, len(err.Error()))
			}
			if d := time.Since(start); d > time.Minute { // a hang, on however busy a machine
				t.Errorf("%s takes %v for 100 MB of %s", name, d, unit)
			}
		}
	}
}

// levelsMost is how many nodes may stand in one another: each level that limits
// count is at most four nodes, and a few more are looked at.
const levelsMost = 4*rule.MaxDepth + 10

// nested puts something around a condition n times.
func nested(n int, group func(segment.Condition) segment.Condition) segment.Condition {
	var c segment.Condition = rule.Everyone{}
	for range n {
		c = group(c)
	}
	return c
}

// deepTrees make trees of n levels of each node that may hold others.
func deepTrees(n int) map[string]func() segment.Condition {
	where := func(c segment.Condition) rule.Events { return rule.Events{Names: []string{"*"}, Where: c} }
	levels := func(group func(segment.Condition) segment.Condition) func() segment.Condition {
		return func() segment.Condition { return nested(n, group) }
	}
	expr := func(around func(rule.Expr) rule.Expr) func() segment.Condition {
		return func() segment.Condition {
			var e rule.Expr = rule.Field("a")
			for range n {
				e = around(e)
			}
			return rule.Compare{Left: e, Right: segment.Int(1)}
		}
	}
	return map[string]func() segment.Condition{
		"Not":    levels(func(c segment.Condition) segment.Condition { return rule.Not{C: c} }),
		"And":    levels(func(c segment.Condition) segment.Condition { return rule.And{c, rule.Everyone{}} }),
		"single": levels(func(c segment.Condition) segment.Condition { return rule.Or{c} }),
		"Or": levels(func(c segment.Condition) segment.Condition {
			return rule.Or{rule.InList("a"), rule.And{rule.InList("b"), c}}
		}),
		"Count": levels(func(c segment.Condition) segment.Condition {
			return rule.Count{Quantity: rule.QuantityAtLeast, K: 1, Of: []segment.Condition{rule.InList("a"), rule.InList("b"), c}}
		}),
		"Zoned": levels(func(c segment.Condition) segment.Condition {
			return rule.Zoned{C: rule.Not{C: c}, Zone: segment.Text("UTC")}
		}),
		"Each": levels(func(c segment.Condition) segment.Condition {
			return rule.Each{Quantifier: rule.QuantifierAny, K: 0, X: rule.Field("a"), C: c}
		}),
		"Where": levels(func(c segment.Condition) segment.Condition {
			return rule.Compare{Left: rule.Metric{Events: where(c)}, Right: segment.Int(1)}
		}),
		"Sequence": levels(func(c segment.Condition) segment.Condition {
			return rule.Sequence{Steps: []rule.Step{{Events: where(c)}, {Events: where(nil)}}}
		}),
		"Window": levels(func(c segment.Condition) segment.Condition {
			return rule.When{X: rule.Field("a"), Window: rule.Window{Kind: rule.WindowSince, From: rule.Metric{Events: where(c)}}}
		}),
		"Arith":      expr(func(e rule.Expr) rule.Expr { return rule.Arith{Left: e, Right: segment.Int(1)} }),
		"Call":       expr(func(e rule.Expr) rule.Expr { return rule.Call{Fn: rule.FnLength, Args: []rule.Expr{e}} }),
		"Calculated": expr(func(e rule.Expr) rule.Expr { return rule.Calculated{Name: "x", X: e} }),
	}
}

// runHostileTrees calls everything with trees that are far too deep, and with
// some that are as deep as is looked at.
func runHostileTrees(t *testing.T) {
	calls := hostileTree()
	for _, depth := range []int{levelsMost, 1_000_000} {
		trees := deepTrees(depth)
		for _, kind := range slices.Sorted(maps.Keys(trees)) {
			tree := trees[kind]()
			for _, name := range slices.Sorted(maps.Keys(calls)) {
				start := time.Now()
				calls[name](tree)
				if d := time.Since(start); d > time.Minute { // a hang, on however busy a machine
					t.Errorf("%s takes %v for %d levels of %s", name, d, depth, kind)
				}
			}
			if _, err := json.Marshal(segment.Segment{Condition: tree}); !errors.Is(err, segment.ErrLimit) && kind != "single" {
				t.Errorf("%d levels of %s are written with error %v", depth, kind, err)
			}
		}
	}
}

// What is too deep is as if it were not there, wherever there is no error.
func TestTooDeepIsCutOff(t *testing.T) {
	nots := func(n int) segment.Condition {
		return nested(n, func(c segment.Condition) segment.Condition { return rule.Not{C: c} })
	}
	deep := nots(levelsMost + 1) // an odd number of them is not there, and false
	at := time.Unix(0, 0)
	if segment.Evaluate(nots(levelsMost-2), segment.Record{}, at) != true || segment.Evaluate(deep, segment.Record{}, at) != false {
		t.Error("Evaluate")
	}
	if !rule.Equal(nots(levelsMost-1), nots(levelsMost-1)) || rule.Equal(deep, deep) {
		t.Error("Equal")
	}
	levels := 0
	rule.Walk(deep, func(c segment.Condition) bool { levels++; return true })
	if levels != levelsMost {
		t.Errorf("Walk goes down %d levels", levels)
	}
	if s := segment.Simplify(deep); segment.Evaluate(s, segment.Record{}, at) {
		t.Errorf("Simplify gives %v", s)
	}
	if text := deep.String(); strings.Count(text, "NOT") < levelsMost || len(text) > 5*levelsMost {
		t.Errorf("String gives %.100s of %d bytes", text, len(text))
	}
	inner := nested(levelsMost-2, func(c segment.Condition) segment.Condition { return rule.Not{C: c} })
	in := rule.Reads(rule.And{rule.InList("a"), rule.And{inner, nested(levelsMost, func(segment.Condition) segment.Condition { return rule.InList("b") })}})
	if want := []string{"a", "b"}; !slices.Equal(in.Lists, want) {
		t.Errorf("Reads gives %v", in.Lists)
	}
	if _, err := (&segment.Schema{}).Resolve(deep); !errors.Is(err, segment.ErrLimit) {
		t.Errorf("Resolve gives %v", err)
	}
	// A limit beyond what is looked at is that limit.
	endless := &segment.Schema{Limits: segment.Limits{Depth: 1 << 40, Conditions: 1 << 40}}
	if _, err := endless.Parse(strings.Repeat("NOT ", rule.MaxDepth) + "EVERYONE"); err != nil {
		t.Errorf("a depth of %d may not be asked for: %v", rule.MaxDepth, err)
	}
	if _, err := endless.Parse(strings.Repeat("NOT ", rule.MaxDepth+1) + "EVERYONE"); !errors.Is(err, segment.ErrLimit) {
		t.Errorf("a depth of more than %d may be asked for", rule.MaxDepth)
	}
}

// Values are as deep as they may be, or invalid.
func TestValuesNestNoDeeper(t *testing.T) {
	for name, in := range map[string]func(segment.Value) segment.Value{
		"list":   func(v segment.Value) segment.Value { return segment.List(segment.Int(1), v) },
		"object": func(v segment.Value) segment.Value { return segment.Object(segment.Member{Name: "a", Value: v}) },
	} {
		v := segment.Int(1)
		for range rule.MaxDepth {
			v = in(v)
		}
		if v.IsNull() || !v.Equal(v) || len(v.String()) < rule.MaxDepth {
			t.Errorf("a %s of %d levels is %v", name, rule.MaxDepth, v.Kind())
		}
		if v = in(v); v.Kind() != segment.KindInvalid {
			t.Errorf("a %s of one level more is %v", name, v.Kind())
		}
	}
}

// checkedBefore are functions of package rule that the packages above it share.
// They are given texts that were read, values, and trees that are no deeper than
// a stack can hold: hostile input comes to them through the functions of the
// other lists.
func checkedBefore() []string {
	return strings.Fields(`Agg.Word AggName Anniversaries AppendConstant AppendObject AppendValue Arithmetic
		Call.LeapsForward CheckText CheckValue Children CompareNumbers Compares ConditionOf ConditionsOn CountConditions
		CutStep DateIn DateValue DurationValue EachCondition EqualExpr EqualShallow Error.Locate Error.LocateJSON
		Error.StandAt Error.TreePath ErrorAt Errorf Errors.ErrorOrNil Errors.InOrder ErrorsOf Events.Named FaultError
		FieldRead Fn.Word InstantAt Invalid IsConstant IsContainer IsDollarMarker IsLeaf IsMarker IsMoment IsNullLiteral IsNumberLiteral
		JSONError Kind.Words LengthValue Limits.WithDefaults LookBack.Longest NormalFloat NumberText Op.Holds Op.Mirrored
		Operands Order Quantity.Holds RatValue ReadAs Reading ReadingFn ReadingKind RepeatedKey SameAs SecondsValue Span.After
		Span.EndAfter Span.EndBefore Span.Reaches TrailTo Yearly
		Span.Before Span.Fixed Span.Months Span.Negative Span.OfDate Span.Seconds Span.Valid StartOfUnit TooDeepError Trail.At
		Trail.In Trail.Path Trail.Up Unit.Word Unlocated Value.Amount Value.AsLength Value.Blank Value.Clone Value.Form Value.Held
		Value.HeldLength Value.Nanos Value.Rat Value.RawText Value.Word ValueReader.Marked ValueReader.Value WalkExpr
		Window.LookBack Window.PeriodStart Window.Periods Writable`)
}

// TestHostileInputIsComplete fails where an exported function is in none of
// the lists.
func TestHostileInputIsComplete(t *testing.T) {
	known := slices.Concat(harmless(), checkedBefore())
	known = slices.AppendSeq(known, maps.Keys(hostileText()))
	known = slices.AppendSeq(known, maps.Keys(hostileTree()))
	var files []string
	for _, folder := range []string{"..", "../schema", "../lint", "../rule"} {
		in, err := filepath.Glob(folder + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, in...)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := goparser.ParseFile(gotoken.NewFileSet(), name, nil, goparser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() {
				continue
			}
			full := f.Name.Name
			if f.Recv != nil {
				full = receiver(f.Recv.List[0].Type) + "." + full
			}
			if recv, method, _ := strings.Cut(full, "."); !ast.IsExported(recv) || method == "String" || method == "MarshalText" && recv != "Rule" {
				continue // not exported, or covered by String, or by that of a Rule
			}
			if !slices.Contains(known, full) {
				t.Errorf("%s is exported by %s: add it to a list of this file", full, name)
			}
		}
	}
}

// receiver is the name of a method's type.
func receiver(e ast.Expr) string {
	var b bytes.Buffer
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && b.Len() == 0 {
			b.WriteString(id.Name)
		}
		return true
	})
	return b.String()
}
