package segment_test

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/corpus"
	"github.com/segmentrules/segment/rule"
)

// halfPair matches a text with an escaped half of a surrogate pair.
var halfPair = regexp.MustCompile(`(?i)^[^"]*("(` + unit + `)*"[^"]*)*"(` + unit + `)*(\\ud[c-f]..|\\ud[89ab]..([^\\]|\\[^u]|\\u([^d]|d[^c-f])))`)

// unit is a character of a JSON text, with a whole pair as one.
const unit = `[^"\\]|\\["\\/bfnrt]|\\u([0-9abcef]...|d[0-7]..)|\\ud[89ab]..\\ud[c-f]..`

// acceptable says with encoding/json alone whether a document is one: an
// object, UTF-8, no name twice, numbers within float64, at most 100 levels.
func acceptable(text []byte) bool {
	if !json.Valid(text) || !utf8.Valid(text) || len(text) > rule.DefaultBytes || halfPair.Match(text) {
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
			if _, ok := rule.ParseNumber(string(t)); !ok {
				return false
			}
		case json.Delim:
			next := level{isName: true}
			if t == '{' {
				next.names = map[string]bool{}
			}
			if open = append(open, next); len(open) > rule.DefaultDepth {
				return false
			}
		}
	}
}

var noon = time.Date(2026, 3, 31, 12, 30, 0, 5, time.UTC)

