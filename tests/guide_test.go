package tests

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/lint"
)

// The pages for hosts: their programs are examples that run, their rules parse, their links
// and commands lead somewhere.

// A guideExample is the body of an Example function, and what it prints.
type guideExample struct{ name, body, output string }

func guideExamples(t *testing.T) (all []guideExample) {
	t.Helper()
	const file = "guide_examples_test.go"
	text := readPage(t, file)
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range parsed.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		inner := text[fset.Position(fn.Body.Lbrace).Offset+2 : fset.Position(fn.Body.Rbrace).Offset]
		body, output, ok := strings.Cut(strings.ReplaceAll("\n"+inner, "\n\t", "\n"), "// Output:\n")
		if !ok {
			t.Errorf("%s prints nothing", fn.Name.Name)
		}
		output = strings.TrimSpace(strings.ReplaceAll("\n"+output, "\n// ", "\n"))
		all = append(all, guideExample{fn.Name.Name, strings.TrimSpace(body), output})
	}
	return all
}

// Every program of the guide is an example that go test runs, and what the page says that it
// prints is what it prints. One that is a whole file is run as it stands.
func TestGuidePrograms(t *testing.T) {
	pages, err := filepath.Glob("../docs/guide/*.md")
	if err != nil || len(pages) != 9 {
		t.Fatalf("the guide has %d pages: %v", len(pages), err)
	}
	examples := guideExamples(t)
	for _, page := range pages {
		_, blocks := docBlocks(t, page)
		for i, b := range blocks {
			if b.mark != "go" {
				continue
			}
			if len(examples) == 0 || i+1 == len(blocks) || blocks[i+1].mark != "text" {
				t.Fatalf("%s: no example, or no output, belongs to\n%s", page, b.text)
			}
			want := examples[0]
			examples = examples[1:]
			program := b.text
			if _, main, whole := strings.Cut(program, "func main() {\n"); whole {
				runProgram(t, program, want.output)
				program = strings.TrimSuffix(strings.ReplaceAll("\n"+main, "\n\t", "\n"), "\n}")
			}
			if diff := cmp.Diff(want.body, strings.TrimSpace(program)); diff != "" {
				t.Errorf("%s and %s differ (-function +page):\n%s", want.name, page, diff)
			}
			if diff := cmp.Diff(want.output, blocks[i+1].text); diff != "" {
				t.Errorf("%s: what %s prints (-function +page):\n%s", page, want.name, diff)
			}
		}
	}
	for _, e := range examples {
		t.Errorf("no page shows %s", e.name)
	}
}

// runProgram runs a file as it stands, within this module.
func runProgram(t *testing.T, program, want string) {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("the program of the first page needs the go command")
	}
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(program+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", file)
	cmd.Dir = ".."
	var wrong bytes.Buffer
	cmd.Stderr = &wrong
	got, err := cmd.Output()
	if diff := cmp.Diff(want, strings.TrimSpace(string(got))); diff != "" {
		t.Errorf("the program prints (%v) %s\n%s", err, wrong.String(), diff)
	}
}

// guidePages are the pages whose links and commands are looked at.
func guidePages(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob("../docs/guide/*.md")
	if err != nil {
		t.Fatal(err)
	}
	return append(pages, "../README.md", "../llms.txt", "../docs/cookbook.md", "../docs/not-for.md", "../examples/README.md")
}

func TestPagesLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#\s]+)(?:#[^)]*)?\)`)
	links := 0
	for _, page := range guidePages(t) {
		for _, m := range link.FindAllStringSubmatch(readPage(t, page), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			links++
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s has a link to %s: %v", page, m[1], err)
			}
		}
	}
	if links < 60 {
		t.Errorf("only %d links", links)
	}
}

