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
		"Schema.ParseJSON":          func(text string, b []byte) error { _, err := schema.ParseJSON(b); return err },
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

// hostileTree is how each exported function that takes a tree is called with
// one that is 1,000 deep, ten times what is read.
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
		"Reads":               func(c Condition) { Reads(c) },
		"MarshalCondition":    func(c Condition) { _, _ = MarshalCondition(c) },
		"Segment.MarshalJSON": func(c Condition) { _, _ = Segment{Condition: c}.MarshalJSON() },
		"Schema.Check":        func(c Condition) { _ = (&Schema{}).Check(c) },
		"Schema.Resolve":      func(c Condition) { _, _ = (&Schema{}).Resolve(c) },
		"String":              func(c Condition) { _ = c.String() },
	}
}

// harmless are the exported functions that take neither a text of a grammar
// nor a tree, or only look at what one of the others has checked.
func harmless() []string {
	return strings.Fields(`Bind Bool Date Duration Int List NewLayout Number Object Text Time Uint
		Cause.MarshalText Cause.String Code.Error Diff.LogValue Diff.String Error.Error Error.Snippet Error.Unwrap
		Errors.Error Errors.Unwrap Explanation.MarshalJSON Explanation.Mermaid Layout.Slot Layout.Values Weekday.String Kind.String
		Document.Events Document.History Document.List Document.Segment
		Record.Events Record.Field Record.History Record.List Record.Segment Record.MarshalJSON Schema.MarshalJSON
		Value.At Value.Bool Value.Date Value.Duration Value.Equal Value.Float Value.Int Value.IsNull Value.Kind
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
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("%s takes %v for 100 MB of %s", name, d, unit)
			}
		}
	}
}

func runHostileTrees(t *testing.T) {
	const depth = 1_000
	var e Expr = Field("a")
	for range depth {
		e = Arith{Left: e, Right: Int(1)}
	}
	trees := map[string]Condition{
		"Not":   nested(depth, func(c Condition) Condition { return Not{c} }),
		"And":   nested(depth, func(c Condition) Condition { return And{c, Everyone{}} }),
		"Zoned": nested(depth, func(c Condition) Condition { return Zoned{c, Text("UTC")} }),
		"Where": nested(depth, func(c Condition) Condition {
			return Compare{Left: Metric{Events: Events{[]string{"*"}, c}}, Right: Int(1)}
		}),
		"Arith": Compare{Left: e, Right: Int(1)},
	}
	calls := hostileTree()
	for _, kind := range slices.Sorted(maps.Keys(trees)) {
		for _, name := range slices.Sorted(maps.Keys(calls)) {
			start := time.Now()
			calls[name](trees[kind])
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("%s takes %v for a tree of %s", name, d, kind)
			}
		}
		if _, err := json.Marshal(Segment{Condition: trees[kind]}); !errors.Is(err, ErrLimit) {
			t.Errorf("a deep tree of %s is written with error %v", kind, err)
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
