package segment

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// A readsOf is a contact that notes which fields are read.
type readsOf struct {
	Record
	read []string
}

func (r *readsOf) Field(path string) Value {
	r.read = append(r.read, path)
	return r.Record.Field(path)
}

// TestCheapFirst: a cheap test that decides spares the dear ones, in whichever
// order and nesting they stand.
func TestCheapFirst(t *testing.T) {
	dear := Or{Contains{Field("dear"), AnyOf, []Value{Text("x")}, false}, Matches{Field("dear"), "x+", false}}
	cheap := Compare{Field("cheap"), Gt, Int(1), false}
	for _, c := range []Condition{And{dear, cheap}, Not{Or{Not{dear}, Not{cheap}}}, And{cheap, dear}, Zoned{And{dear, cheap}, Text("UTC")}} {
		p, err := Compile(c)
		if err != nil {
			t.Fatal(err)
		}
		x := &readsOf{Record: Record{Fields: map[string]Value{"cheap": Int(0), "dear": Text("x")}}}
		if p.Match(x, noon) || strings.Join(x.read, " ") != "cheap" {
			t.Errorf("%v: read %v", c, x.read)
		}
		x.Fields["cheap"] = Int(2)
		if !p.Match(x, noon) {
			t.Errorf("%v does not hold", c)
		}
	}
}

// randomTexts are short, and alike, so that keys, prefixes and rare bytes meet.
func randomTexts(r *rand.Rand, n, longest int) []string {
	texts := make([]string, n)
	for i := range texts {
		b := make([]byte, r.IntN(longest+1))
		for j := range b {
			b[j] = "aab\x00Z"[r.IntN(5)]
		}
		texts[i] = string(b)
	}
	return texts
}

func TestTextSet(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 300 {
		texts := randomTexts(r, 1+r.IntN(40), 1+i%12)
		in := map[string]bool{}
		for _, text := range texts {
			in[text] = true
		}
		s := newTextSet(texts)
		for _, text := range append(randomTexts(r, 100, 12), texts...) {
			if s.has(text) != in[text] {
				t.Fatalf("%q has %q: %v", texts, text, !in[text])
			}
		}
	}
}

func TestNeedle(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		text, within := randomTexts(r, 1, 4)[0], randomTexts(r, 1, 24)[0]
		if n := newNeedle(text); n.isIn(within) != strings.Contains(within, text) {
			t.Fatalf("%q in %q: %v", text, within, n.isIn(within))
		}
	}
}

// TestRangeOfTwo: two bounds of a field, and more, in every form of contact.
func TestRangeOfTwo(t *testing.T) {
	layout := NewLayout("n")
	type host struct {
		N float64 `json:"n"`
	}
	n := Field("n")
	for lo := range 4 {
		c := Or{And{Compare{n, Ge, Int(int64(lo)), false}, Compare{n, Lt, Number(2.5), false}}, And{Compare{n, Gt, Int(7), false}, Compare{n, Le, Int(9), false}, Not{Compare{n, Eq, Int(8), false}}}}
		p, err := Compile(c)
		if err != nil {
			t.Fatal(err)
		}
		for x := -1.0; x < 11; x += 0.25 {
			want := x >= float64(lo) && x < 2.5 || x > 7 && x <= 9 && x != 8
			fields := map[string]Value{"n": Number(x)}
			for form, contact := range map[string]Contact{"bound": Bind(&host{x}), "typed": &Record{Layout: layout, Slots: layout.Values(fields)}, "record": &Record{Fields: fields}, "document": asDocument(fields)} {
				if got := p.Match(contact, noon); got != want {
					t.Errorf("%v of %s with %v: %v", c, form, x, got)
				}
			}
		}
	}
}

// TestWindowEdges: whole seconds decide of windows what nanoseconds would.
func TestWindowEdges(t *testing.T) {
	type host struct {
		Seen time.Time `json:"seen"`
		Unix float64   `json:"unix"`
	}
	layout := NewLayout("seen", "unix")
	windows := []Window{{Kind: WindowAll}, {Kind: WindowLast, A: Span{10, Second}}, {Kind: WindowOlder, A: Span{10, Second}}, {Kind: WindowNext, A: Span{10, Second}}, {Kind: WindowLater, A: Span{10, Second}}, {Kind: WindowAgo, A: Span{5, Second}, B: Span{10, Second}}}
	for _, w := range windows {
		for _, x := range []Expr{Field("seen"), Call{FnUnix, []Expr{Field("unix")}}} {
			c := When{x, w}
			p, err := Compile(c)
			if err != nil {
				t.Fatal(err)
			}
			for _, nsec := range []time.Duration{0, 1, 500, 999999999} {
				now := noon.Add(nsec)
				for _, sec := range []time.Duration{-11, -10, -9, -5, -1, 0, 1, 9, 10, 11} {
					for _, off := range []time.Duration{-1, 0, 1, 500, 501, 999999999} {
						seen := noon.Add(sec*time.Second + off)
						fields := map[string]Value{"seen": Time(seen), "unix": Int(seen.Unix())}
						want := Evaluate(c, &Record{Fields: fields}, now)
						for form, contact := range map[string]Contact{"bound": Bind(&host{seen, float64(seen.Unix())}), "typed": &Record{Layout: layout, Slots: layout.Values(fields)}, "record": &Record{Fields: fields}} {
							if got := p.Match(contact, now); got != want {
								t.Errorf("%v at %v of %s seen %v: %v", c, now, form, seen, got)
							}
						}
					}
				}
			}
		}
	}
}
