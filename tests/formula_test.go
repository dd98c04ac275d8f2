package tests

import (
	"math"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
)

// operandsOf returns the expressions of the comparisons of a condition.
func operandsOf(c segment.Condition) (es []rule.Expr) {
	rule.Walk(c, func(c segment.Condition) bool {
		switch c := c.(type) {
		case rule.Compare:
			es = append(es, c.Left, c.Right)
		case rule.In:
			es = append(es, c.X)
		case rule.When:
			es = append(es, c.X)
		case rule.Like:
			es = append(es, c.X)
		case rule.Contains:
			es = append(es, c.X)
		case rule.Each:
			return false // an element by itself means nothing outside
		}
		return true
	})
	return es
}

func TestFormulaLaw(t *testing.T) {
	seen := 0
	law(t, segmenttest.Cases(), func(c segmenttest.Case) string {
		for _, e := range operandsOf(c.Condition) {
			f, err := segment.CompileExpr(e)
			if err != nil {
				return err.Error()
			}
			want := segment.EvaluateExpr(e, c.Contact, c.At)
			if got := f.Value(&c.Contact, c.At); !got.Equal(want) {
				return "a formula differs from its definition"
			}
			if !want.IsNull() {
				seen++
			}
		}
		return ""
	})
	t.Cleanup(func() {
		if seen < 100 {
			t.Errorf("only %d values were there at all", seen)
		}
	})
}

func TestFormula(t *testing.T) {
	x := &segment.Record{Fields: map[string]segment.Value{"opens": segment.Int(3), "name": segment.Text("Ann")}}
	f, err := segment.CompileExpr(rule.Arith{Op: rule.ArithMul, Left: rule.Field("opens"), Right: segment.Int(2)})
	if err != nil {
		t.Fatal(err)
	}
	if v := f.Value(x, time.Unix(0, 0)); !v.Equal(segment.Int(6)) {
		t.Errorf("opens * 2 is %v, want 6", v)
	}
	if _, err := segment.CompileExpr(nil); err == nil {
		t.Error("an expression that is none compiles")
	}
}

func TestValueCompare(t *testing.T) {
	day := segment.Date(2026, 1, 31)
	for _, c := range []struct {
		a, b segment.Value
		n    int
		ok   bool
	}{
		{segment.Int(1<<53 + 1), segment.Int(1 << 53), 1, true},
		{segment.Uint(math.MaxUint64), segment.Int(-1), 1, true},
		{segment.Number(0.1), segment.Number(0.2), -1, true},
		{segment.Text("a"), segment.Text("b"), -1, true},
		{segment.Bool(false), segment.Bool(true), -1, true},
		{day, segment.Date(2026, 1, 31), 0, true},
		{day, segment.Text("2026-01-31"), 0, false},
		{segment.Int(1), segment.Text("1"), 0, false},
		{segment.Value{}, segment.Value{}, 0, false},
		{segment.List(), segment.List(), 0, false},
	} {
		if n, ok := c.a.Compare(c.b); n != c.n || ok != c.ok {
			t.Errorf("%v beside %v: %d %v, want %d %v", c.a, c.b, n, ok, c.n, c.ok)
		}
	}
}
