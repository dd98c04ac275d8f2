package column

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

func number(text string) segment.Value {
	v, ok := rule.ParseNumber(text)
	if !ok {
		panic(text)
	}
	return v
}

// hostile are values at the edges of every form.
func hostile() []segment.Value {
	vs := []segment.Value{
		segment.Bool(true), segment.Bool(false),
		segment.Int(0), segment.Int(-1), segment.Int(1<<53 - 1), segment.Int(1 << 53), segment.Int(1<<53 + 1),
		segment.Int(-1<<53 - 1), segment.Int(math.MaxInt64), segment.Int(math.MinInt64), segment.Int(math.MaxInt64 - 1),
		segment.Uint(1 << 63), segment.Uint(math.MaxUint64), segment.Uint(1<<63 + 1),
		segment.Number(math.Copysign(0, -1)), segment.Number(0.1), segment.Number(-0.1), segment.Number(0.01), segment.Number(12.34),
		segment.Number(0.015), segment.Number(1e300), segment.Number(-1e300), segment.Number(5e-324), segment.Number(math.MaxFloat64),
		segment.Number(1 << 52), segment.Number(1<<45 + 0.01), segment.Number(90071992547409.92), segment.Number(4503599627370495.5),
		number("0.1000000000000000055511151231257827"), number("123456789012345678901234567890.5"),
		number("9223372036854775806.5"), number("9007199254740992.5"), number("0.010000000000000001"), number("1e-400"),
		segment.Text(""), segment.Text("a"), segment.Text("A"), segment.Text("2026-01-31"), segment.Text("12"),
		segment.Text(strings.Repeat("long ", 60)), segment.Text("nul\x00"), segment.Text("\xff"),
		segment.Time(time.Unix(0, 0)), segment.Time(time.Unix(1_700_000_000, 0)), segment.Time(time.Unix(1_700_000_000, 1)),
		segment.Time(time.Unix(0, math.MaxInt64)), segment.Time(time.Unix(0, math.MinInt64)), segment.Time(time.Unix(-1, 999_000_000)),
		segment.Time(time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC)), segment.Time(time.Time{}),
		segment.Date(1970, 1, 1), segment.Date(2024, 2, 29), segment.Date(1, 1, 1), segment.Date(9999, 12, 31), segment.Date(-200_000, 1, 1), segment.Date(40_000_000, 1, 1),
		segment.Duration(0), segment.Duration(-time.Nanosecond), segment.Duration(time.Hour), segment.Duration(math.MaxInt64), segment.Duration(math.MinInt64),
		segment.List(), segment.List(segment.Int(1), segment.Text("x")), segment.Object(), segment.Object(segment.Member{Name: "a", Value: segment.List(segment.Int(1))}),
	}
	return vs
}

func same(a, b segment.Value) bool { return a.Kind() == b.Kind() && a.Equal(b) }

// A source makes the values of one column: mostly of one sort.
type source func(r *rand.Rand) segment.Value

func sources() map[string]source {
	edges := hostile()
	one := func(k segment.Kind) source {
		var of []segment.Value
		for _, v := range edges {
			if v.Kind() == k {
				of = append(of, v)
			}
		}
		return func(r *rand.Rand) segment.Value { return of[r.IntN(len(of))] }
	}
	spoilt := func(most, some source) source {
		return func(r *rand.Rand) segment.Value {
			if r.IntN(200) == 0 {
				return some(r)
			}
			return most(r)
		}
	}
	mixed := func(r *rand.Rand) segment.Value { return edges[r.IntN(len(edges))] }
	small := func(r *rand.Rand) segment.Value { return segment.Int(int64(r.IntN(90))) }
	plan := func(r *rand.Rand) segment.Value { return segment.Text([]string{"free", "pro", "team"}[r.IntN(3)]) }
	return map[string]source{
		"mixed": mixed, "small": small, "plan": plan,
		"anyNumber": one(segment.KindNumber), "anyText": one(segment.KindText), "anyTime": one(segment.KindTime),
		"anyDate": one(segment.KindDate), "anyDuration": one(segment.KindDuration), "bool": one(segment.KindBool),
		"smallSpoilt": spoilt(small, mixed), "planSpoilt": spoilt(plan, mixed),
		"down":    func(r *rand.Rand) segment.Value { return segment.Int(int64(-r.Uint64N(1 << r.IntN(64)))) },
		"cents":   func(r *rand.Rand) segment.Value { return segment.Number(float64(r.IntN(100_000)) / 100) },
		"float":   func(r *rand.Rand) segment.Value { return segment.Number(r.NormFloat64() * 1000) },
		"seconds": func(r *rand.Rand) segment.Value { return segment.Time(time.Unix(1_700_000_000+int64(r.IntN(1e8)), 0)) },
		"date":    func(r *rand.Rand) segment.Value { return segment.Date(2020, 1, r.IntN(3000)) },
		"city":    func(r *rand.Rand) segment.Value { return segment.Text(fmt.Sprint("city", r.IntN(300))) },
		"email": func(r *rand.Rand) segment.Value {
			return segment.Text(fmt.Sprintf("user%d@example%d.com", r.IntN(1e9), r.IntN(10)))
		},
	}
}

