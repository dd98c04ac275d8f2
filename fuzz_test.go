package segment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// halfPair matches a text with an escaped half of a surrogate pair.
var halfPair = regexp.MustCompile(`(?i)^[^"]*("(` + unit + `)*"[^"]*)*"(` + unit + `)*(\\ud[c-f]..|\\ud[89ab]..([^\\]|\\[^u]|\\u([^d]|d[^c-f])))`)

// unit is a character of a JSON text, with a whole pair as one.
const unit = `[^"\\]|\\["\\/bfnrt]|\\u([0-9abcef]...|d[0-7]..)|\\ud[89ab]..\\ud[c-f]..`

// acceptable says with encoding/json alone whether a document is one: an
// object, UTF-8, no name twice, numbers within float64, at most 100 levels.
func acceptable(text []byte) bool {
	if !json.Valid(text) || !utf8.Valid(text) || len(text) > DefaultBytes || halfPair.Match(text) {
		return false
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	type level struct {
		names  map[string]bool // nil for an array
		isName bool
	}
	open := []level{{map[string]bool{}, true}}
	for {
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return true
		}
		top := len(open) - 1
		if t == json.Delim('}') || t == json.Delim(']') {
			open = open[:top]
			continue
		}
		if name, ok := t.(string); ok && top >= 0 && open[top].names != nil && open[top].isName {
			if open[top].names[name] {
				return false
			}
			open[top].names[name], open[top].isName = true, false
			continue
		}
		open[top].isName = true
		switch t := t.(type) {
		case json.Number:
			if _, ok := ParseNumber(string(t)); !ok {
				return false
			}
		case json.Delim:
			next := level{isName: true}
			if t == '{' {
				next.names = map[string]bool{}
			}
			if open = append(open, next); len(open) > DefaultDepth {
				return false
			}
		}
	}
}

func checkDocument(t *testing.T, text []byte, path string) {
	t.Helper()
	doc, err := NewDocument(text)
	if got, want := err == nil, acceptable(text); got != want {
		t.Fatalf("NewDocument accepts: %v (%v), want %v\n%q", got, err, want, text)
	}
	if err != nil {
		doc = Document(text)
	}
	got, want := doc.Field(path), doc.Value().At(Field(path).Names()...)
	if !got.Equal(want) && !(got.IsNull() && want.IsNull()) {
		t.Fatalf("Field(%q) = %v, Value().At = %v\n%q", path, plainJSON(got), plainJSON(want), text)
	}
	f := Field(path)
	for _, c := range []Condition{IsNull{f}, IsBlank{f}, Compare{f, Gt, Int(0), false}, Compare{f, Le, Number(0.3), false}, Compare{f, Eq, Text("é😀"), true},
		And{Contains{f, AnyOf, []Value{Text("x"), Int(1)}, false}, IsNull{Field("a")}}, Each{Any, 0, f, Compare{Field("b"), Eq, Int(1), false}}} {
		if got, want := compile(c).Match(doc, noon), Evaluate(c, doc, noon); got != want {
			t.Fatalf("Match = %v, Evaluate = %v of %#v\n%q", got, want, c, text)
		}
		log := &Record{Log: []Event{{Name: "e", At: noon, Props: doc}}}
		m := Compare{Metric{Agg: AggSum, Events: Events{[]string{"e"}, c}, Prop: f}, Gt, Int(0), false}
		if got, want := compile(m).Match(log, noon), Evaluate(m, log, noon); got != want {
			t.Fatalf("over an event: Match = %v, Evaluate = %v of %#v\n%q", got, want, m, text)
		}
	}
}

