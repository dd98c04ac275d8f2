package cell

import (
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// What drivers hand out for one value reads as that value.
func TestRead(t *testing.T) {
	s, none := "12.50", (*string)(nil)
	at := time.Date(2026, 1, 31, 10, 0, 0, 250_000_000, time.UTC)
	half := segment.Decimal("12.5")
	for _, c := range []struct {
		form  Form
		scale int
		x     any
		want  segment.Value
	}{
		{Number, 0, "12.50", half}, {Number, 0, []byte("12.50"), half}, {Number, 0, 12.5, half}, {Number, 0, &s, half}, {Number, 0, none, segment.Value{}},
		{Number, 2, int64(1250), half}, {Number, 2, "1250", half}, {Number, 0, uint64(math.MaxUint64), segment.Uint(math.MaxUint64)}, {Number, 0, big.NewInt(7), segment.Int(7)},
		{Number, 0, "18446744073709551615", segment.Uint(math.MaxUint64)}, {Number, 0, "NaN", segment.Value{}}, {Number, 0, "Infinity", segment.Value{}}, {Number, 0, nil, segment.Value{}},
		{Float, 0, 0.1, segment.Number(0.1)}, {Float, 0, []byte("0.1"), segment.Number(0.1)}, {Float, 0, float32(0.5), segment.Number(0.5)}, {Float, 0, math.Inf(1), segment.Value{}}, {Float, 0, "nan", segment.Value{}}, {Float, 0, "x", segment.Value{}},
		{Bool, 0, true, segment.Bool(true)}, {Bool, 0, int64(0), segment.Bool(false)}, {Bool, 0, []byte("1"), segment.Bool(true)}, {Bool, 0, "t", segment.Bool(true)}, {Bool, 0, int64(2), segment.Value{}},
		{Instant, 0, at.UnixMicro(), segment.Time(at)}, {Instant, 0, "2026-01-31 10:00:00.25", segment.Time(at)}, {Instant, 0, at, segment.Time(at)}, {Instant, 0, "0000-00-00 00:00:00", segment.Value{}}, {Instant, 0, "infinity", segment.Value{}},
		{ISO, 0, "2026-01-31T10:00:00.25Z", segment.Time(at)}, {Day, 0, "2026-01-31", segment.Date(2026, 1, 31)}, {Day, 0, int64(0), segment.Date(1970, 1, 1)}, {Day, 0, []byte("-1"), segment.Date(1969, 12, 31)}, {Day, 0, at, segment.Date(2026, 1, 31)},
		{Seconds, 0, int64(5), segment.Time(time.Unix(5, 0))}, {Millis, 0, "5", segment.Time(time.UnixMilli(5))}, {Micros, 0, []byte("5"), segment.Time(time.UnixMicro(5))}, {Nanos, 0, int64(5), segment.Time(time.Unix(0, 5))}, {Nanos, 0, "x", segment.Value{}},
		{Text, 0, []byte("a\x00b"), segment.Text("a\x00b")}, {Text, 0, []byte{}, segment.Text("")}, {Text, 0, []byte(nil), segment.Value{}}, {Text, 0, int64(7), segment.Text("7")},
		{JSON, 0, `{"a": [1, "x"]}`, segment.JSON(`{"a": [1, "x"]}`)}, {JSON, 0, map[string]any{"a": 1.5}, segment.JSON(`{"a": 1.5}`)}, {JSON, 0, []any{"x"}, segment.JSON(`["x"]`)}, {JSON, 0, "null", segment.Value{}}, {JSON, 0, "{", segment.Value{}},
	} {
		got := Read(c.form, c.scale, c.x)
		if got.Kind() != c.want.Kind() || !got.IsNull() && !got.Equal(c.want) {
			t.Errorf("form %d of %T %v: %s, want %s", c.form, c.x, c.x, got, c.want)
		}
	}
}

// A document that is refused as a whole keeps what can be read.
func TestDocumentsThatAreRefused(t *testing.T) {
	v := Read(JSON, 0, `{"a": 1e400, "b": [1e400, 2], "c": 1, "c": "x"}`)
	if !v.At("a").IsNull() || v.At("b").List()[1].String() != "2" || v.At("c").Text() != "x" {
		t.Error(v)
	}
	if d := Document(`{"a": 1e400, "b": 2}`); d.Field("b").String() != "2" || !d.Field("a").IsNull() {
		t.Errorf("%s", d)
	}
	if d := Document(nil); len(d) > 0 {
		t.Errorf("%s", d)
	}
}

func TestWith(t *testing.T) {
	for _, c := range [][3]string{
		{`{"a": {"b": 1}, "c": 2}`, `3`, `{"a":{"b":3},"c":2}`}, {`{"a": {"b": 1, "d": true}}`, `null`, `{"a":{"d":true}}`}, {`{"a": "text"}`, `null`, `{"a":"text"}`},
		{`{"a": "text"}`, `[1]`, `{"a":{"b":[1]}}`}, {`{}`, `null`, `{}`}, {`{}`, `"é\u0000"`, `{"a":{"b":"é\u0000"}}`},
	} {
		if got := Marshal(With(segment.JSON(c[0]), []string{"a", "b"}, segment.JSON(c[1]))); got != c[2] {
			t.Errorf("%s with %s: %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

// The far future stays behind all other instants, and the far past before them.
func TestSecondsThatNoTimeHolds(t *testing.T) {
	now := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	for _, form := range []Form{Seconds, Millis, Micros, Nanos} {
		if at := Read(form, 0, int64(math.MaxInt64)).Time(); !at.After(now) {
			t.Errorf("form %d: the greatest number is %s", form, at)
		}
		if at := Read(form, 0, int64(math.MinInt64)).Time(); !at.Before(now) {
			t.Errorf("form %d: the least number is %s", form, at)
		}
	}
}