// An oracle is what a table should hold.
type oracle map[uint32]map[int]segment.Value

func (o oracle) clone() oracle {
	c := oracle{}
	for row, fields := range o {
		c[row] = map[int]segment.Value{}
		for col, v := range fields {
			c[row][col] = v
		}
	}
	return c
}

func (o oracle) set(row uint32, col int, v segment.Value) {
	if o[row] == nil {
		o[row] = map[int]segment.Value{}
	}
	if v.IsNull() {
		delete(o[row], col)
	} else {
		o[row][col] = v
	}
}

type reader interface {
	Get(row uint32, col int) segment.Value
	Names() []string
}

func (o oracle) check(t *testing.T, what string, in reader, rows []uint32) {
	t.Helper()
	for _, row := range rows {
		for col, name := range in.Names() {
			if got, want := in.Get(row, col), o[row][col]; !same(got, want) {
				t.Fatalf("%s: row %d, %s: got %v (%v), want %v (%v)", what, row, name, got, got.Kind(), want, want.Kind())
			}
		}
	}
}

func TestEveryHostileValueComesBack(t *testing.T) {
	vs := hostile()
	for _, first := range vs { // in a strip of its own form, then beside each other
		for _, second := range vs {
			table := New()
			col := table.Column("x")
			table.Set(3, col, first)
			table.Set(70, col, second)
			if got := table.Get(3, col); !same(got, first) {
				t.Fatalf("beside %v: got %v, want %v", second, got, first)
			}
			if got := table.Get(70, col); !same(got, second) {
				t.Fatalf("beside %v: got %v, want %v", first, got, second)
			}
			if got := table.Get(4, col); !got.IsNull() {
				t.Fatalf("never set: got %v", got)
			}
		}
	}
}

func TestTableIsAMapAndViewsDoNotChange(t *testing.T) {
	all := sources()
	names := slices.Sorted(func(yield func(string) bool) {
		for n := range all {
			if !yield(n) {
				return
			}
		}
	})
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 3))
		table, want := New(), oracle{}
		var rows []uint32
		for range 300 {
			rows = append(rows, uint32(r.IntN(700)), uint32(BlockRows+r.IntN(3000)), uint32(3*BlockRows-1-r.IntN(2000)))
		}
		type frozen struct {
			view *View
			want oracle
		}
		var views []frozen
		for _, n := range names {
			table.Column(n)
		}
		for step := range 12_000 {
			row, col := rows[r.IntN(len(rows))], r.IntN(len(names))
			switch r.IntN(20) {
			case 0:
				table.Set(row, col, segment.Value{})
				want.set(row, col, segment.Value{})
			case 1:
				if r.IntN(20) == 0 {
					table.Clear(row)
					delete(want, row)
				}
			default:
				v := all[names[col]](r)
				table.Set(row, col, v)
				want.set(row, col, v)
			}
			if step%3000 == 2999 {
				views = append(views, frozen{table.Freeze(), want.clone()})
			}
		}
		want.check(t, "table", table, rows)
		for i, f := range views {
			f.want.check(t, fmt.Sprint("view ", i), f.view, rows)
			for range 40 {
				checkSelect(t, r, f.view, f.want, names)
			}
		}
		checkFields(t, table, want, rows[:50])
		for _, row := range rows {
			table.Clear(row)
		}
		for i, c := range table.columns {
			for b, at := range c.cells {
				if at.strip != nil {
					t.Fatalf("column %d, block %d: cleared, and still %d rows", i, b, at.strip.count())
				}
			}
		}
	}
}

