package rowset

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// A model is what a set is to be: the tests do to it what they do to the set.
type model map[uint32]bool

func (m model) rows() []uint32 { return slices.Sorted(maps.Keys(m)) }

func (m model) join(o model, in func(a, b bool) bool) model {
	out := make(model)
	for _, rows := range []model{m, o} {
		for row := range rows {
			if in(m[row], o[row]) {
				out[row] = true
			}
		}
	}
	return out
}

func of(rows ...uint32) *Set {
	s := new(Set)
	for _, row := range rows {
		s.Add(row)
	}
	return s
}

// joinRows joins ascending rows.
func joinRows(a, b []uint32, in func(a, b bool) bool) (out []uint32) {
	for len(a) > 0 || len(b) > 0 {
		left := len(b) == 0 || len(a) > 0 && a[0] <= b[0]
		right := len(a) == 0 || len(b) > 0 && b[0] <= a[0]
		row := uint32(0)
		if right {
			row, b = b[0], b[1:]
		}
		if left {
			row, a = a[0], a[1:]
		}
		if in(left, right) {
			out = append(out, row)
		}
	}
	return out
}

// joins are the joins of two sets, with what they mean for one row.
var joins = []struct {
	name string
	of   func(a, b *Set) *Set
	in   func(a, b bool) bool
}{
	{"And", And, func(a, b bool) bool { return a && b }},
	{"Or", Or, func(a, b bool) bool { return a || b }},
	{"Xor", Xor, func(a, b bool) bool { return a != b }},
	{"AndNot", AndNot, func(a, b bool) bool { return a && !b }},
}

// check holds everything that a set tells against the rows it is to have, and its
// chunks against what must hold of them.
func check(t *testing.T, s *Set, rows []uint32) {
	t.Helper()
	if s.Len() != len(rows) {
		t.Fatalf("Len is %d, want %d", s.Len(), len(rows))
	}
	if got := s.Rows(); !slices.Equal(got, rows) {
		t.Fatalf("Rows are %d, want %d: %.200v", len(got), len(rows), got)
	}
	if got := slices.Collect(s.All()); !slices.Equal(got, rows) {
		t.Fatalf("All yields %d, want %d", len(got), len(rows))
	}
	i := 0
	for at := s.Cursor(); at.OK(); at.Next() {
		if i == len(rows) || at.Row() != rows[i] {
			t.Fatalf("the cursor stands at %d as row %d", at.Row(), i)
		}
		i++
	}
	if i != len(rows) {
		t.Fatalf("the cursor stood at %d rows, want %d", i, len(rows))
	}
	var blocks []uint32
	for b := range s.Blocks() {
		lows := b.AppendRows(nil)
		if b.Len() != len(lows) || b.Len() != count(b.AppendWords(nil)) {
			t.Fatalf("block %d has %d rows and %d bits, want %d", b.Number, len(lows), count(b.AppendWords(nil)), b.Len())
		}
		for _, low := range lows {
			blocks = append(blocks, uint32(b.Number)<<16|uint32(low))
		}
	}
	if !slices.Equal(blocks, rows) {
		t.Fatalf("Blocks have %d rows, want %d", len(blocks), len(rows))
	}
	checkForm(t, s)
}

// checkForm checks what must hold of the chunks of a set.
func checkForm(t *testing.T, s *Set) {
	t.Helper()
	if s.Bytes() < 64 || s.chunks == nil && s.n > maxFew || s.chunks != nil && s.n <= backToFew {
		t.Fatalf("a set of %d rows with %d chunks in %d bytes", s.n, len(s.chunks), s.Bytes())
	}
	for i := range s.chunks {
		switch c := &s.chunks[i]; {
		case i > 0 && s.chunks[i-1].block >= c.block:
			t.Fatal("blocks are out of order")
		case c.n < 1 || (c.plane == nil) == (c.list == nil):
			t.Fatalf("a chunk of %d rows, a list of %d", c.n, len(c.list))
		case c.plane == nil && (int(c.n) != len(c.list) || c.n > maxList):
			t.Fatalf("a list of %d that says %d", len(c.list), c.n)
		case c.plane != nil && (int(c.n) != count(c.plane[:]) || c.n <= backToList):
			t.Fatalf("a plane of %d that says %d", count(c.plane[:]), c.n)
		case (c.n == blockRows) != (c.plane == &full), c.plane == &full && c.own:
			t.Fatal("a whole block without the plane of all, or one that is somebody's own")
		}
	}
	if full != allSet() {
		t.Fatal("the plane of all whole blocks was written to")
	}
}

