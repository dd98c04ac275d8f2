package rule

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"testing"
)

// Numbers compare by mathematical value, whatever their form.
func TestNumbersOrder(t *testing.T) {
	ascending := []string{
		"-1e308", "-18446744073709551616", "-9223372036854775808.5", "-9223372036854775808", "-9223372036854775807",
		"-9007199254740993", "-9007199254740992.5", "-1.5", "-1e-308", "-1e-400", "0", "1e-400", "4.9e-324", "0.1", "0.1000000000000000055511151231257827",
		"0.3", "1", "1.0000000000000000000001", "9007199254740992", "9007199254740993", "9007199254740993.5",
		"9223372036854775807", "9223372036854775807.5", "9223372036854775808", "18446744073709551615", "18446744073709551616",
		"1e30", "1.7e308",
	}
	for i, a := range ascending {
		for j, b := range ascending {
			x, ok := ParseNumber(a)
			y, ok2 := ParseNumber(b)
			if !ok || !ok2 {
				t.Fatalf("ParseNumber(%q), ParseNumber(%q) = %v, %v", a, b, ok, ok2)
			}
			if got, want := CompareNumbers(x, y), sign(i-j); got != want {
				t.Errorf("%s against %s = %d, want %d", a, b, got, want)
			}
			if x.Equal(y) != (i == j) {
				t.Errorf("%s.Equal(%s) = %v", a, b, x.Equal(y))
			}
		}
	}
}

func sign(n int) int { return max(-1, min(1, n)) }

func TestNumbersHaveOneForm(t *testing.T) {
	for _, same := range [][]string{
		{"5", "5.0", "50e-1", "0.5e1"},
		{"0", "-0", "0.0", "0e7", "-0.0"},
		{"9007199254740993", "9007199254740993.0", "9.007199254740993e15"},
		{"18446744073709551615", "18446744073709551615.00"},
		{"0.1", "1e-1", "0.10000000000000000000", "100e-3"},
		{"1e30", "1000000000000000000000000000000"},
	} {
		first, _ := ParseNumber(same[0])
		for _, s := range same {
			if v, ok := ParseNumber(s); !ok || !v.Equal(first) || v.form != first.form {
				t.Errorf("ParseNumber(%q) is not the number %s", s, same[0])
			}
		}
	}
}

func TestParseNumberRefuses(t *testing.T) {
	for _, s := range []string{"", "-", "01", "1.", ".5", "+1", "1e", "1e+", "0x10", "1_000", "NaN", "Infinity", "1e309", "-1e400", "1e99999999999", "1 ", "١"} {
		if v, ok := ParseNumber(s); ok {
			t.Errorf("ParseNumber(%q) = %v, want a refusal", s, v)
		}
	}
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if v := Number(f); v.Kind() != KindInvalid || !v.IsNull() {
			t.Errorf("Number(%v) has kind %v", f, v.Kind())
		}
	}
}

// Number(f) is the decimal that f prints as.
func TestNumberIsItsShortestDecimal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		f := math.Float64frombits(r.Uint64())
		if math.IsNaN(f) || math.IsInf(f, 0) || f == math.Trunc(f) && math.Abs(f) < 1<<64 {
			continue
		}
		text := strconv.FormatFloat(f, 'e', -1, 64)
		v, ok := ParseNumber(text)
		if !ok || !v.Equal(Number(f)) {
			t.Fatalf("ParseNumber(%q) differs from Number", text)
		}
	}
}

// Arithmetic agrees with fractions, in every form and across the edges of int64.
func TestArithmeticIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	edges := []int64{0, 1, -1, 2, 3, 10, -10, math.MaxInt64, math.MinInt64, math.MaxInt64 - 1, math.MinInt64 + 1, 1 << 32, -1 << 31, 1 << 53}
	pick := func() Value {
		switch r.IntN(4) {
		case 0:
			return Number(float64(r.IntN(2000)-1000) / 100)
		case 1:
			return Uint(r.Uint64())
		}
		return Int(edges[r.IntN(len(edges))])
	}
	for range 50_000 {
		a, b, op := pick(), pick(), ArithOp(r.IntN(5))
		got, x, y, want := Arithmetic(op, a, b), a.Rat(), b.Rat(), new(big.Rat)
		switch op {
		case ArithAdd:
			want.Add(x, y)
		case ArithSub:
			want.Sub(x, y)
		case ArithMul:
			want.Mul(x, y)
		default:
			if y.Sign() == 0 {
				if !got.IsNull() {
					t.Fatalf("%v by zero = %v", x, got)
				}
				continue
			}
			want.Quo(x, y)
			if op == ArithMod {
				n := new(big.Int).Quo(want.Num(), want.Denom())
				want.Sub(x, want.Mul(y, new(big.Rat).SetInt(n)))
			}
		}
		if g := got.Rat(); g == nil || g.Cmp(want) != 0 || !got.Equal(RatValue(want)) {
			t.Fatalf("%v op %d %v = %v, want %v", x, op, y, got.Rat(), want)
		}
	}
}