// The commands on the pages name folders with Go code, and tests, benchmarks and flags that
// are in them.
func TestCommandsOnPages(t *testing.T) {
	command := regexp.MustCompile("(?:cd ([\\w/]+) && )?(?:\\w+=\\S+ )*go (run|test)((?: [^`\n#|)]+)?)")
	named := regexp.MustCompile(`-(run|bench) '?([\w|]+)`)
	flagged := regexp.MustCompile(` -([a-z]+)`)
	commands := 0
	for _, page := range guidePages(t) {
		for _, m := range command.FindAllStringSubmatch(readPage(t, page), -1) {
			commands++
			folder := "."
			for _, word := range strings.Fields(m[3]) {
				if strings.HasPrefix(word, "./") {
					folder = strings.TrimSuffix(strings.TrimSuffix(word, ";"), "/...")
				}
			}
			folder = filepath.Join("..", m[1], folder)
			_, missing := os.Stat(folder)
			files, err := filepath.Glob(folder + "/*.go")
			if err != nil || missing != nil || len(files) == 0 && !strings.Contains(m[3], "/...") {
				t.Errorf("%s: %s: no Go code in %s", page, m[0], folder)
				continue
			}
			var code strings.Builder
			for _, file := range files {
				code.WriteString(readPage(t, file))
			}
			for _, n := range named.FindAllStringSubmatch(m[3], -1) {
				for name := range strings.SplitSeq(n[2], "|") {
					if !strings.EqualFold(name, "xx"+"x") && !regexp.MustCompile(`func (Test|Benchmark)\w*`+strings.TrimPrefix(name, "Test")).MatchString(code.String()) {
						t.Errorf("%s: %s: nothing in %s is called %s", page, m[0], folder, name)
					}
				}
			}
			if m[2] == "run" {
				for _, f := range flagged.FindAllStringSubmatch(m[3], -1) {
					if !strings.Contains(code.String(), `"`+f[1]+`"`) {
						t.Errorf("%s: %s: %s has no flag -%s", page, m[0], folder, f[1])
					}
				}
			}
		}
	}
	if commands < 20 {
		t.Errorf("only %d commands", commands)
	}
}

// What the pages quote as rules are rules, and as windows windows.
func TestGuideRules(t *testing.T) {
	quoted := regexp.MustCompile("`([^`\n]+)`")
	operator := regexp.MustCompile(` (=|!=|<|>|>=|IS|IN|WITHIN|OLDER|CONTAINS|HAS|CHANGED) |^(DID|IN|SINCE|BETWEEN|THIS|TODAY|PREVIOUS|NOT IN|AT LEAST) `)
	rules := 0
	for _, page := range append(guidePages(t), "../docs/guide/4-time.md") {
		if !strings.Contains(page, "/guide/") && !strings.Contains(page, "not-for") {
			continue
		}
		text := regexp.MustCompile("(?s)\n```.*?\n```\n").ReplaceAllString(readPage(t, page), "\n")
		for _, m := range quoted.FindAllStringSubmatch(text, -1) {
			rule := m[1]
			if !operator.MatchString(rule) || strings.Contains(rule, "T - ") || strings.HasPrefix(rule, "go ") || strings.HasPrefix(rule, "cd ") || strings.HasPrefix(rule, "SELECT") {
				continue
			}
			rules++
			if !slices.ContainsFunc([]string{"%", "COUNT(e) >= 1 %", "x %", "x = 1 %", "% \"x\"", "x = 1 AND %"}, func(form string) bool {
				_, err := segment.Parse(strings.Replace(form, "%", strings.TrimPrefix(rule, "AND "), 1))
				return err == nil
			}) {
				t.Errorf("%s: `%s` is no rule", page, rule)
			}
		}
	}
	if rules < 20 {
		t.Errorf("only %d rules", rules)
	}
	if ws := lint.Condition(segment.MustParse(`born WITHIN NEXT 7 DAYS`), nil); len(ws) != 1 || ws[0].Code != lint.WarnRecurs {
		t.Errorf("the page on time says that lint warns of birthdays: %v", ws)
	}
}

// The rules of llms.txt are rules of which lint has nothing to say, some thirty of them.
func TestRulesForModels(t *testing.T) {
	_, language, _ := strings.Cut(readPage(t, "../llms.txt"), "## The rule language")
	rules := 0
	for line := range strings.Lines(language) {
		text, ok := strings.CutPrefix(line, "    ")
		if !ok {
			continue
		}
		rules++
		if ws, err := lint.Text(text, nil); err != nil || len(ws) > 0 {
			t.Errorf("%s%v %v", text, err, ws)
		}
	}
	if rules < 25 || rules > 35 {
		t.Errorf("%d rules", rules)
	}
}
