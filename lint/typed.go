package lint

import (
	"strings"

	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/spelling"
	"github.com/segmentrules/segment/internal/word"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// What is read, and mostly typed for something else by people who have not seen the
// language before: texts without quotes, numbers in them, days in other forms, birthdays,
// events taken for fields, LAST MONTH. With a schema most of these are errors; without one
// nobody can say that `US` is no field.

// bareText warns of a name behind = that is likely a text: country = US.
func (l *linter) bareText(t test) bool {
	c, ok := t.leaf.(rule.Compare)
	f, isField := c.Right.(rule.Field)
	if !ok || !isField || c.Op != rule.OpEq {
		return false
	}
	if _, ok := c.Left.(rule.Field); !ok {
		return false
	}
	names := f.Names()
	if _, listed := t.ts.Listed(f); listed || len(names) != 1 || alike(names[0], c.Left.(rule.Field)) {
		return false
	}
	fix := rule.Compare{Left: c.Left, Op: rule.OpEq, Right: rule.Text(names[0]), Fold: c.Fold}
	return l.warnTest(t, WarnQuotes, fix, "`%s` is read as a field; a text stands in quotes: %s", names[0], code(t.rewrite(fix)))
}

// alike reports whether a name is likely that of a field like another: it has several
// words, or a word of the other.
func alike(name string, other rule.Field) bool {
	if strings.ContainsAny(name, "_") || name != strings.ToLower(name) && name != strings.ToUpper(name) && strings.ToLower(name[1:]) != name[1:] {
		return true
	}
	return strings.Contains(strings.ToLower(string(other)), strings.ToLower(name))
}

// columnInQuotes warns of a text compared with a constant, as SQL quotes the names of
// columns: "country" = "US".
func (l *linter) columnInQuotes(t test) bool {
	c, ok := t.leaf.(rule.Compare)
	left, isValue := c.Left.(rule.Value)
	_, constant := c.Right.(rule.Value)
	if !ok || !isValue || !constant || left.Kind() != rule.KindText || left.Text() == "" {
		return false
	}
	c.Left = rule.Path(left.Text())
	if v := c.Right.(rule.Value); v.Kind() == rule.KindText && c.Op != rule.OpEq { // a number in quotes is none either
		if n, ok := rule.ParseNumber(v.Text()); ok {
			c.Right, c.Fold = n, false
		}
	}
	if t.ts.OfContact() && l.schema.Check(t.rewrite(c)) != nil {
		near := ""
		for name := range l.schema.Fields {
			if strings.EqualFold(name, left.Text()) {
				near = name
			}
		}
		if c.Left = rule.Path(near); near == "" || l.schema.Check(t.rewrite(c)) != nil {
			return l.warnTest(t, WarnQuotes, nil, "%s is a text; the name of a field stands without quotes", left)
		}
	}
	return l.warnTest(t, WarnQuotes, c, "%s is a text; the name of a field stands without quotes: %s", left, code(t.rewrite(c)))
}

// otherDate warns of a text that is a day as it is written elsewhere: "01/02/2026".
func (l *linter) otherDate(t test) bool {
	if c, ok := t.leaf.(rule.Between); ok {
		return l.otherDates(t, c)
	}
	c, ok := t.leaf.(rule.Compare)
	v, isValue := c.Right.(rule.Value)
	call, _ := c.Left.(rule.Call)
	if !ok || !isValue || v.Kind() != rule.KindText || call.Fn != rule.FnDate && !untold(t.ts, c.Left) {
		return false
	}
	first, second := spelling.DayIn(v.Text())
	if first == "" || call.Fn != rule.FnDate && !rule.ReadTime(v.Text()).IsNull() {
		return false
	}
	day := first
	if call.Fn == rule.FnDate {
		if day, ok = spelling.WithoutClock(first); !ok {
			return l.warnTest(t, WarnDate, nil, "%s is compared as a text, letter by letter; DATE is a day, without a time of day", v)
		}
	}
	c.Right, c.Fold = rule.ReadTime(day), false
	if second != "" {
		return l.warnTest(t, WarnDate, c, "%s is compared as a text, letter by letter; %s", v, spelling.TwoDays(v.Text(), first, second))
	}
	return l.warnTest(t, WarnDate, c, "%s is compared as a text, letter by letter; a date is written %s", v, first)
}

// otherDates is otherDate of a range.
func (l *linter) otherDates(t test, c rule.Between) bool {
	if !untold(t.ts, c.X) {
		return false
	}
	part, more := rule.Value{}, ""
	for _, end := range [...]*rule.Expr{&c.Lo, &c.Hi} {
		v, isValue := (*end).(rule.Value)
		if !isValue || v.Kind() != rule.KindText {
			return false
		}
		first, second := spelling.DayIn(v.Text())
		if first == "" {
			return false
		}
		if second != "" {
			more = "; " + spelling.TwoDays(v.Text(), first, second)
		}
		if part.IsNull() {
			part = v
		}
		*end = rule.ReadTime(first)
	}
	c.Fold = false
	if c.Lo.String() > c.Hi.String() { // one of the two has another reading
		return l.warnTest(t, WarnDate, nil, "%s is compared as a text, letter by letter%s", part, more)
	}
	return l.warnTest(t, WarnDate, c, "%s is compared as a text, letter by letter%s; write %s", part, more, code(t.rewrite(c)))
}

// numberInQuotes warns of an order between something and a number in quotes.
func (l *linter) numberInQuotes(t test) bool {
	if b, ok := t.leaf.(rule.Between); ok {
		return l.numbersInQuotes(t, b)
	}
	c, ok := t.leaf.(rule.Compare)
	v, isValue := c.Right.(rule.Value)
	if !ok || !isValue || c.Op == rule.OpEq || v.Kind() != rule.KindText || !untold(t.ts, c.Left) {
		return false
	}
	n, isNumber := rule.ParseNumber(v.Text())
	if !isNumber {
		return false
	}
	c.Right, c.Fold = n, false
	return l.warnTest(t, WarnQuotes, c, "%s in quotes is a text, and no number is compared with it; write %s", v, code(t.rewrite(c)))
}

func (l *linter) numbersInQuotes(t test, b rule.Between) bool {
	number := func(e rule.Expr) (rule.Value, bool) {
		v, ok := e.(rule.Value)
		if !ok || v.Kind() != rule.KindText {
			return v, false
		}
		return rule.ParseNumber(v.Text())
	}
	lo, ok1 := number(b.Lo)
	hi, ok2 := number(b.Hi)
	if !ok1 || !ok2 || !untold(t.ts, b.X) {
		return false
	}
	quoted := b.Lo.(rule.Value)
	b.Lo, b.Hi = lo, hi
	return l.warnTest(t, WarnQuotes, b, "%s in quotes is a text, and no number is compared with it; write %s", quoted, code(t.rewrite(b)))
}

// recurs warns of a day of birth that is asked for as if it were this year's.
func (l *linter) recurs(t test) bool {
	if !t.ts.OfContact() {
		return false
	}
	switch c := t.leaf.(type) {
	case rule.When:
		f, ok := c.X.(rule.Field)
		if !ok || !recurring(f) || !nearby(c.Window) {
			return false
		}
		c.X = rule.Call{Fn: rule.FnAnniversary, Args: []rule.Expr{f}}
		return l.warnTest(t, WarnRecurs, c, "`%s` is the day itself, in its own year; that it recurs, says %s", f, code(t.rewrite(c)))
	case rule.Compare:
		f, ok := c.Left.(rule.Field)
		if !ok || !recurring(f) || c.Op != rule.OpEq || !ofToday(c.Right) {
			return false
		}
		c.Left = rule.Call{Fn: rule.FnAnniversary, Args: []rule.Expr{f}}
		return l.warnTest(t, WarnRecurs, c, "`%s` is the day itself, in its own year; that it recurs, says %s", f, code(t.rewrite(c)))
	case rule.Between:
		f, ok := c.X.(rule.Field)
		if !ok || !recurring(f) || !ofToday(c.Lo) || !ofToday(c.Hi) {
			return false
		}
		c.X = rule.Call{Fn: rule.FnAnniversary, Args: []rule.Expr{f}}
		return l.warnTest(t, WarnRecurs, c, "`%s` is the day itself, in its own year; that it recurs, says %s", f, code(t.rewrite(c)))
	}
	return false
}

func recurring(f rule.Field) bool { return spelling.Recurs(string(f)) }

// nearby reports whether a window lies around now.
func nearby(w rule.Window) bool {
	switch w.Kind {
	case rule.WindowNext:
		return true
	case rule.WindowBetween:
		return ofToday(w.From) && ofToday(w.To)
	case rule.WindowThis, rule.WindowPrevious, rule.WindowFollowing:
		return w.Unit < rule.UnitYear
	case rule.WindowLast:
		return w.A.Unit < rule.UnitYear
	}
	return false
}

// ofToday reports whether an expression is TODAY, or some days before or behind it.
func ofToday(e rule.Expr) bool {
	if a, ok := e.(rule.Arith); ok {
		_, isSpan := a.Right.(rule.Span)
		return isSpan && ofToday(a.Left)
	}
	call, ok := e.(rule.Call)
	return ok && call.Fn == rule.FnToday
}

// isTally reports whether a name is that of a number of events, which one event does not
// have: orders.count is what a host has counted.
func isTally(name string) bool {
	return word.Is(name, "COUNT") || word.Is(name, "NUMBER") || word.Is(name, "SIZE")
}

// deed warns of a field of unknown kind that has the name of an event: bought WITHIN LAST 30
// days, purchase.amount > 100.
func (l *linter) deed(t test) bool {
	if !t.ts.OfContact() {
		return false
	}
	switch c := t.leaf.(type) {
	case rule.When:
		f, ok := c.X.(rule.Field)
		if !ok || !l.unlistedDeed(f, t.ts) {
			return false
		}
		fix := counted(string(f), nil, c.Window, rule.OpGe, 1)
		return l.warnTest(t, WarnEvent, fix, "`%s` is read as a field that holds an instant; of an event write %s", f, code(t.rewrite(fix)))
	case rule.Compare:
		f, ok := c.Left.(rule.Field)
		if !ok || len(f.Names()) != 2 || isTally(f.Names()[1]) || !l.unlistedDeed(rule.Path(f.Names()[0]), t.ts) {
			return false
		}
		c.Left = rule.Path(f.Names()[1])
		fix := counted(f.Names()[0], c, rule.Window{}, rule.OpGe, 1)
		return l.warnTest(t, WarnEvent, fix, "`%s` is read as a field of an object that the contact has; of an event write %s", f, code(t.rewrite(fix)))
	}
	return false
}

// eachDeed warns of NO and ANY with the name of an event: NO purchase IN LAST 90 days.
func (l *linter) eachDeed(c rule.Each, ts schema.TypeScope, p *rule.Trail) bool {
	f, ok := c.X.(rule.Field)
	w, timed := c.C.(rule.When)
	if !ok || !timed || !ts.OfContact() || !l.unlistedDeed(f, ts) {
		return false
	}
	if _, ofElement := w.X.(rule.Elem); !ofElement || c.Quantifier != rule.QuantifierNone && c.Quantifier != rule.QuantifierAny {
		return false
	}
	op, n := rule.OpGe, int64(1)
	if c.Quantifier == rule.QuantifierNone {
		op, n = rule.OpEq, 0
	}
	fix := counted(string(f), nil, w.Window, op, n)
	l.warnFix(WarnEvent, p, c, fix, "`%s` is read as a field that holds a list of instants; of an event write %s", f, code(fix))
	return true
}

func counted(event string, where rule.Condition, w rule.Window, op rule.Op, n int64) rule.Condition {
	m := rule.Metric{Agg: rule.AggCount, Events: rule.Events{Names: []string{event}, Where: where}, Window: w}
	return rule.Compare{Left: m, Op: op, Right: rule.Int(n)}
}

func (l *linter) unlistedDeed(f rule.Field, ts schema.TypeScope) bool {
	_, listed := ts.Listed(f)
	return !listed && spelling.IsDeed(string(f))
}

// lengthOfTime warns of an instant that is compared with a length of time: last_seen > 7
// days.
func (l *linter) lengthOfTime(t test) bool {
	c, ok := t.leaf.(rule.Compare)
	span, isSpan := c.Right.(rule.Span)
	f, isField := c.Left.(rule.Field)
	if !ok || !isSpan || !isField || c.Op == rule.OpEq || span.N < 0 || !untold(t.ts, f) || !namesInstant(string(f)) {
		return false
	}
	w := rule.Window{Kind: rule.WindowLast, A: span}
	switch over := c.Op == rule.OpGt || c.Op == rule.OpGe; {
	case spelling.IsAhead(string(f)) && (over || recurring(f)):
		return l.warnTest(t, WarnAgo, nil, "`%s` is compared with a length of time, which no instant is", f)
	case over:
		w.Kind = rule.WindowOlder
	case spelling.IsAhead(string(f)):
		w.Kind = rule.WindowNext
	}
	fix := rule.When{X: f, Window: w}
	return l.warnTest(t, WarnAgo, fix, "`%s` is compared with a length of time, which no instant is; how long ago it was, asks %s", f, code(t.rewrite(fix)))
}

func namesInstant(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "last_") || strings.HasPrefix(name, "first_") || strings.HasSuffix(name, "_at") || strings.HasSuffix(name, "_date") || strings.HasSuffix(name, "_ends") || strings.HasSuffix(name, "_expires") ||
		name == "signup" || name == "created" || name == "seen"
}

