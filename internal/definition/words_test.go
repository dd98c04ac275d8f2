package definition

import (
	"encoding/json"
	goast "go/ast"
	goparser "go/parser"
	gotoken "go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/rule"
)

// The words of the schema file are those of the code, neither more nor less.

// schemaDefs are the $defs of the schema file, as plain JSON.
func schemaDefs(t *testing.T) map[string]any {
	t.Helper()
	text, err := os.ReadFile("../../definition.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Defs map[string]any `json:"$defs"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file.Defs
}

// under goes down a JSON document; a number is an index.
func under(t *testing.T, v any, way ...any) any {
	t.Helper()
	for _, step := range way {
		switch at := v.(type) {
		case map[string]any:
			v = at[step.(string)]
		case []any:
			v = at[step.(int)]
		}
	}
	if v == nil {
		t.Fatalf("the schema has nothing at %v", way)
	}
	return v
}

// wordsAt is an "enum" of the schema.
func wordsAt(t *testing.T, v any, way ...any) (words []string) {
	t.Helper()
	for _, word := range under(t, v, way...).([]any) {
		words = append(words, word.(string))
	}
	return words
}

// literals are the texts in the case clauses of a function of the package, or
// all texts in it.
func literals(t *testing.T, file, function string, inCases bool) (texts []string) {
	t.Helper()
	f, err := goparser.ParseFile(gotoken.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	add := func(n goast.Node) bool {
		if lit, ok := n.(*goast.BasicLit); ok && lit.Kind == gotoken.STRING {
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, text)
		}
		return true
	}
	goast.Inspect(f, func(n goast.Node) bool {
		fn, ok := n.(*goast.FuncDecl)
		if !ok || fn.Name.Name != function {
			return !ok
		}
		goast.Inspect(fn, func(n goast.Node) bool {
			if clause, ok := n.(*goast.CaseClause); ok && inCases {
				for _, e := range clause.List {
					goast.Inspect(e, add)
				}
			}
			return inCases || add(n)
		})
		return false
	})
	if len(texts) == 0 {
		t.Fatalf("%s has no texts in %s", file, function)
	}
	return texts
}

// operatorDefs says which kinds of operator each part of the schema is about.
var operatorDefs = map[operatorKind]string{
	opCompare: "compare", opOrder: "order", opTime: "compareTime", opBetween: "between", opIn: "in", opNull: "isSet", opBlank: "isBlank",
	opContains: "contains", opContainsAll: "containsList", opLike: "startsOrEnds", opMatches: "matches", opCIDR: "inCIDR",
	opDuring: "during", opChanged: "changed", opHasBeen: "hasBeen", opDid: "did",
}

var operatorPattern = regexp.MustCompile(`^\^\(not_\|does_not_\|is_not_\|is_\|has_\)\*\(([^()]+)\)(_\(([a-z|]+)\)s\?)?\$$`)

func TestSchemaKnowsTheOperators(t *testing.T) {
	defs := schemaDefs(t)
	const file = "operators.go"
	code := make(map[operatorKind][]string)
	for _, name := range slices.Concat(literals(t, file, "comparisonOf", true), literals(t, file, "textOperatorOf", true)) {
		o, ok := OperatorOf(name)
		if !ok {
			t.Fatalf("the operator %s is not read", name)
		}
		code[o.kind] = append(code[o.kind], name)
	}
	var offered []string
	for kind, def := range operatorDefs {
		operator := under(t, defs, def, "properties", "operator", "anyOf")
		m := operatorPattern.FindStringSubmatch(under(t, operator, 1, "pattern").(string))
		if m == nil {
			t.Fatalf("%s: %s is not a pattern of operators", def, operator)
		}
		if diff := cmp.Diff(sorted(code[kind]), sorted(strings.Split(m[1], "|"))); diff != "" {
			t.Errorf("%s: the code has -, the schema +:\n%s", def, diff)
		}
		offered = append(offered, wordsAt(t, operator, 0, "enum")...)
	}
	var windows []string
	for _, name := range literals(t, file, "windowOperatorOf", false) {
		if name != "" && name != "_" {
			windows = append(windows, name)
		}
	}
	for _, def := range []string{"within", "withinUnit"} {
		m := operatorPattern.FindStringSubmatch(under(t, defs, def, "properties", "operator", "anyOf", 1, "pattern").(string))
		if diff := cmp.Diff(sorted(windows), sorted(strings.Split(m[1], "|"))); diff != "" {
			t.Errorf("%s: the code has -, the schema +:\n%s", def, diff)
		}
		if inSchema := strings.Join(strings.Split(m[3], "|"), "s ") + "s"; def == "withinUnit" && inSchema != strings.Join(units(), " ") {
			t.Errorf("%s has the units %s", def, inSchema)
		}
	}
	offered = append(offered, wordsAt(t, defs, "withinUnit", "properties", "operator", "anyOf", 0, "enum")...)
	if diff := cmp.Diff(sorted(OperatorNames()), sorted(offered)); diff != "" {
		t.Errorf("operators that are written: the code has -, the schema +:\n%s", diff)
	}
}

func sorted(words []string) []string { return slices.Sorted(slices.Values(words)) }

func TestSchemaKnowsTheOtherWords(t *testing.T) {
	defs := schemaDefs(t)
	var functions []string
	for _, o := range under(t, defs, "operand", "oneOf").([]any) {
		properties, _ := o.(map[string]any)["properties"].(map[string]any)
		if f, ok := properties["function"].(map[string]any); ok {
			switch {
			case f["enum"] != nil:
				functions = append(functions, wordsAt(t, f, "enum")...)
			case f["const"] != nil:
				functions = append(functions, f["const"].(string))
			}
		}
	}
	metric := under(t, defs, "metric")
	var needing []string
	for _, name := range wordsAt(t, metric, "properties", "aggregate", "anyOf", 0, "enum") {
		if a, ok := aggOf(name); ok && check.NeedsProperty(a) {
			needing = append(needing, name)
		}
	}
	var anyUnit, calendar []string
	for u := rule.UnitSecond; u <= rule.UnitYear; u++ {
		anyUnit = append(anyUnit, unitName(u), u.Word())
		if u >= rule.UnitDay {
			calendar = append(calendar, unitName(u), u.Word())
		}
	}
	for _, u := range []rule.Unit{rule.UnitQuarter, rule.UnitYear} {
		calendar = append(calendar, "fiscal_"+unitName(u), "fiscal_"+u.Word())
	}
	var months []string
	for m := time.January; m <= time.December; m++ {
		months = append(months, monthName(m))
	}
	for _, tt := range []struct {
		what      string
		code, got []string
	}{
		{"months", months, wordsAt(t, defs, "month", "anyOf", 0, "enum")},
		{"functions", all(rule.FnLast, fnName), functions},
		{"aggregates", append(all(rule.AggLast, rule.AggName), literals(t, "words.go", "aggOf", true)...),
			wordsAt(t, metric, "properties", "aggregate", "anyOf", 0, "enum")},
		{"aggregates of a property", needing, wordsAt(t, metric, "if", "properties", "aggregate", "enum")},
		{"quantifiers", append(all(rule.QuantifierNone, quantifierName), literals(t, "words.go", "quantifierOf", true)...),
			wordsAt(t, defs, "each", "oneOf", 0, "properties", "operator", "enum")},
		{"units", anyUnit, wordsAt(t, defs, "unit", "anyOf", 0, "enum")},
		{"calendar units", calendar, wordsAt(t, defs, "calendar", "anyOf", 0, "enum")},
		{"weekdays", all(rule.WeekdaySunday, weekdayName), wordsAt(t, defs, "weekday", "anyOf", 0, "enum")},
		{"membership", literals(t, "read.go", "membership", true), wordsAt(t, defs, "membership", "anyOf", 0, "enum")},
		{"markers", append(literals(t, "../../rule/value_json.go", "IsMarker", true), literals(t, "../../rule/value_json.go", "IsDollarMarker", true)...), wordsAt(t, defs, "value", "if", "propertyNames", "enum")},
	} {
		if diff := cmp.Diff(sorted(tt.code), sorted(tt.got)); diff != "" {
			t.Errorf("%s: the code has -, the schema +:\n%s", tt.what, diff)
		}
	}
}

// The keys of the schema are those that the reader knows.
func TestSchemaKnowsTheKeys(t *testing.T) {
	got := make(map[string]bool)
	var visit func(any)
	visit = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if properties, ok := v["properties"].(map[string]any); ok {
				for name := range properties {
					got[name] = true
				}
			}
			for _, sub := range v {
				visit(sub)
			}
		case []any:
			for _, sub := range v {
				visit(sub)
			}
		}
	}
	visit(map[string]any{"$defs": schemaDefs(t)})
	want := make(map[string]bool)
	for _, key := range slices.Concat(conditionKeys(), exprKeys(), literals(t, "read_window.go", "windowOf", false), []string{"starts_on", "starts_in", "periods", "within", "values"}) {
		if !strings.Contains(key, " ") {
			want[key] = true
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("the code has -, the schema +:\n%s", diff)
	}
}
