package segment_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
)

// Style is a test: what is written here is enforced, what is not is taste.

var update = flag.Bool("update", false, "rewrite api.txt from the code")

const module = "github.com/segmentrules/segment"

// mayImport is the import law: what the code of each folder may import, beside
// the standard library. A trailing /... stands for all below.
var mayImport = map[string][]string{
	".":                  {"github.com/tidwall/gjson"},
	"segmenttest":        {module, "github.com/leanovate/gopter/...", "github.com/google/go-cmp/..."},
	"segmenttest/suites": {module, module + "/segmenttest"},
	"index":              {module, module + "/index/internal/..."},
	"sqlgen":             {module},

	"index/internal/column":   {module, module + "/index/internal/wire"},
	"index/internal/eventlog": {module, module + "/index/internal/wire"},
	"index/internal/rowset":   {},
	"index/internal/timer":    {module + "/index/internal/wire"},
	"index/internal/wire":     {module},

	"examples/quickstart": {module, module + "/index"},
	"examples/million":    {module, module + "/index"},
}

// testsMayImport is what tests may import beside that: nothing of it reaches a
// program that embeds the library.
var testsMayImport = []string{module, module + "/segmenttest", "github.com/google/go-cmp/...", "github.com/leanovate/gopter/...",
	"github.com/santhosh-tekuri/jsonschema/v6", "golang.org/x/exp/ebnf",
	module + "/index", module + "/segmenttest/suites", module + "/sqlgen"}

// pure lists packages that must not read a clock, a file or chance.
var pure = []string{".", "index", "index/internal/column", "index/internal/eventlog", "index/internal/rowset", "index/internal/timer", "index/internal/wire", "sqlgen"}

var impure = []string{"log", "os", "net", "math/rand", "math/rand/v2"}

type sourceFile struct {
	path string // with slashes, from the root
	fset *token.FileSet
	ast  *ast.File
	text []byte
}

func (f sourceFile) folder() string { return filepath.ToSlash(filepath.Dir(f.path)) }
func (f sourceFile) test() bool     { return strings.HasSuffix(f.path, "_test.go") }

// sources returns the Go files of the root module: nested modules go by
// themselves.
func sources(t *testing.T) (files []sourceFile) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, nested := os.Stat(filepath.Join(path, "go.mod"))
			if path != "." && (nested == nil || strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, text, parser.ParseComments)
		files = append(files, sourceFile{filepath.ToSlash(path), fset, file, text})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("found only %d Go files", len(files))
	}
	return files
}

func TestImportsFollowTheLaw(t *testing.T) {
	for _, f := range sources(t) {
		allowed, known := mayImport[f.folder()]
		if !known {
			t.Errorf("%s: the folder %s has no line in mayImport", f.path, f.folder())
		}
		if f.test() {
			allowed = slices.Concat(allowed, testsMayImport)
		}
		for _, spec := range f.ast.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			if strings.Contains(path, ".") && !slices.ContainsFunc(allowed, func(a string) bool {
				prefix, tree := strings.CutSuffix(a, "/...")
				return path == a || tree && (path == prefix || strings.HasPrefix(path, prefix+"/"))
			}) {
				t.Errorf("%s must not import %s", f.path, path)
			}
			if !f.test() && slices.Contains(pure, f.folder()) && slices.Contains(impure, path) {
				t.Errorf("%s must not import %s: the package is pure", f.path, path)
			}
		}
	}
}

func TestPurePackagesReadNoClock(t *testing.T) {
	clock := regexp.MustCompile(`\btime\.(Now|Since|Until|After|Tick|Sleep|NewTimer|Local)\b`)
	for _, f := range sources(t) {
		if f.test() || !slices.Contains(pure, f.folder()) {
			continue
		}
		if m := clock.Find(f.text); m != nil {
			t.Errorf("%s uses %s: time is an argument", f.path, m)
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s has an init function", f.path)
			}
		}
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	for _, f := range sources(t) {
		if f.test() || f.ast.Name.Name == "main" {
			continue
		}
		for _, d := range f.ast.Decls {
			for _, name := range undocumented(d) {
				t.Errorf("%s: %s has no doc comment", f.path, name)
			}
		}
	}
}

func undocumented(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && receiverExported(d) {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
					names = append(names, s.Name.Name)
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						names = append(names, n.Name)
					}
				}
			}
		}
	}
	return names
}

// receiverExported also excuses String, which the interface documents.
func receiverExported(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if index, ok := typ.(*ast.IndexExpr); ok {
		typ = index.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && id.IsExported() && d.Name.Name != "String"
}

func TestSizes(t *testing.T) {
	var lines []int
	for _, f := range sources(t) {
		n := bytes.Count(f.text, []byte("\n"))
		if n > 500 {
			t.Errorf("%s has %d lines: is there more than one idea in it?", f.path, n)
		}
		if !f.test() {
			lines = append(lines, n)
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || f.test() {
				continue
			}
			if n := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1; n > 70 {
				t.Errorf("%s: %s has %d lines", f.path, fn.Name.Name, n)
			}
		}
	}
	slices.Sort(lines)
	t.Logf("%d source files; lines: median %d, most %d", len(lines), lines[len(lines)/2], lines[len(lines)-1])
}

func TestNamesAndLeftovers(t *testing.T) {
	grabBag := regexp.MustCompile(`(^|/)(utils?|helpers?|common|misc)(/|_|\.go$)`)
	leftover := regexp.MustCompile(`\b(TODO|FIXME|XXX)\b|interface\{\}`)
	machine := regexp.MustCompile(`(^|[^a-zA-Z0-9_.])/(work|root|tmp|home)/`)
	for _, f := range sources(t) {
		if grabBag.MatchString(f.path) {
			t.Errorf("%s: name the file after what it holds", f.path)
		}
		if f.path == "tidy_test.go" {
			continue
		}
		if m := leftover.Find(f.text); m != nil {
			t.Errorf("%s holds %s", f.path, m)
		}
		if m := machine.Find(f.text); m != nil {
			t.Errorf("%s names a path of one machine: %s", f.path, m)
		}
	}
}

// An unexported function that nothing names is dead.
func TestNoDeadFunctions(t *testing.T) {
	declared, used := map[string]string{}, map[string]int{}
	for _, f := range sources(t) {
		key := func(name string) string { return f.folder() + "." + name }
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				used[key(id.Name)]++
			}
			return true
		})
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && !f.test() && !fn.Name.IsExported() && fn.Name.Name != "main" {
				declared[key(fn.Name.Name)] = f.path
			}
		}
	}
	for name, path := range declared {
		if used[name] < 2 {
			t.Errorf("%s: %s is never used", path, name)
		}
	}
}

