package segmenttest

import (
	"fmt"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Random values that have to do with each other: numbers on both sides of the thresholds
// of rules, texts that differ by case, instants and days near those that are looked at.

// value picks a value of a kind; of no kind in particular for KindNull.
func (m *maker) value(k segment.Kind) segment.Value {
	switch k {
	case segment.KindBool:
		return segment.Bool(m.chance(50))
	case segment.KindNumber:
		return m.number()
	case segment.KindText:
		return segment.Text(m.word())
	case segment.KindTime:
		return segment.Time(m.near())
	case segment.KindDate:
		return segment.Date(m.day())
	case segment.KindDuration:
		s := m.span()
		if s.Unit >= rule.UnitMonth {
			s = rule.Span{N: 30, Unit: rule.UnitDay}
		}
		return segment.Duration(fixed(s) + pick[time.Duration](m, 0, 0, 1, -1))
	case segment.KindVersion:
		return segment.Text(m.version())
	case segment.KindList:
		vs := make([]segment.Value, m.r.Intn(4))
		of := pick(m, segment.KindText, segment.KindText, segment.KindNumber)
		for i := range vs {
			vs[i] = m.value(of)
		}
		return segment.List(vs...)
	case segment.KindObject:
		return m.order()
	}
	return m.value(m.kind())
}

// number picks a number at, just under or just over a threshold: those of rules
// are 0, 1, 2 and 5, and where integers and float64 part.
func (m *maker) number() segment.Value {
	text := pick(m, "0", "0", "1", "1", "2", "2", "5", "5", "4", "6", "3", "-1", "10", "20", "0.1", "0.2", "0.3",
		"4.999999999999999", "5.000000000000001", "0.30000000000000004", "5.0", "0.20",
		"9007199254740992", "9007199254740993", "9223372036854775807", "18446744073709551615", "1e100", "5e-1")
	v, ok := rule.ParseNumber(text)
	if !ok {
		panic("no number: " + text)
	}
	return v
}

// small picks a number that counts and sums come near.
func (m *maker) small() segment.Value { return segment.Int(pick[int64](m, 0, 1, 1, 2, 2, 3, 5)) }

// word picks a text; some differ only by case, some are prefixes of others,
// some are read as something else.
func (m *maker) word() string {
	return pick(m, "pro", "pro", "free", "free", "Pro", "FREE", "pro plan", "", " ", "US", "us", "CA", "ß", "ſ", "K", "\u212a", "élan",
		"5", "10.0.0.7", "VP Sales", "vp", `a "quoted" \ text`, "naïve\n", "true")
}

// day picks a calendar day near the instant, or one whose month matters.
func (m *maker) day() (year int, month time.Month, day int) {
	if m.chance(5) { // New Year is near
		y := m.now.Year()
		return pick(m, y-20, y-2, y-1, y, 2000), pick[time.Month](m, 12, 1), pick(m, 1, 2, 6, 26, 30, 31)
	}
	if m.chance(25) {
		y, mon, d := m.now.Date()
		return pick(m, y-20, y-1, y, 2000, 1999), pick(m, mon, mon, 2, 12), pick(m, d, d+1, 28, 29)
	}
	return m.near().Date()
}

func (m *maker) version() string {
	return pick(m, "2.9.0", "2.10.0", "2.10", "2", "2.10.0-rc.1", "2.10.0-rc.2", "v2.10.0", "1.0.0+b", "2.010.0", "10.0.0")
}

func (m *maker) address() string {
	return pick(m, "10.0.0.7", "10.0.1.7", "::ffff:10.0.0.7", "::1", "192.168.0.1", "10.0.0", "fe80::1%eth0")
}

func (m *maker) net() string {
	return pick(m, "10.0.0.0/24", "10.0.0.0/8", "::1/128", "192.168.0.1", "0.0.0.0/0", "::/0")
}

// order is an element of the field orders.
func (m *maker) order() segment.Value {
	ms := []segment.Member{}
	if m.chance(85) {
		ms = append(ms, segment.Member{Name: "product", Value: segment.Text(pick(m, "X", "Y"))})
	}
	if m.chance(85) {
		ms = append(ms, segment.Member{Name: "amount", Value: m.loose(segment.KindNumber)})
	}
	if m.chance(50) {
		ms = append(ms, segment.Member{Name: "at", Value: m.instantValue()})
	}
	return segment.Object(ms...)
}

// instantValue is a time in one of the forms in which fields hold it.
func (m *maker) instantValue() segment.Value {
	switch m.r.Intn(4) {
	case 0:
		return segment.Text(m.near().Format(time.RFC3339Nano))
	case 1:
		return segment.Text(m.near().Format(time.DateOnly))
	}
	return segment.Time(m.near())
}

// loose is a value of a kind, now and then of another, or null.
func (m *maker) loose(k segment.Kind) segment.Value {
	switch {
	case m.chance(4):
		return segment.Value{}
	case m.wild && m.chance(3):
		return segment.JSON("no value")
	case m.chance(6):
		return m.value(m.kind())
	}
	return m.value(k)
}

// props are the properties of an event, as JSON text.
func (m *maker) props() segment.Document {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if m.chance(80) {
		add(`"amount":%s`, pick(m, "0.1", "0.2", "1", "2", "5", "4.999", "5.001", "-1", `"5"`, "null", "9007199254740993"))
	}
	if m.chance(70) {
		add(`"sku":%s`, pick(m, `"X"`, `"Y"`, `"x"`, "1", "null"))
	}
	if m.chance(30) {
		add(`"due":%q`, m.near().Format(time.RFC3339Nano))
	}
	if m.chance(20) {
		add(`"cart":{"size":%d}`, m.r.Intn(4))
	}
	if len(parts) == 0 && m.chance(50) {
		return nil
	}
	return segment.Document("{" + strings.Join(parts, ",") + "}")
}
