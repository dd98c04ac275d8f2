package tidy

import (
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

func load(t *testing.T) *Module {
	t.Helper()
	m, err := Load("testdata/house")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The house of testdata breaks each rule once.
func TestArrowsOfAHouse(t *testing.T) {
	arrows, homeless, err := load(t).Arrows(Book{Folder: ".", Chapters: []Chapter{{"first", []string{"a*.go"}}, {"second", []string{"*.go", "ab.go"}}, {"third", []string{"z.go"}}}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range arrows {
		got = append(got, a.String())
	}
	want := []string{
		"a.go:4: Plan (first) uses room, which b.go declares (second)",
		"a.go:7: Plan.Size (first) uses the field width, which b.go declares (second)",
		"a.go:8: Plan.Size (first) uses *room.paint, which z.go declares (third)",
		"a.go:11: most (first) uses limit, which b.go declares (second)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(homeless) != 0 {
		t.Errorf("homeless: %v", homeless)
	}
	if _, homeless, _ = load(t).Arrows(Book{Folder: ".", Chapters: []Chapter{{"first", []string{"a.go"}}}}); !slices.Equal(homeless, []string{"ab.go", "b.go", "z.go"}) {
		t.Errorf("homeless: %v", homeless)
	}
}

func TestFloorsOfAHouse(t *testing.T) {
	m := load(t)
	if broken := m.BrokenFloors([][]string{{"attic", "cellar"}, {"."}}); len(broken) != 1 || !strings.HasPrefix(broken[0], "attic, on floor 0, imports cellar, on floor 0") {
		t.Errorf("two packages of one floor: %q", broken)
	}
	if broken := m.BrokenFloors([][]string{{"cellar"}, {"attic"}}); len(broken) != 1 || !strings.HasPrefix(broken[0], ". stands on no floor") {
		t.Errorf("a package on no floor: %q", broken)
	}
	if broken := m.BrokenFloors([][]string{{"cellar"}, {"attic"}, {"."}}); len(broken) != 0 {
		t.Errorf("a house in order: %q", broken)
	}
	if got := m.WithoutDoc(); !slices.Equal(got, []string{"attic", "."}) && !slices.Equal(got, []string{".", "attic"}) {
		t.Errorf("without doc.go: %v", got)
	}
}

func TestOpensWithIdea(t *testing.T) {
	for text, want := range map[string]bool{
		"package p\n\nfunc f() {}\n":                                                  false,
		"package p\n\n// f is short.\nfunc f() {}\n":                                  false,
		"package p\n\n// f is this.\n// And that.\nfunc f() {}\n":                     true,
		"package p\n\nimport \"os\"\n\n// The idea.\n// In lines.\n\nvar x = os.Args": true,
		"// The idea.\n// In lines.\n\npackage p\n\nfunc f() {}\n":                    true,
		"//go:build a\n//go:build b\n\npackage p\n\nfunc f() {}\n":                    false,
		"package p\n\nfunc f() {\n\t// Later.\n\t// Too late.\n}\n":                   false,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "f.go", text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if got := (&Module{}).opensWithIdea(f); got != want {
			t.Errorf("%v, want %v of\n%s", got, want, text)
		}
	}
}

// What a nested module asks for is found by one call, of the house that breaks each rule once.
func TestFaults(t *testing.T) {
	faults, err := Faults("testdata/house", Pages(".", "a.go ab.go", "b.go"))
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(faults, "\n")
	for _, want := range []string{"a.go:11: most (a.go) uses limit, which b.go declares (b.go)", "z.go is in no chapter", " has no doc comment", " has no doc.go", " has no use"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not among\n%s", want, all)
		}
	}
	if strings.Contains(all, "a.go is in no chapter") || strings.Contains(all, "uses *room.paint") {
		t.Errorf("what is of one chapter, or of none, is no arrow:\n%s", all)
	}
}