// shapes are sets of every form, with random rows.
func shapes(r *rand.Rand) map[string]model {
	random := func(n, below int, from uint32) model {
		m := make(model)
		for len(m) < n {
			m[from+uint32(r.IntN(below))] = true
		}
		return m
	}
	fill := func(m model, from, n uint32) model {
		for row := range n {
			m[from+row] = true
		}
		return m
	}
	but := func(m model, rows ...uint32) model {
		for _, row := range rows {
			delete(m, row)
		}
		return m
	}
	return map[string]model{
		"none":         {},
		"one":          {uint32(r.IntN(blockRows)): true},
		"few":          random(maxFew, 3*blockRows, 0),
		"edges":        {0: true, 65535: true, 65536: true, 131071: true, math.MaxUint32 - 65536: true, math.MaxUint32: true},
		"short list":   random(40, blockRows, 0),
		"long list":    random(maxList, blockRows, 0),
		"lists":        random(3000, 4*blockRows, blockRows),
		"plane":        random(20_000, blockRows, 0),
		"small plane":  random(maxList+1, blockRows, 0),
		"most":         random(60_000, blockRows, 0),
		"whole":        fill(make(model), 0, blockRows),
		"wholes":       fill(random(20, blockRows, 2*blockRows), blockRows, blockRows),
		"all but some": but(fill(make(model), 0, blockRows), 0, 17, 65535),
		"far":          fill(random(5000, blockRows, 9*blockRows), math.MaxUint32-5000, 5001),
		"low half":     fill(make(model), 0, blockRows/2),
		"high half":    fill(make(model), blockRows/2, blockRows/2),
	}
}

// build makes a set of the same rows in different ways, so that it has them in
// different forms and from different owners.
func build(m model, r *rand.Rand) *Set {
	rows := m.rows()
	switch r.IntN(3) {
	case 0:
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		return of(rows...)
	case 1:
		if n := len(rows); n > 0 && rows[n-1] < 1<<24 {
			words := make([]uint64, rows[n-1]/64+1)
			for _, row := range rows {
				words[row/64] |= 1 << (row % 64)
			}
			return FromWords(words)
		}
	}
	s := new(Set)
	s.AppendRows(0, nil)
	s.AppendWords(0, make([]uint64, planeWords))
	for len(rows) > 0 {
		block, lows := rows[0]>>16, []uint16(nil)
		for len(rows) > 0 && rows[0]>>16 == block {
			lows, rows = append(lows, uint16(rows[0])), rows[1:]
		}
		if r.IntN(2) == 0 {
			s.AppendRows(int(block), lows)
		} else {
			s.AppendWords(int(block), planeOf(lows)[:])
		}
	}
	return s
}

func TestSetsAreWhatTheyAreMadeOf(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for name, m := range shapes(r) {
		for range 4 {
			s := build(m, r)
			check(t, s, m.rows())
			for range 1000 {
				if row := uint32(r.IntN(10 * blockRows)); s.Contains(row) != m[row] {
					t.Fatalf("%s: Contains(%d) is %v", name, row, !m[row])
				}
			}
			for row := range m {
				if !s.Contains(row) {
					t.Fatalf("%s: %d is not in", name, row)
				}
			}
		}
	}
}

