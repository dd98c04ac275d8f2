package segment

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
)

// hostileText is how each exported function that takes a text, or holds one,
// is called with 100 MB of something. What it returns is an error if the
// function must refuse the text.
func hostileText() map[string]func(text string, b []byte) error {
	schema := &Schema{}
	refused := func(v Value) error {
		if v.Kind() == KindInvalid || v.IsNull() {
			return errors.New("refused")
		}
		return nil
	}
	at := time.Unix(0, 0)
	return map[string]func(text string, b []byte) error{
		"LintText":                  func(text string, b []byte) error { _, err := LintText(text, schema); return err },
		"Parse":                     func(text string, b []byte) error { _, err := Parse(text); return err },
		"Schema.Parse":              func(text string, b []byte) error { _, err := schema.Parse(text); return err },
		"ParseDefinition":           func(text string, b []byte) error { _, err := ParseDefinition(schema, b); return err },
		"Schema.UnmarshalJSON":      func(text string, b []byte) error { return new(Schema).UnmarshalJSON(b) },
		"Segment.UnmarshalJSON":     func(text string, b []byte) error { return new(Segment).UnmarshalJSON(b) },
		"UnmarshalCondition":        func(text string, b []byte) error { _, err := UnmarshalCondition(b); return err },
		"Value.UnmarshalJSON":       func(text string, b []byte) error { return new(Value).UnmarshalJSON(b) },
		"Document.UnmarshalJSON":    func(text string, b []byte) error { return new(Document).UnmarshalJSON(b) },
		"Document.MarshalJSON":      func(text string, b []byte) error { _, err := Document(b).MarshalJSON(); return err },
		"Document.Value":            func(text string, b []byte) error { return refused(Document(b).Value()) },
		"Document.Field":            func(text string, b []byte) error { return refused(Document(b).Field("a.b")) },
		"Explanation.UnmarshalJSON": func(text string, b []byte) error { return new(Explanation).UnmarshalJSON(b) },
		"Cause.UnmarshalText":       func(text string, b []byte) error { return new(Cause).UnmarshalText(b) },
		"NewDocument":               func(text string, b []byte) error { _, err := NewDocument(b); return err },
		"ParseJSON":                 func(text string, b []byte) error { _, err := ParseJSON(b); return err },
		"JSON":                      func(text string, b []byte) error { return refused(JSON(text)) },
		"ParseNumber": func(text string, b []byte) error {
			v, ok := ParseNumber(text)
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
			MustParse(text)
			return nil
		},
		"Update.Validate": func(text string, b []byte) error {
			return Update{Contact: "a", At: at, Events: []Event{{"e", "n", at, Document(b)}}}.Validate()
		},
		"Schema.Validate": func(text string, b []byte) error {
			return (&Schema{Calculated: map[string]string{"a": text}}).Validate()
		},
		"Evaluate": func(text string, b []byte) error {
			if Evaluate(IsNull{Field("a")}, Document(b), at) {
				return errors.New("missing")
			}
			return nil
		},
		"Program.Match": func(text string, b []byte) error {
			p, err := Compile(IsNull{Field("a")})
			if err != nil || !p.Match(Document(b), at) {
				return err
			}
			return errors.New("missing")
		},
		// A field may have any name, so these two refuse nothing.
		"Path":        func(text string, b []byte) error { Path(text); return errors.New("any text is a name") },
		"Field.Names": func(text string, b []byte) error { Field(text).Names(); return errors.New("any text is a path") },
	}
}