// documents are texts on the border of what a document is.
func documents() []string {
	many := make([]string, 200)
	for i := range many {
		many[i] = fmt.Sprintf(`"key%d":%d`, i, i)
	}
	all := "{" + strings.Join(many, ",") + "}"
	return []string{`{}`, ` {"a" : 1 } `, `{"a":1,}`, `{"a":1}x`, `[]`, `5`, ``, `{`, `{"a"`, `{"a":`, `{"a":"`, `{"a":"\`, `{"a":"\u12`, `{"a":tru}`, `{"a":nullx}`,
		`{"a":{"b":1},"a.b":2}`, `{"a":1,"\u0061":2}`, `{"a":"\ud83d\ude00"}`, `{"a":"\ud83dx"}`, `{"a":"\ud83d\u0041"}`, `{"a":"\ud83d\ud83d\ude00"}`, `{"a":"é😀"}`,
		"{\"a\":\"\xff\"}", "{\"a\":\"\x01\"}", "{\"a\":\"\x7f\"}", `{"a":01}`, `{"a":-}`, `{"a":1.}`, `{"a":.5}`, `{"a":1e}`, `{"a":1e400}`, `{"a":1e-400}`, `{"a":0e999999}`,
		`{"a":9007199254740993}`, `{"a":0.30000000000000004}`, `{"a":0.3}`, `{"a":0.12345678901234567890}`, `{"a":1e2}`, `{"a":1.50}`, `{"a":-0.0}`, `{"a":12345678901234567.5}`,
		`{"a":` + strings.Repeat("1", 309) + `}`, `{"a":` + strings.Repeat("1", 308) + `}`, `{"a":0.` + strings.Repeat("1", 999) + `}`,
		`{"a":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `}`, `{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`,
		`{"a":[{"b":1},{"b":2}],"c":[1,"x"]}`, `{"a":[{"b":1,"b":2}]}`, all, all[:len(all)-1] + `,"key7":1}`, `{"a":["x"]}`, `{"a":"  "}`, `{"a":[]}`, `{"a":{}}`, `{"":1}`,
		"{\"a\"\u00a0:1}", "\ufeff{}", "{\"a\":1\x00}"}
}

func TestDocuments(t *testing.T) {
	for _, text := range documents() {
		for _, path := range []string{"a", "a.b", `a\.b`, "", "c", "key7"} {
			checkDocument(t, []byte(text), path)
		}
	}
}

// FuzzDocument: what is a document, what its fields are, and that a Program
// over it answers as Evaluate, for arbitrary bytes.
func FuzzDocument(f *testing.F) {
	for _, text := range documents() {
		f.Add([]byte(text), "a")
		f.Add([]byte(text), "a.b")
	}
	f.Fuzz(checkDocument)
}

func seedParse(f *testing.F) {
	for _, path := range []string{rulesFile, brokenFile} {
		for _, e := range readCorpus(f, path) {
			f.Add(e.text)
		}
	}
	g := readGrammar(f)
	for seed := range uint64(100) {
		f.Add(speak(g, seed))
	}
	for _, hostile := range []string{"\xff", "a = \"\x00\u2028\"", "((((", "NOT NOT", "- - 1", "a = `", "x IN LAST", "BETWEEN AND AND"} {
		f.Add(hostile)
	}
}

// FuzzParse: what parses prints as a text that parses to the same tree and
// prints the same, and is a valid tree; what does not parse says where.
func FuzzParse(f *testing.F) {
	seedParse(f)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text)
		if err != nil {
			checkPlaces(t, text)
			return
		}
		textRoundTrip(t, text, c)
		if err := valid(c, Limits{}); err != nil {
			t.Errorf("%q parses as %s, which is no valid tree: %v", text, c, err)
		}
	})
}

// FuzzJSON: what reads as a definition writes, what is written reads back as the
// same tree and is written the same; what does not read says where.
func FuzzJSON(f *testing.F) {
	for _, form := range definitionForms() {
		f.Add(form.json)
	}
	f.Add(documented)
	for _, hostile := range []string{`{"rule":"a = 1 OR DID x THEN NOT y WITHIN 3 hours"}`, `{"rule":"a ="}`, `{"not":`, "{\"field\":\"\xff\"}",
		`{"field":"a\\","operator":"is_set"}`, `{"field":"a","operator":"=","value":1e-9}`, "{\"\n\":\"\u2028\"}",
		`{"left":{"fraction":"1/3"},"operator":"on","value":"2026-01-31"}`} {
		f.Add(hostile)
	}
	f.Fuzz(checkDefinition)
}

func checkDefinition(t *testing.T, text string) {
	c, err := UnmarshalCondition([]byte(text))
	if err != nil {
		errs := ruleErrors(err)
		if c != nil || len(errs) == 0 {
			t.Fatalf("%q: read as %v, %v", text, c, err)
		}
		for i, e := range errs {
			checkPlace(t, text, e)
			if i > 0 && e.Offset < errs[i-1].Offset {
				t.Errorf("%q: not in order of place: %v, %v", text, errs[i-1], e)
			}
		}
		return
	}
	written, err := MarshalCondition(c)
	if err != nil {
		t.Fatalf("%q reads as %s, which is not written: %v", text, c, err)
	}
	back, err := UnmarshalCondition(written)
	if err != nil || !Equal(back, c) {
		t.Fatalf("%q is written as %s, which reads as %v, %v", text, written, back, err)
	}
	again, err := MarshalCondition(back)
	if err != nil || !bytes.Equal(again, written) {
		t.Fatalf("%q is written as %s and then as %s, %v", text, written, again, err)
	}
	if _, err := Parse(c.String()); err != nil {
		t.Fatalf("%q prints as %s, which does not parse: %v", text, c, err)
	}
}