// The public surface, but for the adapters of the suites, is a reviewed file: go test -run TestAPI -update rewrites it.
func TestAPI(t *testing.T) {
	var lines []string
	for _, f := range sources(t) {
		if f.test() || f.ast.Name.Name == "main" || f.folder() == "segmenttest/suites" || strings.Contains(f.folder(), "internal") {
			continue
		}
		for _, d := range f.ast.Decls {
			lines = append(lines, exported(t, f, d)...)
		}
	}
	slices.Sort(lines)
	got := strings.Join(slices.Compact(lines), "\n") + "\n"
	if *update {
		if err := os.WriteFile("api.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("api.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("api.txt does not list the surface; review the change and run go test -run TestAPI -update:\n%s", lineDiff(string(want), got))
	}
}

func lineDiff(want, got string) string {
	var b strings.Builder
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for _, l := range w {
		if !slices.Contains(g, l) {
			fmt.Fprintln(&b, "-", l)
		}
	}
	for _, l := range g {
		if !slices.Contains(w, l) {
			fmt.Fprintln(&b, "+", l)
		}
	}
	return b.String()
}

// exported lists the exported parts of a declaration, one feature a line.
func exported(t *testing.T, f sourceFile, d ast.Decl) (lines []string) {
	add := func(format string, args ...any) {
		lines = append(lines, f.ast.Name.Name+": "+strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " "))
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && (d.Recv == nil || receiverExported(d)) {
			sig := *d
			sig.Body, sig.Doc = nil, nil
			add("%s", source(t, f, &sig))
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() {
					typeLines(t, f, s, add)
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.IsExported() {
						add("%s %s", d.Tok, n.Name)
					}
				}
			}
		}
	}
	return lines
}

func typeLines(t *testing.T, f sourceFile, s *ast.TypeSpec, add func(string, ...any)) {
	switch typ := s.Type.(type) {
	case *ast.StructType:
		add("type %s struct", s.Name.Name)
		for _, field := range typ.Fields.List {
			for _, n := range field.Names {
				if n.IsExported() {
					add("type %s struct, %s %s", s.Name.Name, n.Name, source(t, f, field.Type))
				}
			}
		}
	case *ast.InterfaceType:
		add("type %s interface", s.Name.Name)
		for _, m := range typ.Methods.List {
			for _, n := range m.Names {
				if n.IsExported() {
					add("type %s interface, %s%s", s.Name.Name, n.Name, strings.TrimPrefix(source(t, f, m.Type), "func"))
				}
			}
		}
	default:
		add("type %s %s", s.Name.Name, source(t, f, s.Type))
	}
}

func source(t *testing.T, f sourceFile, node any) string {
	t.Helper()
	var b strings.Builder
	if err := printer.Fprint(&b, f.fset, node); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// README's program is the body of Example, and what README says are rules parse.
func TestReadmeSpeaksTheTruth(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, program, _ := strings.Cut(string(readme), "```go\n")
	program, _, _ = strings.Cut(program, "```")
	if _, err := parser.ParseFile(token.NewFileSet(), "README.md", program, 0); err != nil {
		t.Errorf("README's program does not parse: %v", err)
	}
	body := between(t, program, "func main() {\n", "}\n")
	if !strings.Contains(between(t, string(example), "func Example() {\n", "\t// Output:"), body) {
		t.Error("README's program is not the body of Example")
	}
	head, _, _ := strings.Cut(string(readme), "## ")
	if n := strings.Count(head, "\n"); n > 21 {
		t.Errorf("README says what it is about in %d lines, not 20", n-1)
	}
	quoted := regexp.MustCompile("`([^`\n]+)`")
	rules := 0
	for _, section := range []string{between(t, string(readme), "itself.", "```go"), between(t, string(readme), "## What a rule can say", "`grammar.ebnf`")} {
		for _, m := range quoted.FindAllStringSubmatch(section, -1) {
			rule := m[1]
			if strings.HasPrefix(rule, "go ") || slices.Contains([]string{"AND", "OR", "NOT"}, rule) {
				continue
			}
			rules++
			if _, err := segment.Parse(strings.ReplaceAll(rule, "(a, b, c)", "(a = 1, b = 1, c = 1)")); err != nil {
				t.Errorf("README: %s: %v", rule, err)
			}
		}
	}
	if rules < 25 {
		t.Errorf("found only %d rules in README", rules)
	}
}

func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, from)
	inner, _, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("nothing stands between %q and %q", from, to)
	}
	return inner
}