// lastPeriod warns of LAST MONTH in a text: it is the calendar month before this one.
func (l *linter) lastPeriod(t test) bool {
	if !l.last {
		return false
	}
	var w rule.Window
	inWindow := func(e rule.Expr) rule.Expr {
		if m, ok := e.(rule.Metric); ok && saidLast(m.Window) {
			w = m.Window
			m.Window = lastUnit(w)
			return m
		}
		return e
	}
	var fix rule.Condition
	switch c := t.leaf.(type) {
	case rule.When:
		if !saidLast(c.Window) {
			return false
		}
		w = c.Window
		c.Window = lastUnit(w)
		fix = c
	case rule.Compare:
		c.Left, c.Right = inWindow(c.Left), inWindow(c.Right)
		fix = c
	}
	if w.Kind != rule.WindowPrevious {
		return false
	}
	unit := strings.ToLower(w.Unit.Word())
	return l.warnTest(t, WarnLast, fix, "LAST %s is the calendar %s before this one; the time up to now is %s", strings.ToUpper(unit), unit, code(t.rewrite(fix)))
}

// saidLast reports whether a window may have been written as LAST MONTH.
func saidLast(w rule.Window) bool {
	return w.Kind == rule.WindowPrevious && w.Unit > rule.UnitDay && w.N == 0 && !w.Fiscal
}

func lastUnit(w rule.Window) rule.Window {
	return rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 1, Unit: w.Unit}}
}

// saysLast reports whether a text says LAST or PAST and a unit, without a number.
func saysLast(text string) bool {
	before := lexer.Token{}
	for off := 0; ; {
		t := lexer.Scan(text, off)
		if t.Kind == lexer.End {
			return false
		}
		if _, unit := rule.UnitNamed(t.Text); unit && before.Kind == lexer.Name && (word.Is(before.Text, "LAST") || word.Is(before.Text, "PAST")) {
			return true
		}
		before, off = t, t.End
	}
}
