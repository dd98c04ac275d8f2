package interop_test

import (
	"encoding/json"
	"errors"
	"math/rand"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/rule"
)

// takes imports a definition, which may be anything: the answer is an error with a place, or a
// condition that is a rule.
func takes(t testing.TB, o interop.Options, system string, definition []byte) {
	t.Helper()
	s, losses, err := o.Import(system, definition)
	if err != nil {
		for _, e := range rule.ErrorsOf(err) {
			if e.Msg == "" || e.Offset < 0 || e.Offset > len(definition) || strings.ContainsAny(e.Error(), "\n\r") {
				t.Fatalf("%s of\n%.2000s\nis a bad error: %#v", system, definition, e)
			}
		}
		return
	}
	if losses == nil {
		t.Fatalf("%s of\n%.2000s\nhas losses that are nil", system, definition)
	}
	for _, l := range losses {
		if l.What == "" || l.Needs == "" || !utf8.ValidString(l.What) {
			t.Fatalf("%s of\n%.2000s\nhas a loss that says nothing: %+v", system, definition, l)
		}
	}
	if s.Condition == nil {
		if len(losses) == 0 {
			t.Fatalf("%s of\n%.2000s\nis nothing, without a loss", system, definition)
		}
		return
	}
	text, err := s.Condition.MarshalText()
	if err != nil {
		t.Fatalf("%s of\n%.2000s\nis no rule: %v", system, definition, err)
	}
	again, err := segment.Parse(string(text))
	if err != nil || !rule.Equal(again, s.Condition) {
		t.Fatalf("%s of\n%.2000s\nis %.2000s\nwhich reads as %.2000v: %v", system, definition, text, again, err)
	}
	if _, err := segment.Compile(s.Condition); err != nil {
		t.Fatalf("%s of\n%.2000s\nis %.2000s: %v", system, definition, text, err)
	}
}

// A mutator changes definitions.
type mutator struct {
	r     *rand.Rand
	words []string // of all definitions: names, operators, values
}

// mutate changes a definition once to a few times: its tree, if it has one, or its bytes.
func (m *mutator) mutate(definition []byte) []byte {
	out := append([]byte{}, definition...)
	for range 1 + m.r.Intn(3) {
		var tree any
		if m.r.Intn(4) > 0 && json.Unmarshal(out, &tree) == nil {
			tree = m.change(tree)
			if text, err := json.Marshal(tree); err == nil {
				out = text
			}
			continue
		}
		out = m.bytes(out)
	}
	return out
}

func (m *mutator) bytes(b []byte) []byte {
	if len(b) == 0 {
		return []byte(m.word())
	}
	at := m.r.Intn(len(b))
	switch m.r.Intn(5) {
	case 0:
		return append(b[:at:at], b[min(len(b), at+1+m.r.Intn(8)):]...)
	case 1:
		b[at] = byte(m.r.Intn(256))
		return b
	case 2:
		return append(append(b[:at:at], m.word()...), b[at:]...)
	case 3:
		end := min(len(b), at+m.r.Intn(40))
		return append(append(b[:end:end], b[at:end]...), b[end:]...)
	}
	const signs = " ()[]{},:\"'%\\$\x00\xff"
	return append(append(b[:at:at], signs[m.r.Intn(len(signs))]), b[at:]...)
}

func (m *mutator) word() string { return m.words[m.r.Intn(len(m.words))] }

// other is a value of any kind.
func (m *mutator) other() any {
	switch m.r.Intn(12) {
	case 0:
		return nil
	case 1:
		return m.r.Intn(2) == 0
	case 2:
		return []any{-1, 0, 1, 2, 0.5, 1e300, 1e-300, 9007199254740993.0, 1 << 40}[m.r.Intn(9)]
	case 3:
		return []any{}
	case 4:
		return map[string]any{}
	case 5:
		return []any{m.word(), m.r.Intn(9)}
	case 6:
		return map[string]any{m.word(): m.word()}
	case 7:
		return []string{"", " ", "-1", "0", "12", "2026-01-31", "2026-02-30", "true", "null", "a.b", ".", "..", "$", "%", "\\", "é", "*", "\u0000", "999999999999999999999"}[m.r.Intn(19)]
	}
	return m.word()
}

