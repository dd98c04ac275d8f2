package decimal

import (
	"math/big"
	"testing"
)

func TestParseAndText(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "12.50": "12.5", "1e3": "1000", "-1e-3": "-0.001", "1/8": "0.125", "1/3": "", "x": "", "1e-401": "",
	} {
		d, ok := Parse(text)
		if ok != (want != "") || ok && d.String() != want {
			t.Errorf("%s: %s, %t; want %q", text, d, ok, want)
		}
	}
	if got := Text(big.NewInt(-5), 3); got != "-0.005" {
		t.Errorf("got %s", got)
	}
}

func TestFloor(t *testing.T) {
	for _, c := range []struct {
		text  string
		scale int
		n     int64
		exact bool
	}{{"2.5", 0, 2, false}, {"-2.5", 0, -3, false}, {"2.5", 1, 25, true}, {"2.5", 3, 2500, true}, {"-0.001", 2, -1, false}, {"7", 0, 7, true}} {
		d, _ := Parse(c.text)
		if n, exact := d.Floor(c.scale); n.Int64() != c.n || exact != c.exact {
			t.Errorf("%s on the grid of %d places: %s, %t; want %d, %t", c.text, c.scale, n, exact, c.n, c.exact)
		}
	}
}

func TestDigits(t *testing.T) {
	for text, want := range map[string]int{"0.05": 0, "12.5": 2, "-100": 3} {
		if d, _ := Parse(text); d.WholeDigits() != want {
			t.Errorf("%s: %d digits before the point, want %d", text, d.WholeDigits(), want)
		}
	}
	if Scaled(big.NewInt(1500), 3).Scale != 1 {
		t.Error("a decimal ends with a 0")
	}
}