// hostileTree is how each exported function that takes a tree is called with one
// that is up to a million deep.
func hostileTree() map[string]func(c Condition) {
	at := time.Unix(0, 0)
	return map[string]func(c Condition){
		"Evaluate": func(c Condition) { Evaluate(c, Record{}, at) },
		"Compile":  func(c Condition) { _, _ = Compile(c) },
		"Lint":     func(c Condition) { Lint(c, nil) },
		"Equal":    func(c Condition) { Equal(c, c) },
		"Walk":     func(c Condition) { Walk(c, func(Condition) bool { return true }) },
		"Simplify": func(c Condition) { Simplify(c) },
		"Program.Next": func(c Condition) {
			if p, err := Compile(c); err == nil {
				p.Next(&Record{}, at)
			}
		},
		"Program.Explain": func(c Condition) {
			if p, err := Compile(c); err == nil {
				p.Explain(&Record{}, at)
			}
		},
		"EvaluateExpr": func(c Condition) { EvaluateExpr(countWhere(c), Record{}, at) },
		"CompileExpr":  func(c Condition) { _, _ = CompileExpr(countWhere(c)) },
		"Formula.Value": func(c Condition) {
			if f, err := CompileExpr(countWhere(c)); err == nil {
				f.Value(&Record{Log: []Event{{ID: "1", Name: "e", At: at}}}, at)
			}
		},
		"Reads":                func(c Condition) { Reads(c) },
		"MarshalCondition":     func(c Condition) { _, _ = MarshalCondition(c) },
		"Segment.MarshalJSON":  func(c Condition) { _, _ = Segment{Condition: c}.MarshalJSON() },
		"Schema.Check":         func(c Condition) { _ = (&Schema{}).Check(c) },
		"Schema.Resolve":       func(c Condition) { _, _ = (&Schema{}).Resolve(c) },
		"String":               func(c Condition) { _ = c.String() },
		"Visitor.Visit":        func(c Condition) { Visitor{}.Visit(c) },
		"Visitor.VisitExpr":    func(c Condition) { Visitor{}.VisitExpr(countWhere(c)) },
		"Rewriter.Rewrite":     func(c Condition) { Rewriter{}.Rewrite(c) },
		"Rewriter.RewriteExpr": func(c Condition) { Rewriter{}.RewriteExpr(countWhere(c)) },
	}
}

// countWhere is an expression as deep as a condition.
func countWhere(c Condition) Expr { return Metric{Events: Events{Names: []string{"e"}, Where: c}} }

