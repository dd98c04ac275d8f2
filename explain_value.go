package segment

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// Values, distances and rules in words, each short enough for a line, whatever the
// rule or the contact holds.

// How much of a value or a rule a line shows.
const (
	maxWords       = 60  // characters of a text or name
	maxLine        = 200 // characters of a rule or a list
	maxShownValues = 5   // of a list of values
)

// valueWords is a value as people read it, an instant in a zone. It is short,
// whatever the value.
func valueWords(loc *time.Location, v Value) string { return clipped(nestedWords(loc, v, 3), maxLine) }

// nestedWords is a value with so many levels of lists and objects in it.
func nestedWords(loc *time.Location, v Value, depth int) string {
	switch v.Kind() {
	case KindNull, KindInvalid:
		return "missing"
	case KindText, KindVersion:
		return string(jsontext.AppendQuoted(nil, clipped(v.Text(), maxWords)))
	case KindNumber:
		return numberWords(v)
	case KindTime:
		return stamp(v.Time().In(loc))
	case KindDuration:
		return spanWords(v.HeldLength())
	case KindList, KindObject:
		if depth == 0 {
			return "…"
		}
		return containerWords(loc, v, depth-1)
	}
	return v.String()
}

// containerWords is a list or an object, of which it shows the first few.
func containerWords(loc *time.Location, v Value, depth int) string {
	var parts []string
	n := int(v.Word())
	for i := range min(n, maxShownValues) {
		if v.Kind() == KindList {
			parts = append(parts, nestedWords(loc, v.List()[i], depth))
			continue
		}
		m := v.Members()[i]
		parts = append(parts, clipped(m.Name, maxWords)+": "+nestedWords(loc, m.Value, depth))
	}
	text := strings.Join(parts, ", ")
	if n > len(parts) {
		text += " and " + grouped(n-len(parts)) + " more"
	}
	if v.Kind() == KindList {
		return "[" + text + "]"
	}
	return "{" + text + "}"
}

// numberWords is a number, exactly if that is short.
func numberWords(v Value) string {
	const digits = 24 // an uint64, or a decimal of money
	r := v.Rat()
	if text := rule.NumberText(v); text[0] != '(' && len(text) <= digits {
		return text
	}
	if places, ok := r.FloatPrec(); ok && places == 0 || v.Float() > 1e15 || v.Float() < -1e15 {
		return "about " + strconv.FormatFloat(v.Float(), 'g', 6, 64)
	}
	text := r.FloatString(4)
	if strings.Trim(text, "-0.") == "" {
		text = strconv.FormatFloat(v.Float(), 'g', 4, 64)
	}
	return "about " + text
}

// spanWords is the length of a span in its two largest units: 3 days 4 hours.
func spanWords(d calendar.Length) string { return english.span(d) }

// grouped is a number with commas: 9,900.
func grouped(n int) string { return groupedText(strconv.Itoa(n)) }

// groupedText is grouped for a number that is written already.
func groupedText(s string) string {
	digits := strings.TrimPrefix(s, "-")
	sign := s[:len(s)-len(digits)]
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// distanceOf is the distance between two numbers.
func distanceOf(a, b Value) Value {
	r := new(big.Rat).Sub(a.Rat(), b.Rat())
	return rule.RatValue(r.Abs(r))
}

// clipped is the text in one line, of valid characters, cut to n of them.
func clipped(text string, n int) string {
	if len(text) > 4*n { // nothing further on can be shown
		text = text[:4*n] + "……"
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}

// shortCondition is the rule text in at most a line. Of a long group only what
// may be in that line is printed.
func shortCondition(c Condition) string {
	const first = 20 // conditions that surely fill a line
	switch g := c.(type) {
	case rule.And:
		c = rule.And(eachShort(g[:min(len(g), first)]))
	case rule.Or:
		c = rule.Or(eachShort(g[:min(len(g), first)]))
	case rule.Count:
		g.Of = eachShort(g.Of[:min(len(g.Of), first)])
		c = g
	case rule.Not:
		return clipped(rule.ConditionText(rule.Not{C: shortLists(g.C)}), maxLine)
	case rule.Zoned:
		return clipped(rule.ConditionText(rule.Zoned{C: shortLists(g.C), Zone: g.Zone}), maxLine)
	case rule.Each:
		g.C = shortLists(g.C)
		return clipped(rule.ConditionText(g), maxLine)
	}
	return clipped(rule.ConditionText(shortLists(c)), maxLine)
}

// eachShort is shortLists for each of some conditions.
func eachShort(cs []Condition) []Condition {
	short := make([]Condition, len(cs))
	for i, c := range cs {
		short[i] = shortLists(c)
	}
	return short
}

// shortLists is the condition with only the first values of a long list.
func shortLists(c Condition) Condition {
	plainText := func(text string) string { return text }
	switch l := rule.Ungroup(c).(type) {
	case rule.Not:
		return rule.Not{C: shortLists(l.C)}
	case rule.In:
		l.Values = firstOnes(l.Values, Text)
		return l
	case rule.Contains:
		l.Values = firstOnes(l.Values, Text)
		return l
	case rule.Like:
		l.Values = firstOnes(l.Values, plainText)
		return l
	case rule.InCIDR:
		l.Nets = firstOnes(l.Nets, plainText)
		return l
	}
	return c
}

// firstOnes are the first few of many, and behind them a text that says how many
// more there are.
func firstOnes[T any](vs []T, text func(string) T) []T {
	if len(vs) <= maxShownValues+1 {
		return vs
	}
	more := "… and " + grouped(len(vs)-maxShownValues) + " more"
	return append(slices.Clone(vs[:maxShownValues]), text(more))
}