func checkFields(t *testing.T, table *Table, want oracle, rows []uint32) {
	t.Helper()
	for _, row := range rows {
		last, n := "", 0
		for name, v := range table.Fields(row) {
			col, ok := table.Lookup(name)
			if !ok || name <= last || !same(v, want[row][col]) || v.IsNull() {
				t.Fatalf("row %d: field %q after %q: %v", row, name, last, v)
			}
			last, n = name, n+1
		}
		if n != len(want[row]) {
			t.Fatalf("row %d: %d fields, want %d", row, n, len(want[row]))
		}
	}
}

// randomTest returns a test whose hints follow from its definition: the
// comparisons of the language.
func randomTest(r *rand.Rand, values func() segment.Value) *Test {
	null, other := r.IntN(2) == 0, r.IntN(2) == 0
	switch r.IntN(3) {
	case 0:
		salt := r.IntN(5)
		return &Test{Match: func(v segment.Value) bool {
			if v.IsNull() {
				return null
			}
			return (len(v.String())+int(v.Kind())+salt)%3 == 0 != other
		}}
	case 1:
		var equal []segment.Value
		for range 1 + r.IntN(5) {
			equal = append(equal, values())
		}
		outside := r.IntN(2) == 0
		return &Test{Equal: equal, Outside: outside, Match: func(v segment.Value) bool {
			if v.IsNull() {
				return null
			}
			return slices.ContainsFunc(equal, v.Equal) != outside
		}}
	}
	rg := Range{Lo: values(), LoOpen: r.IntN(2) == 0, HiOpen: r.IntN(2) == 0}
	for range 30 {
		if v := values(); v.Kind() == rg.Lo.Kind() {
			rg.Hi = v
		}
	}
	switch rg.Lo.Kind() {
	case segment.KindNumber, segment.KindTime, segment.KindDate, segment.KindDuration:
	default:
		return randomTest(r, values)
	}
	kind, outside := rg.Lo.Kind(), r.IntN(2) == 0
	switch r.IntN(4) {
	case 0:
		rg.Lo = segment.Value{}
	case 1:
		rg.Hi = segment.Value{}
	}
	return &Test{Ranges: []Range{rg}, Outside: outside, Match: func(v segment.Value) bool {
		if v.IsNull() {
			return null
		}
		if v.Kind() != kind {
			return other
		}
		in := compare(rg.Lo, rg.LoOpen, v) && compare(v, rg.HiOpen, rg.Hi)
		return in != outside
	}}
}

// compare is a <= b, or a < b if open; true if one is null.
func compare(a segment.Value, open bool, b segment.Value) bool {
	if a.IsNull() || b.IsNull() {
		return true
	}
	less := segment.Evaluate(rule.Compare{Left: a, Op: rule.OpLt, Right: b}, segment.Record{}, time.Time{})
	return less || !open && a.Equal(b)
}

func checkSelect(t *testing.T, r *rand.Rand, v *View, want oracle, names []string) {
	t.Helper()
	col := r.IntN(len(names))
	var held []segment.Value
	for _, fields := range want {
		if x, ok := fields[col]; ok {
			held = append(held, x)
		}
	}
	if len(held) == 0 {
		return
	}
	slices.SortFunc(held, func(a, b segment.Value) int { return strings.Compare(a.String(), b.String()) })
	edges := hostile()
	test := randomTest(r, func() segment.Value {
		if r.IntN(3) == 0 {
			return edges[r.IntN(len(edges))]
		}
		return held[r.IntN(len(held))]
	})
	s := v.Compile(col, test)
	var in, out Mask
	density := []int{1, 2, 20, 300}[r.IntN(4)]
	for w := range in {
		for i := range 64 {
			if r.IntN(density) == 0 {
				in[w] |= 1 << i
			}
		}
	}
	for block := range v.Blocks() + 1 {
		got := in
		if n := s.Select(block, &got, &got); n != got.Count() {
			t.Fatalf("returned %d for %d rows", n, got.Count())
		}
		v.Select(block, col, test, &in, &out)
		if out != got {
			t.Fatalf("%s: with in and out one mask, something else comes out", names[col])
		}
		wanted := Mask{}
		if test.Match(segment.Value{}) {
			wanted = in
		}
		for row, fields := range want {
			if int(row/BlockRows) == block && !fields[col].IsNull() {
				w, bit := row%BlockRows/64, uint64(1)<<(row%64)
				if wanted[w] &^= bit; test.Match(fields[col]) {
					wanted[w] |= in[w] & bit
				}
			}
		}
		if got != wanted {
			for w := range got {
				if got[w] != wanted[w] {
					t.Fatalf("%s (%T), block %d, word %d: %x passes, want %x; test %+v",
						names[col], v.strip(block, col), block, w, got[w], wanted[w], test)
				}
			}
		}
	}
}