// change changes one part of a tree.
func (m *mutator) change(v any) any {
	if m.r.Intn(6) == 0 {
		return m.other()
	}
	switch v := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		if len(names) == 0 {
			v[m.word()] = m.other()
			return v
		}
		// the order of a map is no order: sorted, so that a seed says it all
		for i := range names {
			for j := i + 1; j < len(names); j++ {
				if names[j] < names[i] {
					names[i], names[j] = names[j], names[i]
				}
			}
		}
		name := names[m.r.Intn(len(names))]
		switch m.r.Intn(10) {
		case 0:
			delete(v, name)
		case 1:
			v[m.word()] = v[name]
		case 2:
			v[m.word()] = m.other()
		default:
			v[name] = m.change(v[name])
		}
		return v
	case []any:
		if len(v) == 0 {
			return []any{m.other()}
		}
		i := m.r.Intn(len(v))
		switch m.r.Intn(10) {
		case 0:
			return append(v[:i:i], v[i+1:]...)
		case 1:
			return append(v, v[i])
		case 2:
			return append(v, m.other())
		}
		v[i] = m.change(v[i])
		return v
	}
	return m.other()
}

// wordsOf are the texts in definitions.
func wordsOf(cases []corpusCase) (words []string) {
	seen := map[string]bool{}
	add := func(w string) {
		if !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			add(v)
			for _, w := range strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(" ().,", r) }) {
				add(w)
			}
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for name, e := range v {
				add(name)
				walk(e)
			}
		}
	}
	for _, c := range cases {
		var v any
		if json.Unmarshal(c.Definition, &v) == nil {
			walk(v)
		}
	}
	return words
}

// Definitions that somebody has changed at random never do worse than an error: 5,000 of them,
// or as many as INTEROP_MUTATIONS says.
func TestMutations(t *testing.T) {
	all := corpus(t, "*.json")
	var cases []corpusCase
	for _, c := range all {
		for _, system := range interop.Systems() {
			if c.system() == system {
				cases = append(cases, c)
			}
		}
	}
	many, _ := strconv.Atoi(os.Getenv("INTEROP_MUTATIONS"))
	if many == 0 {
		if many = 5000; testing.Short() {
			many = 500
		}
	}
	m := &mutator{r: rand.New(rand.NewSource(11)), words: wordsOf(all)}
	known := &segment.Schema{Open: true}
	read, wrong := 0, 0
	for i := range many {
		c := cases[m.r.Intn(len(cases))]
		system := c.system()
		if m.r.Intn(20) == 0 {
			system = interop.Systems()[m.r.Intn(len(interop.Systems()))]
		}
		definition := m.mutate(c.text())
		o := interop.Options{SQLNull: i%3 == 0}
		if i%5 == 0 {
			o.Schema = known
		}
		start := time.Now()
		takes(t, o, system, definition)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s took %v for\n%.1000s", system, took, definition)
		}
		if _, _, err := o.Import(system, definition); err != nil {
			wrong++
		} else {
			read++
		}
	}
	t.Logf("%d definitions: %d read, %d refused", many, read, wrong)
}

// The tree that a condition is written back into may be anything, too: the condition is kept.
func TestMutatedTrees(t *testing.T) {
	all := corpus(t, react+".json")
	m := &mutator{r: rand.New(rand.NewSource(12)), words: wordsOf(all)}
	c := segment.MustParse(`first STARTS WITH "P" OR (alias NOT CONTAINS "Bat" AND NOT (a = 1 OR EVERYONE))`)
	for range 2000 {
		tree := m.mutate(all[m.r.Intn(len(all))].text())
		text, losses, err := interop.Options{Tree: tree}.Export(react, segment.Segment{Condition: c})
		if err != nil {
			if _, _, unread := interop.Import(react, tree, nil); unread == nil {
				t.Fatalf("%s: %v", tree, err)
			}
			continue // no JSON
		}
		s, _, err := interop.Import(react, text, nil) // what had no words in a rule stays, and is told
		if got := s.Condition; err != nil || len(losses) > 0 || !rule.Equal(got, c) {
			t.Fatalf("%v in the place of\n%s\nis\n%s\nwhich is %v", c, tree, text, got)
		}
	}
}