func TestJoins(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	all, rows, made := shapes(r), make(map[string][]uint32), make(map[string][2]*Set)
	for name, m := range all {
		rows[name], made[name] = m.rows(), [2]*Set{build(m, r), build(m, r)}
	}
	for left := range all {
		for right := range all {
			x, y := made[left][r.IntN(2)].Clone(), made[right][r.IntN(2)].Clone()
			was, also := x.Clone(), y.Clone()
			for _, j := range joins {
				want := joinRows(rows[left], rows[right], j.in)
				got := j.of(x, y)
				if checkForm(t, got); got.Len() != len(want) || !slices.Equal(got.Rows(), want) {
					t.Fatalf("%s %s %s has %d rows, want %d", left, j.name, right, got.Len(), len(want))
				}
				if j.name == "And" && CountAnd(x, y) != len(want) {
					t.Errorf("%s and %s: CountAnd is %d, want %d", left, right, CountAnd(x, y), len(want))
				}
				// The operands and the result go on by themselves.
				row := uint32(r.IntN(blockRows))
				x.Add(row)
				x.Remove(row ^ 1)
				if !slices.Equal(got.Rows(), want) {
					t.Fatalf("%s %s %s changed with its operand", left, j.name, right)
				}
				got.Remove(row)
				got.Add(row ^ 1)
				x = was.Clone()
			}
			check(t, was, rows[left])
			check(t, also, rows[right])
			check(t, y, rows[right])
		}
	}
	same := build(all["plane"], r)
	for _, o := range []*Set{same, same.Clone()} {
		if And(same, o).Len() != same.Len() || Or(same, o).Len() != same.Len() || Xor(same, o).Len() != 0 || AndNot(same, o).Len() != 0 || CountAnd(same, o) != same.Len() {
			t.Error("a set joined with itself")
		}
	}
}

// steps does what bytes say to a few sets and to their models, with clones taken in
// between that must stay what they were.
func steps(t *testing.T, script []byte) {
	sets, models := [4]*Set{new(Set), new(Set), new(Set), new(Set)}, [4]model{{}, {}, {}, {}}
	type kept struct {
		set  *Set
		rows []uint32
	}
	var clones []kept
	for ; len(script) >= 4; script = script[4:] {
		i, j := int(script[1])%4, int(script[1]>>2)%4
		row := uint32(script[2])<<8 | uint32(script[3])
		switch row |= uint32(script[1]>>4) << 16; script[1] >> 4 {
		case 14:
			row = math.MaxUint32 - row&255
		case 15:
			row = row&15 + blockRows - 8 // about the end of a block
		}
		s, m := sets[i], models[i]
		switch what := script[0] % 16; what {
		case 0, 1, 2, 3:
			s.Add(row)
			m[row] = true
		case 4, 5, 6:
			s.Remove(row)
			delete(m, row)
		case 7, 8: // a stretch of rows, so that blocks become full, and lists planes
			for n := range uint32(script[2])*16 + 1 {
				if at := row&^0xff + n; what == 7 {
					s.Add(at)
					m[at] = true
				} else {
					s.Remove(at)
					delete(m, at)
				}
			}
		case 9:
			if clones = append(clones, kept{s.Clone(), m.rows()}); len(clones) > 8 {
				clones = clones[1:]
			}
		case 10:
			sets[j], models[j] = s.Clone(), maps.Clone(m)
		case 11:
			if s.Contains(row) != m[row] {
				t.Fatalf("Contains(%d) is %v", row, !m[row])
			}
		default:
			op := joins[what-12]
			sets[i], models[i] = op.of(s, sets[j]), m.join(models[j], op.in)
		}
		if sets[i].Len() != len(models[i]) {
			t.Fatalf("Len is %d, want %d", sets[i].Len(), len(models[i]))
		}
	}
	for i, s := range sets {
		check(t, s, models[i].rows())
	}
	for _, k := range clones {
		check(t, k.set, k.rows)
	}
}

func TestSequencesWithClones(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 30
	}
	r := rand.New(rand.NewPCG(3, 3))
	for range rounds {
		script := make([]byte, 4*(1+r.IntN(200)))
		for i := range script {
			script[i] = byte(r.Uint32())
		}
		for i := 1; i < len(script); i += 4 {
			if r.IntN(4) > 0 {
				script[i] &= 0x1f // most in two blocks
			}
		}
		steps(t, script)
	}
}

