package segment

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
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
	dear := rule.Or{rule.Contains{X: rule.Field("dear"), Mode: rule.ContainsAny, Values: []Value{Text("x")}, Fold: false}, rule.Matches{X: rule.Field("dear"), Pattern: "x+", Fold: false}}
	cheap := rule.Compare{Left: rule.Field("cheap"), Op: rule.OpGt, Right: Int(1), Fold: false}
	for _, c := range []Condition{rule.And{dear, cheap}, rule.Not{C: rule.Or{rule.Not{C: dear}, rule.Not{C: cheap}}}, rule.And{cheap, dear}, rule.Zoned{C: rule.And{dear, cheap}, Zone: Text("UTC")}} {
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
		s := textset.NewSet(texts)
		for _, text := range append(randomTexts(r, 100, 12), texts...) {
			if s.Has(text) != in[text] {
				t.Fatalf("%q has %q: %v", texts, text, !in[text])
			}
		}
	}
}

func TestNeedle(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		text, within := randomTexts(r, 1, 4)[0], randomTexts(r, 1, 24)[0]
		if n := textset.NewNeedle(text); n.IsIn(within) != strings.Contains(within, text) {
			t.Fatalf("%q in %q: %v", text, within, n.IsIn(within))
		}
	}
}

// TestRangeOfTwo: two bounds of a field, and more, in every form of contact.
func TestRangeOfTwo(t *testing.T) {
	layout := NewLayout("n")
	type host struct {
		N float64 `json:"n"`
	}
	n := rule.Field("n")
	for lo := range 4 {
		c := rule.Or{rule.And{rule.Compare{Left: n, Op: rule.OpGe, Right: Int(int64(lo)), Fold: false}, rule.Compare{Left: n, Op: rule.OpLt, Right: Number(2.5), Fold: false}}, rule.And{rule.Compare{Left: n, Op: rule.OpGt, Right: Int(7), Fold: false}, rule.Compare{Left: n, Op: rule.OpLe, Right: Int(9), Fold: false}, rule.Not{C: rule.Compare{Left: n, Op: rule.OpEq, Right: Int(8), Fold: false}}}}
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
	windows := []rule.Window{{Kind: rule.WindowAll}, {Kind: rule.WindowLast, A: rule.Span{N: 10, Unit: rule.UnitSecond}}, {Kind: rule.WindowOlder, A: rule.Span{N: 10, Unit: rule.UnitSecond}}, {Kind: rule.WindowNext, A: rule.Span{N: 10, Unit: rule.UnitSecond}}, {Kind: rule.WindowLater, A: rule.Span{N: 10, Unit: rule.UnitSecond}}, {Kind: rule.WindowAgo, A: rule.Span{N: 5, Unit: rule.UnitSecond}, B: rule.Span{N: 10, Unit: rule.UnitSecond}}}
	for _, w := range windows {
		for _, x := range []rule.Expr{rule.Field("seen"), rule.Call{Fn: rule.FnUnix, Args: []rule.Expr{rule.Field("unix")}}} {
			c := rule.When{X: x, Window: w}
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