// Texts that are made to hurt are errors or conditions, in bounded time.
func TestHostileDefinitions(t *testing.T) {
	deep := func(open, inner, end string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	leaf := `{"field":"a","operator":"=","value":1}`
	texts := map[string][]string{
		"": {``, ` `, `null`, `1`, `"x"`, `[]`, `{}`, `{"a":1,"a":2}`, "{\"a\":\"\xff\"}", `{"a":"\ud800"}`, `{"a":1e999}`, `[1,2`, `{} {}`,
			deep("[", "", "]", 100_000), deep(`{"a":`, "1", "}", 100_000), deep("(", "a", ")", 100_000), deep("NOT ", "a", "", 100_000), strings.Repeat("a AND ", 100_000),
			`"` + strings.Repeat("x", 1<<20) + `"`},
		"react-querybuilder": {
			deep(`{"combinator":"and","rules":[`, leaf, `]}`, 100_000),
			deep(`{"combinator":"xor","rules":[`+leaf+","+leaf+",", leaf, `]}`, 90),
			`{"combinator":"xor","rules":[` + strings.Repeat(leaf+",", 5000) + leaf + `]}`,
			`{"combinator":"and","rules":[` + strings.Repeat(leaf+",", 100_000) + leaf + `]}`,
			`{"rules":[` + strings.Repeat(leaf+`,"or",`, 20_000) + leaf + `]}`,
			`{"combinator":"and","rules":[{"field":"a","operator":"in","value":"` + strings.Repeat("x,", 200_000) + `"}]}`,
			`{"combinator":"and","rules":[{"field":"$rule","operator":"is","value":"` + strings.Repeat("(", 50_000) + `"}]}`,
			deep(`{"combinator":"and","rules":[{"field":"a","match":{"mode":"exactly","threshold":2},"value":`, `{"combinator":"and","rules":[`+leaf+`]}`, `}]}`, 40),
		},
		"mongodb": {
			deep(`{"$nor":[`, `{"a":1}`, `]}`, 90), deep(`{"$and":[`, `{"a":1}`, `]}`, 100_000),
			`{"` + strings.Repeat("a.", 60) + `b":{"$gt":1}}`, deep(`{"a.b.c.d":{"$elemMatch":`, `{"x":1}`, `}}`, 40),
			`{"a":{"$in":[` + strings.Repeat("1,", 200_000) + `1]}}`, `{"a":{"$regex":"` + strings.Repeat("(a{1,900}){1,900}", 20) + `"}}`,
			`{"$expr":{"$gt":[` + deep(`{"$add":[1,`, "2", "]}", 400) + `,1]}}`,
		},
		"growthbook": {deep(`{"$not":`, `{"a":1}`, `}`, 90), `{"a":{"$all":[` + strings.Repeat("1,", 50_000) + `1]}}`, deep(`{"a":{"$elemMatch":`, `{"x":1}`, `}}`, 90)},
		"jsonlogic": {
			deep(`{"!":`, `{"var":"a"}`, `}`, 90), deep(`{"!":[`, `1`, `]}`, 100_000),
			deep(`{"if":[{"var":"a"},{"var":"b"},`, `true`, `]}`, 90), `{"if":[` + strings.Repeat(`{"var":"a"},{"var":"b"},`, 3000) + `true]}`,
			deep(`{"<":[{"var":"a"},`, `1`, `]}`, 90), deep(`{"-":[{"var":"a"},`, `1`, `]}`, 90),
			`{">":[` + deep(`{"-":[{"var":"a"},`, `{"var":"b"}`, `]}`, 60) + `,1]}`,
			`{">":[{"+":[` + strings.Repeat(`{"var":["a",1]},`, 40) + `1]},1]}`, `{"<":[` + deep(`{"if":[{"var":"x"},1,`, `2`, `]}`, 60) + `,` + deep(`{"if":[{"var":"x"},1,`, `2`, `]}`, 60) + `]}`,
			deep(`{"==":[{"var":"a"},`, `true`, `]}`, 60), deep(`{"all":[{"var":"a"},`, `true`, `]}`, 90),
		},
		"notifuse": {deep(`{"kind":"branch","branch":{"operator":"and","leaves":[`, `{"kind":"leaf"}`, `]}}`, 30_000)},
	}
	for _, system := range interop.Systems() {
		for _, text := range append(texts[""], texts[system]...) {
			for _, o := range []interop.Options{{}, {SQLNull: true}} {
				if o.SQLNull && !strings.HasSuffix(system, "querybuilder") {
					continue // it changes nothing
				}
				start := time.Now()
				takes(t, o, system, []byte(text))
				if took := time.Since(start); took > 10*time.Second {
					t.Errorf("%s took %v for\n%.200s", system, took, text)
				}
			}
		}
	}
	for _, system := range []string{"", "klavio", "KLAVIYO"} {
		_, _, err := interop.Import(system, []byte("{}"), nil)
		var e *segment.Error
		if !errors.As(err, &e) || e.Code != rule.ErrUnknown {
			t.Errorf("system %q: %v", system, err)
		}
	}
}

// FuzzImport imports whatever it is given: the system is one of all, by number.
func FuzzImport(f *testing.F) {
	systems := interop.Systems()
	for _, c := range corpus(f, "*.json") {
		for i, system := range systems {
			if c.system() == system {
				f.Add(uint8(i), []byte(c.text()))
			}
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, definition []byte) {
		takes(t, interop.Options{SQLNull: which&128 != 0}, systems[int(which&127)%len(systems)], definition)
	})
}
