package mautic

import (
	"regexp"
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Dates in Mautic's rows: days, and words that PHP reads, such as today, last week, +5 days,
// first day of this month and birthday -7 days. Days are those of the instance's zone. A
// datetime beside "+5 days" is compared with the midnight of that day, but for = and !=, which ask for
// the day; beside today and its like with all of the day.

// dated is what the row asks of a date.
func (m *mauticRow) dated(x rule.Expr) rule.Condition {
	switch m.word {
	case "in", "between":
		var vs []rule.Value
		for _, n := range m.value.List() {
			v, ok := m.day(n)
			if !ok {
				return nil
			}
			vs = append(vs, v)
		}
		if m.word == "in" {
			return build.OneOf(x, vs, false)
		}
		if len(vs) != 2 {
			return m.Fail(m.valueAt(), rule.ErrType, "two days are expected here")
		}
		return rule.Between{X: x, Lo: vs[0], Hi: vs[1]}
	case "like", "startsWith", "endsWith", "contains", "regexp":
		return m.Omit(m.n, source.NeedTextFuncs, "a date that is taken as a text")
	}
	words, ok := m.words()
	if !ok {
		return nil
	}
	return m.Zoned(m.datedWords(x, words))
}

// words is the filter in words: also that of newer versions, which is an object.
func (m *mauticRow) words() (words string, ok bool) {
	v := m.value
	if v.Is(source.Object) {
		m.Only(v, "dateTypeMode", "absoluteDate", "relativeDateInterval", "relativeDateIntervalUnit")
		if mode, ok := m.mode(v.Get("dateTypeMode")); !ok || mode == "absolute" {
			return v.Get("absoluteDate").Str(), ok
		}
		sign := "+"
		if m.word == "lt" || m.word == "lte" || m.word == "inLast" {
			sign = "-"
		}
		return sign + v.Get("relativeDateInterval").Scalar() + " " + v.Get("relativeDateIntervalUnit").Str(), true
	}
	if !v.Is(source.Text) {
		m.Fail(m.valueAt(), rule.ErrType, "a day is expected here, such as 2026-01-31, today or +5 days")
		return "", false
	}
	words = strings.ToLower(strings.Join(strings.Fields(v.Text), " "))
	if key, isKey := strings.CutPrefix(words, "mautic.lead.list."); isKey { // week_last
		unit, which, _ := strings.Cut(key, "_")
		words = strings.TrimSpace(which + " " + unit)
	}
	return words, true
}

func (m *mauticRow) mode(n *source.Node) (string, bool) {
	return m.reader.Word(n, "dateTypeMode", "absolute", "relative")
}

var (
	mauticOffset = regexp.MustCompile(`^([+-]?) ?(\d{1,6}) (second|minute|hour|day|week|month|year)s?( ago)?$`)
	mauticPeriod = regexp.MustCompile(`^(last|previous|this|next) (week|month|year)$`)
	mauticEdge   = regexp.MustCompile(`^(first|last) day of (last|previous|this|next) (month|year)$`)
)

// mauticWhich are periods by how many they are ahead.
var mauticWhich = map[string]int64{"last": -1, "previous": -1, "this": 0, "next": 1}

func (m *mauticRow) datedWords(x rule.Expr, words string) rule.Condition {
	op := mauticOps[m.word]
	for word, n := range map[string]int64{"today": 0, "midnight": 0, "midnight today": 0, "now": 0, "tomorrow": 1, "yesterday": -1} {
		if words == word {
			return build.Compare(x, op, build.Shifted(build.Today(), rule.Span{N: n, Unit: rule.UnitDay}))
		}
	}
	for _, word := range []string{"birthday", "anniversary"} {
		if strings.Contains(words, word) {
			return m.birthday(x, strings.TrimSpace(strings.ReplaceAll(words, word, "")))
		}
	}
	if p := mauticPeriod.FindStringSubmatch(words); p != nil {
		return m.period(x, op, mauticWhich[p[1]], p[2])
	}
	if p := mauticEdge.FindStringSubmatch(words); p != nil {
		return m.beside(x, op, edgeOf(p[1], mauticWhich[p[2]], p[3]))
	}
	if s, ok := m.offset(words); ok {
		if s.Unit < rule.UnitDay {
			return m.Fail(m.value, rule.ErrValue, "only days, weeks, months and years are counted from today")
		}
		if m.word == "inLast" && s.N > 0 || m.word == "inNext" && s.N < 0 { // the word has the direction
			s.N = -s.N
		}
		day := build.Shifted(build.Today(), s)
		switch m.word {
		case "inLast":
			return rule.Between{X: x, Lo: day, Hi: build.Today()}
		case "inNext":
			return rule.Between{X: x, Lo: build.Today(), Hi: day}
		}
		return m.beside(x, op, day)
	}
	v, ok := m.Moment(words)
	if !ok {
		v, ok = m.Moment(strings.ToUpper(words)) // an instant has its T
	}
	switch {
	case !ok:
		return m.Unknown(m.value, "date", words, "today", "tomorrow", "yesterday", "this week", "last week", "next week", "this month", "last month", "next month",
			"this year", "last year", "next year", "birthday", "anniversary", "+5 days", "-5 days", "5 days ago", "first day of this month", "last day of this month")
	case m.kind == "datetime" && m.word != "date":
		v = m.Midnight(v)
	case m.kind == "date" && v.Kind() == rule.KindTime:
		v = rule.Date(v.Time().In(m.Location()).Date())
	}
	return build.Compare(x, op, v)
}

// day is a constant day, of a datetime an instant.
func (m *mauticRow) day(n *source.Node) (v rule.Value, ok bool) {
	if v, ok = m.Moment(n.Str()); !ok {
		m.Fail(n, rule.ErrType, "a day is expected here, such as 2026-01-31")
	} else if m.kind == "datetime" {
		v = m.Midnight(v)
	}
	return v, ok
}

// offset reads +5 days, -1 month, 5 days ago.
func (m *mauticRow) offset(words string) (s rule.Span, ok bool) {
	p := mauticOffset.FindStringSubmatch(words)
	if p == nil {
		return s, false
	}
	n, _ := rule.ReadNumber(p[2]).Int()
	s.Unit, _ = rule.UnitNamed(p[3])
	if s.N = n; (p[1] == "-") != (p[4] != "") {
		s.N = -n
	}
	if !s.Valid() {
		m.Fail(m.value, rule.ErrValue, "%s is no length of time that a rule can have", source.Shortened(words))
	}
	return s, s.Valid()
}

// beside compares with a day: a datetime with its midnight, to the second.
func (m *mauticRow) beside(x rule.Expr, op rule.Op, day rule.Expr) rule.Condition {
	if m.kind == "datetime" {
		second := rule.Span{N: -1, Unit: rule.UnitSecond}
		switch op {
		case rule.OpGt:
			return rule.When{X: build.Shifted(x, second), Window: build.Since(day)}
		case rule.OpLe:
			return rule.When{X: build.Shifted(x, second), Window: build.Before(day)}
		}
	}
	return build.Compare(x, op, day)
}

// period compares with a week, a month or a year, so many ahead.
func (m *mauticRow) period(x rule.Expr, op rule.Op, ahead int64, unit string) rule.Condition {
	u, _ := rule.UnitNamed(unit)
	w := rule.Window{Kind: rule.WindowThis, Unit: u}
	back := rule.Span{N: -ahead, Unit: u}
	if u == rule.UnitWeek {
		back = rule.Span{N: -7 * ahead, Unit: rule.UnitDay}
	}
	y := x // as many back, so that this period is meant
	if ahead != 0 {
		y = build.Shifted(rule.Call{Fn: rule.FnDate, Args: []rule.Expr{x}}, back)
	}
	in := rule.Condition(rule.When{X: y, Window: w})
	switch op {
	case rule.OpGt, rule.OpLt:
		return rule.And{build.Compare(y, op, build.Today()), build.Not(in)}
	case rule.OpGe:
		return rule.Or{build.Compare(y, rule.OpGt, build.Today()), in}
	case rule.OpLe:
		return rule.Or{build.Compare(y, rule.OpLt, build.Today()), in}
	}
	switch {
	case ahead < 0:
		w.Kind = rule.WindowPrevious
	case ahead > 0:
		w.Kind = rule.WindowFollowing
	}
	return rule.When{X: x, Window: w}
}

// edgeOf is the first or last day of a month or year, so many ahead.
func edgeOf(which string, ahead int64, unit string) rule.Expr {
	u, _ := rule.UnitNamed(unit)
	if which == "last" {
		ahead++
	}
	back := func(x rule.Expr, of rule.Fn, n rule.Unit) rule.Expr { // to the first of the unit
		one := rule.Arith{Op: rule.ArithSub, Left: rule.Call{Fn: of, Args: []rule.Expr{build.Today()}}, Right: rule.Int(1)}
		return rule.Arith{Op: rule.ArithSub, Left: x, Right: rule.Arith{Op: rule.ArithMul, Left: one, Right: rule.Span{N: 1, Unit: n}}}
	}
	first := back(build.Today(), rule.FnDay, rule.UnitDay)
	if u == rule.UnitYear {
		ahead *= 12
	}
	if u == rule.UnitYear {
		first = rule.Arith{Op: rule.ArithSub, Left: first, Right: rule.Arith{Op: rule.ArithMul,
			Left: rule.Arith{Op: rule.ArithSub, Left: rule.Call{Fn: rule.FnMonth, Args: []rule.Expr{build.Today()}}, Right: rule.Int(1)}, Right: rule.Span{N: 1, Unit: rule.UnitMonth}}}
	}
	first = build.Shifted(first, rule.Span{N: ahead, Unit: rule.UnitMonth})
	if which == "last" {
		return build.Shifted(first, rule.Span{N: -1, Unit: rule.UnitDay})
	}
	return first
}

// birthday compares month and day with those of today, or of another day: "birthday -7 days"
// holds seven days before.
func (m *mauticRow) birthday(x rule.Expr, words string) rule.Condition {
	day := rule.Call{Fn: rule.FnAnniversary, Args: []rule.Expr{x}}
	m.Change(m.n, source.NeedLeapDay, "who is born on 29 February has a day in common years too")
	if words == "" {
		return build.Compare(day, rule.OpEq, build.Today())
	}
	s, ok := m.offset(words)
	if !ok || s.Unit < rule.UnitDay {
		return m.Fail(m.value, rule.ErrValue, "a number of days is expected, such as \"birthday -7 days\", not %s", source.Shortened(words))
	}
	return build.Compare(day, rule.OpEq, build.Shifted(build.Today(), s.Negative()))
}