func checkDocument(t *testing.T, text []byte, path string) {
	t.Helper()
	doc, err := segment.NewDocument(text)
	if got, want := err == nil, acceptable(text); got != want {
		t.Fatalf("NewDocument accepts: %v (%v), want %v\n%q", got, err, want, text)
	}
	if err != nil {
		doc = segment.Document(text)
	}
	got, want := doc.Field(path), doc.Value().At(rule.Field(path).Names()...)
	if !got.Equal(want) && !(got.IsNull() && want.IsNull()) {
		t.Fatalf("Field(%q) = %v, Value().At = %v\n%q", path, got, want, text)
	}
	f := rule.Field(path)
	for _, c := range []segment.Condition{rule.IsNull{X: f}, rule.IsBlank{X: f}, rule.Compare{Left: f, Op: rule.OpGt, Right: segment.Int(0), Fold: false}, rule.Compare{Left: f, Op: rule.OpLe, Right: segment.Number(0.3), Fold: false}, rule.Compare{Left: f, Op: rule.OpEq, Right: segment.Text("é😀"), Fold: true},
		rule.And{rule.Contains{X: f, Mode: rule.ContainsAny, Values: []segment.Value{segment.Text("x"), segment.Int(1)}, Fold: false}, rule.IsNull{X: rule.Field("a")}}, rule.Each{Quantifier: rule.QuantifierAny, K: 0, X: f, C: rule.Compare{Left: rule.Field("b"), Op: rule.OpEq, Right: segment.Int(1), Fold: false}}} {
		p, err := segment.Compile(c)
		if err != nil {
			continue // a field without a name
		}
		if got, want := p.Match(doc, noon), segment.Evaluate(c, doc, noon); got != want {
			t.Fatalf("Match = %v, Evaluate = %v of %#v\n%q", got, want, c, text)
		}
		log := &segment.Record{Log: []segment.Event{{Name: "e", At: noon, Props: doc}}}
		m := rule.Compare{Left: rule.Metric{Agg: rule.AggSum, Events: rule.Events{Names: []string{"e"}, Where: c}, Prop: f}, Op: rule.OpGt, Right: segment.Int(0), Fold: false}
		if p, err = segment.Compile(m); err != nil {
			t.Fatal(err)
		}
		if got, want := p.Match(log, noon), segment.Evaluate(m, log, noon); got != want {
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
	for _, file := range []string{"rules.txt", "broken.txt", "typed.txt"} {
		for _, e := range corpus.Entries(f, file) {
			f.Add(e.Text)
		}
	}
	for _, text := range corpus.Sentences(f) {
		f.Add(text)
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
		c, err := segment.Parse(text)
		if err != nil {
			corpus.Places(t, text)
			if fix := errorsIn(err)[0].Fix; fix != "" {
				if c, err := segment.Parse(fix); err != nil || c.String() != fix {
					t.Errorf("%q has the fix %q, which is no rule in canonical text: %v, %v", text, fix, c, err)
				}
			}
			return
		}
		corpus.RoundTrip(t, text, c)
		if _, err := segment.Compile(c); err != nil {
			t.Errorf("%q parses as %s, which is no valid tree: %v", text, c, err)
		}
	})
}

// FuzzJSON: what reads as a definition writes, what is written reads back as the
// same tree and is written the same; what does not read says where.
func FuzzJSON(f *testing.F) {
	for _, text := range slices.Concat(corpus.Definitions(f, "written"), corpus.Definitions(f, "segment")) {
		f.Add(text)
	}
	for _, hostile := range []string{`{"rule":"a = 1 OR DID x THEN NOT y WITHIN 3 hours"}`, `{"rule":"a ="}`, `{"not":`, "{\"field\":\"\xff\"}",
		`{"field":"a\\","operator":"is_set"}`, `{"field":"a","operator":"=","value":1e-9}`, "{\"\n\":\"\u2028\"}",
		`{"left":{"fraction":"1/3"},"operator":"on","value":"2026-01-31"}`} {
		f.Add(hostile)
	}
	f.Fuzz(checkDefinition)
}

// errorsIn takes an error apart, which may be one or a list.
func errorsIn(err error) (errs segment.Errors) {
	var one *segment.Error
	if !errors.As(err, &errs) && errors.As(err, &one) {
		errs = segment.Errors{one}
	}
	return errs
}

func checkDefinition(t *testing.T, text string) {
	c, err := segment.UnmarshalCondition([]byte(text))
	if err != nil {
		errs := errorsIn(err)
		if c != nil || len(errs) == 0 {
			t.Fatalf("%q: read as %v, %v", text, c, err)
		}
		for i, e := range errs {
			corpus.Place(t, text, e)
			if i > 0 && e.Offset < errs[i-1].Offset {
				t.Errorf("%q: not in order of place: %v, %v", text, errs[i-1], e)
			}
		}
		return
	}
	written, err := segment.MarshalCondition(c)
	if err != nil {
		t.Fatalf("%q reads as %s, which is not written: %v", text, c, err)
	}
	back, err := segment.UnmarshalCondition(written)
	if err != nil || !rule.Equal(back, c) {
		t.Fatalf("%q is written as %s, which reads as %v, %v", text, written, back, err)
	}
	again, err := segment.MarshalCondition(back)
	if err != nil || !bytes.Equal(again, written) {
		t.Fatalf("%q is written as %s and then as %s, %v", text, written, again, err)
	}
	if _, err := segment.Parse(c.String()); err != nil {
		t.Fatalf("%q prints as %s, which does not parse: %v", text, c, err)
	}
}

// FuzzEvaluate: for any rule, contact and instant, the Program answers as
// Evaluate, NOT is the complement, Simplify keeps the answer, nothing is
// written to, Explain gives the same verdict, and no answer changes before Next.
func FuzzEvaluate(f *testing.F) {
	for _, rule := range []string{
		`country IN ("US", "CA") AND opened >= 2 emails IN LAST 30 DAYS`,
		`LAST(buy.amount) > 5 OR SUM(buy.amount WHERE sku = "x") BETWEEN 1 AND 9 IN LAST 1 MONTH`,
		`DID buy THEN NOT open WITHIN 24 hours IN LAST 7 DAYS`,
		`NOT tags CONTAINS ANY OF ("a", "b") OR ANY orders HAS (n > 1 AND at OLDER THAN 3 days)`,
		`birthday = TODAY IN ZONE tz OR ANNIVERSARY(birthday) WITHIN NEXT 7 days`,
		`AT LEAST 2 OF (n % 3 = 1, VERSION(v) >= "1.2", HASH(id, "s") % 100 < 50, email MATCHES "^a+")`,
		`AVG(buy.amount) > 2.5 AND COUNT(buy) / COUNT(*) >= 0.5 AND DISTINCT(buy.sku) >= 1 THIS YEAR`,
		`status HAS BEEN "on" FOR AT LEAST 2 days OR status CHANGED IN LAST 1 WEEK`,
		`AGE(birthday) >= 18 years AND NOW - birthday > 1 day AND (n + 1) / n > 1`,
	} {
		f.Add(rule, `{"country":"US","n":4,"tags":["a"],"orders":[{"n":2,"at":"2026-01-01"}],"birthday":"2004-02-29","tz":"America/St_Johns","v":"1.10.0","email":"aa@x"}`,
			`{"amount":3.1,"sku":"x"}`, int64(1_772_323_200), uint32(1), uint16(3600))
	}
	f.Fuzz(func(t *testing.T, r, fields, props string, second int64, nsec uint32, gap uint16) {
		c, err := segment.Parse(r)
		if err != nil || len(r) > 2_000 {
			return
		}
		at := time.Unix(second%253_402_300_799, int64(nsec)).UTC()
		x := fuzzContact(fields, props, at, time.Duration(gap)*time.Minute)
		want := segment.Evaluate(c, x, at)
		if segment.Evaluate(rule.Not{C: c}, x, at) == want {
			t.Errorf("NOT (%s) is not the complement", c)
		}
		if segment.Evaluate(segment.Simplify(c), x, at) != want {
			t.Errorf("%s simplified to %s", c, segment.Simplify(c))
		}
		p, err := segment.Compile(c)
		if err != nil {
			t.Fatalf("%s parses and does not compile: %v", c, err)
		}
		if p.Match(x, at) != want {
			t.Errorf("%s: Match = %v, Evaluate %v", c, !want, want)
		}
		if e := p.Explain(x, at); e.Holds != want {
			t.Errorf("%s: Explain says %v", c, e.Holds)
		}
		checkSteady(t, c, p, x, at, want)
	})
}

// fuzzContact has three events, each a gap after the one before, the last one
// still to come.
func fuzzContact(fields, props string, at time.Time, gap time.Duration) segment.Record {
	x := segment.Record{ID: "x", Fields: map[string]segment.Value{}, Lists: map[string]time.Time{"l": at.Add(-gap)}}
	if v, err := segment.ParseJSON([]byte(fields)); err == nil {
		for _, m := range v.Members() {
			x.Fields[m.Name] = m.Value
		}
	}
	for i, name := range []string{"buy", "opened", "buy"} {
		x.Log = append(x.Log, segment.Event{ID: name, Name: name, At: at.Add(time.Duration(i-1) * gap), Props: segment.Document(props)})
	}
	x.Changes = map[string][]segment.Change{"status": {{At: at.Add(-gap), Value: segment.Text("on")}}}
	return x
}

// checkSteady probes the time before Next, which must not change the answer.
func checkSteady(t *testing.T, c segment.Condition, p *segment.Program, x segment.Record, at time.Time, want bool) {
	t.Helper()
	next, ok := p.Next(x, at)
	if !ok {
		next = at.AddDate(1, 0, 0)
	} else if !next.After(at) {
		t.Fatalf("%s: Next(%v) = %v", c, at, next)
	}
	for _, probe := range []time.Time{next.Add(-1), at.Add(next.Sub(at) / 2), at.Add(1), at.Add(time.Hour), at.AddDate(0, 0, 1), at.AddDate(0, 1, 0)} {
		if probe.After(at) && probe.Before(next) && segment.Evaluate(c, x, probe) != want {
			t.Errorf("%s of %v: changes at %v, before Next %v, %v from %v", c, x, probe, next, ok, at)
		}
	}
}

// FuzzBinary: bytes that are read as an update, a diff or a segment are written as bytes
// that give the same; others are an error.
func FuzzBinary(f *testing.F) {
	at := time.Date(2026, 1, 31, 0, 0, 0, 5, time.UTC)
	for _, v := range []encoding.BinaryMarshaler{
		segment.Update{Contact: "ann", At: at, Set: map[string]segment.Value{"a": segment.List(segment.Int(1), segment.Text("x"))}, Events: []segment.Event{{ID: "1", Name: "e", At: at, Props: segment.Document(`{"a":1}`)}}, Join: []string{"l"}},
		segment.Diff{Revision: 3, Step: 4, Contact: "ann", Segment: "s", Definition: 1, Entered: true, At: at},
		segment.Segment{ID: "s", Condition: segment.MustParse("a = 1")},
	} {
		b, err := v.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		fuzzBinary(t, b, func(v *segment.Update) ([]byte, error) { return v.MarshalBinary() })
		fuzzBinary(t, b, func(v *segment.Diff) ([]byte, error) { return v.MarshalBinary() })
		fuzzBinary(t, b, func(v *segment.Segment) ([]byte, error) { return v.MarshalBinary() })
	})
}

// fuzzBinary reads bytes, and if they can be read writes and reads what they gave.
func fuzzBinary[T any, P interface {
	*T
	encoding.BinaryUnmarshaler
}](t *testing.T, b []byte, write func(*T) ([]byte, error)) {
	var v, again T
	if err := P(&v).UnmarshalBinary(b); err != nil {
		return
	}
	once, err := write(&v)
	if err != nil {
		t.Fatalf("%x is read as %v, which cannot be written: %v", b, v, err)
	}
	if err := P(&again).UnmarshalBinary(once); err != nil {
		t.Fatalf("%x is written as %x, which cannot be read: %v", b, once, err)
	}
	if twice, err := write(&again); err != nil || !bytes.Equal(once, twice) {
		t.Fatalf("%x is written as %x and then as %x, %v", b, once, twice, err)
	}
}
