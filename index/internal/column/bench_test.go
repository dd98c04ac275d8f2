package column

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

const million = 1_000_000

// filled returns a table of one column with a million values.
func filled(value func(r *rand.Rand, row int) segment.Value) *Table {
	r, t := rand.New(rand.NewPCG(1, 2)), New()
	col := t.Column("x")
	for row := range million {
		t.Set(uint32(row), col, value(r, row))
	}
	return t
}

func aNumber(r *rand.Rand, _ int) segment.Value { return segment.Int(int64(r.IntN(1_000_000))) }
func aCountry(r *rand.Rand, _ int) segment.Value {
	return segment.Text(fmt.Sprint("country", r.IntN(200)))
}
func aCity(r *rand.Rand, _ int) segment.Value { return segment.Text(fmt.Sprint("city", r.IntN(5000))) }
func anEmail(r *rand.Rand, row int) segment.Value {
	return segment.Text(fmt.Sprintf("first.last%d.%d@example%d.com", row, r.IntN(1000), r.IntN(50)))
}

func BenchmarkGet(b *testing.B) {
	for name, value := range map[string]func(*rand.Rand, int) segment.Value{"number": aNumber, "country": aCountry, "email": anEmail} {
		t := filled(value)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := uint32(0); b.Loop(); i++ {
				t.Get(i*2654435761%million, 0)
			}
		})
	}
}

func BenchmarkSet(b *testing.B) {
	for name, value := range map[string]func(*rand.Rand, int) segment.Value{"number": aNumber, "country": aCountry, "email": anEmail} {
		t, r := filled(value), rand.New(rand.NewPCG(3, 4))
		var vs [1024]segment.Value
		for i := range vs {
			vs[i] = value(r, i)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := uint32(0); b.Loop(); i++ {
				t.Set(i*2654435761%million, 0, vs[i%1024])
			}
		})
	}
}

// BenchmarkSelect is of a million rows, the test compiled anew each time.
func BenchmarkSelect(b *testing.B) {
	among := func(n int) func(segment.Value) bool {
		set := map[string]bool{}
		for i := range n {
			set[fmt.Sprint("city", i*97)], set[fmt.Sprint("country", i*7)] = true, true
		}
		return func(v segment.Value) bool { return set[v.Text()] }
	}
	lo, hi := segment.Int(200_000), segment.Int(500_000)
	for _, c := range []struct {
		name  string
		value func(*rand.Rand, int) segment.Value
		test  Test
	}{
		{"range", aNumber, Test{Match: func(segment.Value) bool { return false }, Ranges: []Range{{Lo: lo, Hi: hi}}}},
		{"one country", aCountry, Test{Match: among(1)}},
		{"three countries", aCountry, Test{Match: among(3)}},
		{"50 of 5000 cities", aCity, Test{Match: among(50)}},
		{"email contains", anEmail, Test{Match: func(v segment.Value) bool { return strings.Contains(v.Text(), "example7.") }}},
	} {
		t := filled(c.value)
		v := t.Freeze()
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var in, out Mask
			for i := range in {
				in[i] = ^uint64(0)
			}
			for b.Loop() {
				s := v.Compile(0, &c.test)
				for block := range v.Blocks() {
					s.Select(block, &in, &out)
				}
			}
		})
	}
}

// BenchmarkContact reports what a contact of 30 fields takes.
func BenchmarkContact(b *testing.B) {
	r, t := rand.New(rand.NewPCG(5, 6)), New()
	const contacts = 200_000
	for row := range uint32(contacts) {
		set := func(name string, v segment.Value) { t.Set(row, t.Column(name), v) }
		set("email", anEmail(r, int(row)))
		set("city", aCity(r, 0))
		set("country", aCountry(r, 0))
		set("first", segment.Text(fmt.Sprint("first", r.IntN(2000))))
		set("last", segment.Text(fmt.Sprint("last", r.IntN(12_000))))
		set("created", segment.Time(time.Unix(1_600_000_000+int64(r.IntN(1e8)), 0)))
		set("seen", segment.Time(time.Unix(1_600_000_000+int64(r.IntN(1e8)), int64(r.IntN(1e9)))))
		set("birthday", segment.Date(1960, 1, r.IntN(15_000)))
		set("spent", segment.Number(float64(r.IntN(1_000_000))/100))
		set("score", segment.Number(r.Float64()))
		set("age", segment.Int(int64(18+r.IntN(70))))
		for i := range 5 {
			set(fmt.Sprint("count", i), segment.Int(int64(r.IntN(1000))))
			set(fmt.Sprint("flag", i), segment.Bool(r.IntN(2) == 0))
			set(fmt.Sprint("choice", i), segment.Text(fmt.Sprint("choice", r.IntN(6))))
			if i < 4 {
				set(fmt.Sprint("amount", i), segment.Int(int64(r.IntN(100_000))))
			}
		}
	}
	for b.Loop() {
		t.Freeze()
	}
	b.ReportMetric(float64(t.Bytes())/contacts, "B/contact")
	b.ReportMetric(float64(len(t.Names())), "fields")
}
