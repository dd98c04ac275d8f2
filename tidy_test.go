package segment_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/exp/stats"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/tidy"
)

// Style is a test: what is written here is enforced, what is not is taste.

var update = flag.Bool("update", false, "rewrite api.txt from the code")

const module = "github.com/segmentrules/segment"

// mayImport is what the code of a folder may import of other modules: nothing
// but what stands here. A trailing /... stands for all below. What it may import
// of this module, the floors say.
var mayImport = map[string][]string{
	".":           {"github.com/tidwall/gjson"},
	"rule":        {"github.com/tidwall/gjson"},
	"schema":      {"github.com/tidwall/gjson"},
	"segmenttest": {"github.com/leanovate/gopter/...", "github.com/google/go-cmp/..."},
}

// testsMayImport is what tests may import beside that: nothing of it reaches a
// program that embeds the library.
var testsMayImport = []string{"github.com/google/go-cmp/...", "github.com/leanovate/gopter/...", "golang.org/x/exp/stats"}

// impure lists the packages that may read a clock, a file or chance: no program
// that embeds the library needs one of them.
var impure = []string{"segmenttest", "segmenttest/suites", "tests", "internal/corpus", "internal/ruletest", "internal/tidy", "durable", "durable/internal/disk", "durable/internal/disk/simdisk", "live", "httpapi", "examples/quickstart", "examples/million", "examples/live"}

// impureImports are packages of the standard library that only those import.
var impureImports = []string{"log", "os", "net", "math/rand", "math/rand/v2"}

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
		allowed := append(slices.Clone(mayImport[f.folder()]), module+"/...")
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
			if !f.test() && !slices.Contains(impure, f.folder()) && slices.Contains(impureImports, path) {
				t.Errorf("%s must not import %s: the package is pure", f.path, path)
			}
		}
	}
}