func FuzzSet(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 7, 0, 255, 0, 9, 0, 0, 0, 8, 0, 255, 0, 12, 4, 0, 0})
	f.Add([]byte{7, 0, 255, 255, 10, 4, 0, 0, 4, 1, 1, 1, 14, 4, 0, 0, 15, 240, 0, 9})
	f.Fuzz(func(t *testing.T, script []byte) { steps(t, script[:min(len(script), 4*100)]) })
}

// Limits between forms, crossed in both directions, with a clone of each moment.
func TestLimitsBothWays(t *testing.T) {
	s := new(Set)
	var clones []*Set
	at := []int{0, 1, maxFew, maxFew + 1, backToList, backToList + 1, maxList, maxList + 1, blockRows - 1, blockRows}
	for n := range blockRows + 1 {
		if slices.Contains(at, n) {
			clones = append(clones, s.Clone())
		}
		if n < blockRows {
			s.Add(uint32(n))
			s.Add(uint32(n))
		}
	}
	for n := blockRows; n > 0; n-- {
		s.Remove(uint32(n - 1))
		s.Remove(uint32(n - 1))
		if n < 10 || n%1000 == 0 {
			checkForm(t, s)
		}
	}
	check(t, s, nil)
	for i, c := range clones {
		if rows := c.Rows(); len(rows) != at[i] || at[i] > 0 && rows[at[i]-1] != uint32(at[i]-1) {
			t.Errorf("the clone of %d rows has %d", at[i], len(rows))
		}
	}
}

func TestWords(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for name, m := range shapes(r) {
		s := build(m, r)
		for _, n := range []int{0, 1, 100, planeWords, planeWords + 3, 3 * planeWords} {
			words := s.Words(n)
			var want []uint32
			for _, row := range m.rows() {
				if int(row/64) < n {
					want = append(want, row)
				}
			}
			if got := FromWords(words); len(words) != n || !slices.Equal(got.Rows(), want) && len(want) > 0 || got.Len() != len(want) {
				t.Errorf("%s in %d words: %d rows, want %d", name, n, got.Len(), len(want))
			}
		}
	}
}

func TestIterationStops(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for name, m := range shapes(r) {
		s := build(m, r)
		for stop := 1; stop < len(m); stop = stop*3 + 1 {
			n := 0
			for range s.All() {
				if n++; n == stop {
					break
				}
			}
			if n != stop {
				t.Errorf("%s: went over %d, want %d", name, n, stop)
			}
		}
		for range s.Blocks() {
			break
		}
	}
}

// A clone may be read, written to and joined while the set is written to. The race
// detector looks on.
func TestReadersOfClones(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	s := build(shapes(r)["plane"], r)
	for row := range uint32(200_000) {
		if row%7 == 0 {
			s.Add(row)
		}
	}
	var wg sync.WaitGroup
	for round := range 20 {
		a, b, want := s.Clone(), s.Clone(), s.Len()
		for i := range 3 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				c := a.Clone()
				if i == 0 {
					for row := range uint32(1000) {
						c.Add(row * 64)
					}
				}
				if n := Or(a, b).Len(); n != want || And(a, b).Len() != n || CountAnd(c, a) != n || len(a.Rows()) != n {
					t.Errorf("round %d: a clone of %d rows has %d", round, want, n)
				}
			}()
		}
		for range 500 {
			s.Add(uint32(r.IntN(200_000)))
			s.Remove(uint32(r.IntN(200_000)))
		}
	}
	wg.Wait()
}

// What is done in the way of a change allocates nothing once chunks are the set's own,
// but where it changes their form.
func TestChangesDoNotAllocate(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for name, m := range shapes(r) {
		s := build(m, r)
		s.Add(5)
		s.Add(6)
		s.Remove(6)
		if n := testing.AllocsPerRun(100, func() {
			s.Contains(9)
			s.Add(6)
			s.Remove(6)
		}); n > 0 && name != "long list" && name != "one" && name != "few" && name != "whole" {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	big := build(shapes(r)["plane"], r)
	if n := testing.AllocsPerRun(100, func() { big.Clone() }); n > 1 {
		t.Errorf("a clone makes %v allocations", n)
	}
}