func TestFormsFollowTheData(t *testing.T) {
	all := sources()
	for _, test := range []struct {
		source string
		form   string
		most   float64 // bytes a row
	}{
		{"plan", "*column.planes", 0.3},
		{"bool", "*column.planes", 0.3},
		{"small", "*column.ints[uint8]", 1.2},
		{"cents", "*column.ints[uint32]", 4.2},
		{"float", "*column.ints[uint64]", 8.2},
		{"seconds", "*column.ints[uint32]", 4.2},
		{"date", "*column.ints[uint16]", 2.2},
		{"city", "*column.codes[uint16]", 2.8},
		{"email", "*column.texts", 36},
		{"mixed", "*column.values", 48},
	} {
		r := rand.New(rand.NewPCG(1, 1))
		table := New()
		col := table.Column("x")
		for row := range uint32(BlockRows) {
			table.Set(row, col, all[test.source](r))
		}
		form := fmt.Sprintf("%T", table.columns[col].cells[0].strip)
		form = strings.ReplaceAll(form, "github.com/segmentrules/segment/index/internal/", "")
		if form != test.form {
			t.Errorf("%s: %s, want %s", test.source, form, test.form)
		}
		if b := float64(table.Bytes()) / BlockRows; b > test.most {
			t.Errorf("%s: %.2f bytes a row, want at most %v", test.source, b, test.most)
		}
	}
}

// A column whose values are always new must not grow for ever.
func TestChurnDoesNotGrow(t *testing.T) {
	table := New()
	col := table.Column("token")
	for i := range 400_000 {
		table.Set(uint32(i%1000), col, segment.Text(fmt.Sprint("token ", i)))
	}
	if b := table.Bytes(); b > 200_000 {
		t.Errorf("a thousand texts hold %d bytes", b)
	}
	if d := table.columns[col].dict; d.values != nil || d.texts != nil {
		t.Errorf("the dictionary that nobody uses still holds %d values", len(d.values))
	}
}

func TestGetAllocatesNothing(t *testing.T) {
	table := New()
	for name, source := range sources() {
		r := rand.New(rand.NewPCG(2, 2))
		for row := range uint32(200) {
			table.Set(row, table.Column(name), source(r))
		}
	}
	if n := testing.AllocsPerRun(10, func() {
		for col := range table.Names() {
			for row := range uint32(300) {
				table.Get(row, col)
			}
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Readers of views see every row with the same number in all columns, whatever
// the writer does meanwhile.
func TestViewsAreConsistentBesideAWriter(t *testing.T) {
	const rows, columns = 300, 5
	table := New()
	for c := range columns {
		table.Column(fmt.Sprint("c", c))
	}
	write := func(round int) {
		for row := range uint32(rows) {
			table.Set(row, 0, segment.Int(int64(round)))
			table.Set(row, 1, segment.Text(fmt.Sprint(round)))
			table.Set(row, 2, segment.Number(float64(round)+0.125))
			table.Set(row, 3, segment.List(segment.Int(int64(round))))
			table.Set(row, 4, segment.Time(time.Unix(int64(round), 0)))
		}
	}
	views := make(chan *View)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for v := range views {
				round, _ := v.Get(0, 0).Int()
				for row := range uint32(rows) {
					i, _ := v.Get(row, 0).Int()
					l, _ := v.Get(row, 3).List()[0].Int()
					if i != round || l != round || v.Get(row, 1).Text() != fmt.Sprint(round) ||
						v.Get(row, 2).Float() != float64(round)+0.125 || v.Get(row, 4).Time().Unix() != round {
						t.Errorf("row %d of round %d is torn", row, round)
						return
					}
				}
				var in, out Mask
				in[1] = ^uint64(0)
				one := segment.Int(round)
				if n := v.Select(0, 0, &Test{Match: one.Equal, Equal: []segment.Value{one}}, &in, &out); n != 64 {
					t.Errorf("round %d: %d of 64 rows", round, n)
				}
				text := segment.Text(fmt.Sprint(round))
				if n := v.Select(0, 1, &Test{Match: text.Equal}, &in, &out); n != 64 {
					t.Errorf("round %d: %d of 64 texts", round, n)
				}
			}
		})
	}
	for round := range 120 {
		write(round)
		table.Column(fmt.Sprint("new", round))
		views <- table.Freeze()
	}
	close(views)
	wg.Wait()
}
