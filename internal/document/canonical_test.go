package document

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/segmentrules/segment/rule"
)

func TestCanonical(t *testing.T) {
	for text, want := range map[string]string{
		` { "a" : 1 } `:                                           `{"a":1}`,
		`{"b":1,"a":[ {"d":null,"c":true} ]}`:                     `{"a":[{"c":true,"d":null}],"b":1}`,
		`{"a":"\u003c\u0026\u00e9\/\u000a"}`:                      `{"a":"<&é/\n"}`,
		`{"a":1.0,"b":1e2,"c":-0,"d":0.50,"e":-0.0,"f":12E-1}`:    `{"a":1,"b":100,"c":0,"d":0.5,"e":0,"f":1.2}`,
		`{"a":18446744073709551616.0}`:                            `{"a":18446744073709551616}`,
		`{"a":"\u001F\u007F"}`:                                    `{"a":"\u001f\u007f"}`,
		"{\"a\":\"\x7f\"}":                                        `{"a":"\u007f"}`,
		`{"a":0.30000000000000004,"b":0.12345678901234567890123}`: `{"a":0.30000000000000004,"b":0.12345678901234567890123}`,
		`{"\u0061":1,"Z":2}`:                                      `{"Z":2,"a":1}`,
		`{}`:                                                      `{}`,
		`{"a":[],"b":{}}`:                                         `{"a":[],"b":{}}`,
	} {
		got := string(Canonical([]byte(text)))
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
		if again := string(Canonical([]byte(got))); again != got {
			t.Errorf("%s becomes %s", got, again)
		}
	}
	if Canonical(nil) != nil {
		t.Error("no document has a form")
	}
	// a form that is longer than a document may be is not taken
	long := []byte(`{"a":[` + strings.Repeat("1e300,", 100_000) + `1e300]}`)
	if string(Canonical(long)) != string(long) {
		t.Error("a document became longer than one may be")
	}
}

// spelt writes a value in some way: names in some order, spaces, escapes, numbers
// with zeros and exponents.
func spelt(r *rand.Rand, v rule.Value) string {
	gap := func() string { return []string{"", "", " ", "\n\t"}[r.IntN(4)] }
	switch v.Kind() {
	case rule.KindObject:
		var ms []string
		for _, i := range r.Perm(len(v.Members())) {
			m := v.Members()[i]
			ms = append(ms, gap()+spelt(r, rule.Text(m.Name))+gap()+":"+gap()+spelt(r, m.Value)+gap())
		}
		return "{" + strings.Join(ms, ",") + "}"
	case rule.KindList:
		var es []string
		for _, e := range v.List() {
			es = append(es, gap()+spelt(r, e)+gap())
		}
		return "[" + strings.Join(es, ",") + "]"
	case rule.KindText:
		var b strings.Builder
		for _, c := range v.Text() {
			switch {
			case c < 0x10000 && (c < ' ' || c == '"' || c == '\\' || r.IntN(4) == 0):
				fmt.Fprintf(&b, []string{`\u%04x`, `\u%04X`}[r.IntN(2)], c)
			default:
				b.WriteRune(c)
			}
		}
		return `"` + b.String() + `"`
	case rule.KindNumber:
		text := rule.NumberText(v)
		switch r.IntN(4) {
		case 0:
			return text + "e0"
		case 1:
			if strings.Contains(text, ".") {
				return text + "00"
			}
			return text + ".0"
		}
		return text
	}
	return string(rule.AppendValue(nil, v))
}

func randomDocument(r *rand.Rand, depth int) rule.Value {
	switch n := r.IntN(8); {
	case n < 2 && depth > 0:
		vs := make([]rule.Value, r.IntN(4))
		for i := range vs {
			vs[i] = randomDocument(r, depth-1)
		}
		return rule.List(vs...)
	case n < 4 && depth > 0 || depth == 4:
		var ms []rule.Member
		for _, i := range r.Perm(6)[:r.IntN(5)] {
			ms = append(ms, rule.Member{Name: []string{"a", "b", "<", "é\n", "", "$date"}[i], Value: randomDocument(r, depth-1)})
		}
		return rule.Object(ms...)
	case n == 4:
		return rule.Bool(r.IntN(2) == 0)
	case n == 5:
		return rule.Value{}
	case n == 6:
		return rule.Text([]string{"", "<a&b>", "é\x7f\x01\"\\/", "plain", "\u2028\U0001F600"}[r.IntN(5)])
	}
	return []rule.Value{rule.Int(r.Int64()), rule.Int(-int64(r.IntN(100))), rule.Uint(1 << 63), rule.Number(r.Float64()), rule.Number(float64(r.IntN(1000)) / 100), rule.Number(1e30), rule.Int(0)}[r.IntN(7)]
}

// However a document is written, it has one form, which says the same.
func TestCanonicalIsOneForm(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 12))
	for range 20_000 {
		v := randomDocument(r, 4)
		a, b := spelt(r, v), spelt(r, v)
		got, other := string(Canonical([]byte(a))), string(Canonical([]byte(b)))
		if got != other {
			t.Fatalf("%s\n%s\nbecome\n%s\n%s", a, b, got, other)
		}
		if back, err := rule.ParseJSON([]byte(got)); err != nil || !back.Equal(v) {
			t.Fatalf("%s becomes %s: %v", a, got, err)
		}
		if canonicalValue(got, 0) != len(got) && !strings.Contains(got, `\`) {
			t.Fatalf("%s is not known to be canonical", got)
		}
	}
}

func TestCanonicalDoesNotAllocate(t *testing.T) {
	text := []byte(`{"amount":12.5,"items":[{"n":1,"sku":"x\n"}],"sku":"é","total":0.30000000000000004}`)
	if n := testing.AllocsPerRun(100, func() { Canonical(text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkCanonical(b *testing.B) {
	text := []byte(`{"amount":12.5,"sku":"s17"}`)
	for b.Loop() {
		Canonical(text)
	}
}