func TestPurePackagesReadNoClock(t *testing.T) {
	clock := regexp.MustCompile(`\btime\.(Now|Since|Until|After|Tick|Sleep|NewTimer|Local)\b`)
	for _, f := range sources(t) {
		if f.test() || slices.Contains(impure, f.folder()) {
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
	for _, name := range house(t).Undocumented() {
		t.Errorf("%s has no doc comment", name)
	}
}

var loadHouse = sync.OnceValues(func() (*tidy.Module, error) { return tidy.Load(".") })

// house is the code of the module, as internal/tidy reads it.
func house(t *testing.T) *tidy.Module {
	t.Helper()
	m, err := loadHouse()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// No arrow leads upward: between packages none at all, between the chapters of
// one package no more than its book says are left.
func TestNoArrowUpward(t *testing.T) {
	m := house(t)
	for _, broken := range m.BrokenFloors(tidy.Floors) {
		t.Error(broken)
	}
	for _, book := range tidy.Books {
		arrows, homeless, err := m.Arrows(book)
		if err != nil {
			t.Error(err)
		}
		for _, file := range homeless {
			t.Errorf("%s is in no chapter: give it one in internal/tidy/house.go", file)
		}
		switch {
		case len(arrows) > book.Upward:
			for _, a := range arrows {
				t.Error(a)
			}
			t.Errorf("%s: %d arrows upward, and no more than %d may be", book.Folder, len(arrows), book.Upward)
		case len(arrows) < book.Upward:
			t.Logf("%s: only %d arrows upward: make Upward in internal/tidy/house.go smaller", book.Folder, len(arrows))
		}
	}
}

// Every large file opens with what it is about, and every package has a doc.go.
func TestFilesOpenWithTheirIdea(t *testing.T) {
	m := house(t)
	if files := m.WithoutIdea(tidy.LinesOfIdea); len(files) > tidy.FilesWithoutIdea {
		t.Errorf("%d files of more than %d lines do not say what they are about, and no more than %d may:\n%s", len(files), tidy.LinesOfIdea, tidy.FilesWithoutIdea, strings.Join(files, "\n"))
	}
	if folders := m.WithoutDoc(); len(folders) > tidy.PackagesWithoutDoc {
		t.Errorf("%d packages have no doc.go, and no more than %d may: %v", len(folders), tidy.PackagesWithoutDoc, folders)
	}
}

func TestTheHouseIsSmallEnough(t *testing.T) {
	for _, p := range house(t).Packages {
		most, ok := tidy.LinesOf[p.Folder]
		if !ok {
			most = tidy.LinesOfPackage
		}
		if n := p.Lines(); n > most {
			t.Errorf("%s has %d lines of code, and no more than %d may be", p.Folder, n, most)
		}
	}
	api, err := os.ReadFile("api.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name, most := range tidy.NamesOf {
		if n := strings.Count("\n"+string(api), "\n"+name+": "); n > most {
			t.Errorf("%s exports %d names, fields and methods, and no more than %d may be", name, n, most)
		}
	}
	top, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	files, code := 0, 0
	for _, f := range top {
		if f.IsDir() || strings.HasPrefix(f.Name(), ".") {
			continue
		}
		files++
		if strings.HasSuffix(f.Name(), ".go") && !strings.HasSuffix(f.Name(), "_test.go") {
			code++
		}
	}
	if files > tidy.FilesOnTop || code > tidy.GoFilesOnTop {
		t.Errorf("%d files lie on top of the repository, %d of them code; no more than %d and %d may", files, code, tidy.FilesOnTop, tidy.GoFilesOnTop)
	}
}

// Half the files fit a few screens, and nearly all functions one.
func TestSizes(t *testing.T) {
	var files, functions []float64 // lines of each
	for _, f := range sources(t) {
		n := bytes.Count(f.text, []byte("\n"))
		if n > 500 {
			t.Errorf("%s has %d lines: is there more than one idea in it?", f.path, n)
		}
		if !f.test() {
			files = append(files, float64(n))
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || f.test() {
				continue
			}
			n := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1
			if n > 70 {
				t.Errorf("%s: %s has %d lines", f.path, fn.Name.Name, n)
			}
			functions = append(functions, float64(n))
		}
	}
	file := stats.Quantiles(files, 0.5, 0.95, 1)
	function := stats.Quantiles(functions, 0.5, 0.95, 1)
	t.Logf("lines (median, 95 of 100, most): %d files %.0f, %d functions %.0f", len(files), file, len(functions), function)
	if file[0] > 250 || function[1] > 40 {
		t.Errorf("the median file has %.0f lines, and of 100 functions 5 have more than %.0f", file[0], function[1])
	}
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

// A test that is moved into another folder would otherwise skip for ever what it
// no longer finds.
func TestPathsOutOfAFolderLeadSomewhere(t *testing.T) {
	file := regexp.MustCompile(`^"((?:\.\./)+[\w./-]+\.\w+)"$`)
	for _, f := range sources(t) {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || !file.MatchString(lit.Value) {
				return true
			}
			path := filepath.ToSlash(filepath.Join(f.folder(), file.FindStringSubmatch(lit.Value)[1]))
			if strings.HasPrefix(path, "../shared/") {
				return true // the data beside the project, which may be absent
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s: %s leads to %s: %v", f.path, lit.Value, path, err)
			}
			return true
		})
	}
}

// An unexported function or method that no code names is dead, also where
// another has its name, and where only tests call it.
func TestNoDeadFunctions(t *testing.T) {
	dead, err := house(t).Dead()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range dead {
		if !slices.Contains(tidy.DeadYet, name) {
			t.Errorf("%s is never used", name)
		}
	}
}

// The public surface, but for the adapters of the suites, is a reviewed file: go test -run TestAPI -update rewrites it.
func TestAPI(t *testing.T) {
	var lines []string
	for _, p := range house(t).Packages {
		if p.Name != "main" && p.Folder != "segmenttest/suites" && p.Folder != "tests" && !strings.Contains(p.Folder, "internal") {
			lines = append(lines, house(t).Surface(p)...)
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
	if n := strings.Count(head, "\n"); n > 22 {
		t.Errorf("README says what it is about in %d lines, not 21", n-1)
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