// harmless are the exported functions that take neither a text of a grammar
// nor a tree, or only look at what one of the others has checked.
func harmless() []string {
	return strings.Fields(`Bind Bool Date Duration Int List NewLayout Number Object Text Time Uint
		Cause.MarshalText Cause.String Code.Error Diff.LogValue Diff.String Error.Error Error.Snippet Error.Unwrap
		Errors.Error Errors.Unwrap Explanation.MarshalJSON Explanation.Mermaid Layout.Slot Layout.Values Weekday.String Kind.String
		Document.Events Document.History Document.List Document.Segment
		Record.Events Record.Field Record.History Record.List Record.Segment Record.MarshalJSON Schema.MarshalJSON
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

// deepTrees make trees of n levels of each node that may hold others.
func deepTrees(n int) map[string]func() Condition {
	where := func(c Condition) Events { return Events{[]string{"*"}, c} }
	levels := func(group func(Condition) Condition) func() Condition {
		return func() Condition { return nested(n, group) }
	}
	expr := func(around func(Expr) Expr) func() Condition {
		return func() Condition {
			var e Expr = Field("a")
			for range n {
				e = around(e)
			}
			return Compare{Left: e, Right: Int(1)}
		}
	}
	return map[string]func() Condition{
		"Not":    levels(func(c Condition) Condition { return Not{c} }),
		"And":    levels(func(c Condition) Condition { return And{c, Everyone{}} }),
		"single": levels(func(c Condition) Condition { return Or{c} }),
		"Or":     levels(func(c Condition) Condition { return Or{InList("a"), And{InList("b"), c}} }),
		"Count":  levels(func(c Condition) Condition { return Count{AtLeast, 1, []Condition{InList("a"), InList("b"), c}} }),
		"Zoned":  levels(func(c Condition) Condition { return Zoned{Not{c}, Text("UTC")} }),
		"Each":   levels(func(c Condition) Condition { return Each{Any, 0, Field("a"), c} }),
		"Where":  levels(func(c Condition) Condition { return Compare{Left: Metric{Events: where(c)}, Right: Int(1)} }),
		"Sequence": levels(func(c Condition) Condition {
			return Sequence{Steps: []Step{{Events: where(c)}, {Events: where(nil)}}}
		}),
		"Window": levels(func(c Condition) Condition {
			return When{Field("a"), Window{Kind: WindowSince, From: Metric{Events: where(c)}}}
		}),
		"Arith":      expr(func(e Expr) Expr { return Arith{Left: e, Right: Int(1)} }),
		"Call":       expr(func(e Expr) Expr { return Call{FnLength, []Expr{e}} }),
		"Calculated": expr(func(e Expr) Expr { return Calculated{"x", e} }),
	}
}

// runHostileTrees calls everything with trees that are far too deep, and with
// some that are as deep as is looked at.
func runHostileTrees(t *testing.T) {
	calls := hostileTree()
	for _, depth := range []int{maxLevels, 1_000_000} {
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
			if _, err := json.Marshal(Segment{Condition: tree}); !errors.Is(err, ErrLimit) && kind != "single" {
				t.Errorf("%d levels of %s are written with error %v", depth, kind, err)
			}
		}
	}
}

// What is too deep is as if it were not there, wherever there is no error.
func TestTooDeepIsCutOff(t *testing.T) {
	nots := func(n int) Condition { return nested(n, func(c Condition) Condition { return Not{c} }) }
	deep := nots(maxLevels + 1) // an odd number of them is not there, and false
	at := time.Unix(0, 0)
	if Evaluate(nots(maxLevels-2), Record{}, at) != true || Evaluate(deep, Record{}, at) != false {
		t.Error("Evaluate")
	}
	if !Equal(nots(maxLevels-1), nots(maxLevels-1)) || Equal(deep, deep) {
		t.Error("Equal")
	}
	levels := 0
	Walk(deep, func(c Condition) bool { levels++; return true })
	if levels != maxLevels {
		t.Errorf("Walk goes down %d levels", levels)
	}
	if s := Simplify(deep); Evaluate(s, Record{}, at) {
		t.Errorf("Simplify gives %v", s)
	}
	if text := deep.String(); strings.Count(text, "NOT") < maxLevels || len(text) > 5*maxLevels {
		t.Errorf("String gives %.100s of %d bytes", text, len(text))
	}
	inner := nested(maxLevels-2, func(c Condition) Condition { return Not{c} })
	in := Reads(And{InList("a"), And{inner, nested(maxLevels, func(Condition) Condition { return InList("b") })}})
	if want := []string{"a", "b"}; !slices.Equal(in.Lists, want) {
		t.Errorf("Reads gives %v", in.Lists)
	}
	if _, err := (&Schema{}).Resolve(deep); !errors.Is(err, ErrLimit) {
		t.Errorf("Resolve gives %v", err)
	}
	if l := (Limits{Depth: 1 << 40}).withDefaults(); l.Depth != MaxDepth {
		t.Errorf("a depth of %d may be asked for", l.Depth)
	}
}

// Values are as deep as they may be, or invalid.
func TestValuesNestNoDeeper(t *testing.T) {
	for name, in := range map[string]func(Value) Value{
		"list":   func(v Value) Value { return List(Int(1), v) },
		"object": func(v Value) Value { return Object(Member{"a", v}) },
	} {
		v := Int(1)
		for range MaxDepth {
			v = in(v)
		}
		if v.IsNull() || !v.Equal(v) || len(v.String()) < MaxDepth {
			t.Errorf("a %s of %d levels is %v", name, MaxDepth, v.Kind())
		}
		if v = in(v); v.Kind() != KindInvalid {
			t.Errorf("a %s of one level more is %v", name, v.Kind())
		}
	}
}

// TestHostileInputIsComplete fails where an exported function is in none of
// the lists.
func TestHostileInputIsComplete(t *testing.T) {
	known := harmless()
	known = slices.AppendSeq(known, maps.Keys(hostileText()))
	known = slices.AppendSeq(known, maps.Keys(hostileTree()))
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
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
			if recv, method, _ := strings.Cut(full, "."); !ast.IsExported(recv) || method == "String" {
				continue // not exported, or covered by String
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
