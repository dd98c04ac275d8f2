package rule

import (
	"net/netip"
	"regexp/syntax"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
)

// What a node may hold so that a rule text says it: Parse gives the tree back, and not
// another or an error. Limits are not asked for, nor a place told; package internal/check,
// which stands above, does both. A test holds the two together.

// known reports whether a node is one of this package.
func known(c Condition) bool {
	switch c.(type) {
	case And, Or, Not, Count, Everyone, Zoned, Compare, Between, In, IsNull, IsBlank, Contains, Like, Matches, InCIDR, Each, When, Changed, HasBeen, Sequence, Regularity, InList, InSegment:
		return true
	}
	return false
}

// outOfRange is the error about a constant of Go that is none of those declared.
func outOfRange(what string, n, last uint8) *Error {
	if n > last {
		return Errorf(ErrValue, "unknown %s %d", what, n)
	}
	return nil
}

// firstOf returns the first error there is.
func firstOf(errs ...*Error) *Error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// sayable says what is wrong with a condition by itself; nil is fine.
func sayable(c Condition) *Error {
	switch c := c.(type) {
	case nil:
		return Errorf(ErrValue, "a condition is missing (nil)")
	case InList:
		return sayableName(string(c), "list name")
	case InSegment:
		return sayableName(string(c), "segment name")
	case Count:
		if c.K < 0 || len(c.Of) == 0 {
			return Errorf(ErrValue, "a count needs a number of at least 0 and at least one condition")
		}
		return outOfRange("quantity", uint8(c.Quantity), uint8(QuantityExactly))
	case Each:
		if c.K < 0 || c.K != 0 && c.Quantifier != QuantifierMin {
			return Errorf(ErrValue, "a number of elements %d does not fit here", c.K)
		}
		return outOfRange("quantifier", uint8(c.Quantifier), uint8(QuantifierMin))
	case Zoned:
		return sayableZone(c.Zone)
	case Changed:
		return firstOf(sayablePath(c.Field), sayableReading(c.As))
	case HasBeen:
		return firstOf(sayablePath(c.Field), sayableReading(c.As), CheckValue(c.Value, Limits{}.WithDefaults()), sayableLength(c.For))
	case Sequence:
		return sayableSteps(c.Steps)
	case Regularity:
		if c.N < 1 || c.N > MaxRegularity || c.K < 0 || c.K > c.N {
			return Errorf(ErrValue, "at least %d of the last %d units cannot be", c.K, c.N)
		}
		return sayableLength(Span{int64(c.N), c.Unit})
	}
	return sayablePredicate(c)
}

// sayablePredicate is [sayable] of the conditions over values.
func sayablePredicate(c Condition) *Error {
	switch c := c.(type) {
	case Compare:
		return outOfRange("operator", uint8(c.Op), uint8(OpGe))
	case In:
		return sayableValues(c.Values)
	case Contains:
		return firstOf(outOfRange("mode", uint8(c.Mode), uint8(ContainsAll)), sayableValues(c.Values))
	case Like:
		return firstOf(outOfRange("end", uint8(c.End), uint8(LikeSuffix)), sayableTexts(c.Values, CheckText))
	case Matches:
		if _, err := syntax.Parse(c.Pattern, syntax.Perl); err != nil {
			return Errorf(ErrValue, "invalid pattern: %s", err)
		}
		return CheckText(c.Pattern)
	case InCIDR:
		return sayableTexts(c.Nets, sayableNet)
	}
	if !known(c) {
		return Errorf(ErrType, "%T is no condition of this package: nodes are plain values", c)
	}
	return nil
}

// sayableExpr says what is wrong with an expression by itself; nil is fine.
func sayableExpr(e Expr) *Error {
	switch e := e.(type) {
	case nil:
		return Errorf(ErrValue, "an expression is missing (nil)")
	case Value:
		return CheckValue(e, Limits{}.WithDefaults())
	case Span:
		return sayableSpan(e)
	case Field:
		return sayablePath(e)
	case Joined:
		return sayableName(string(e), "list name")
	case Calculated:
		return sayableName(e.Name, "calculated field name")
	case Arith:
		return outOfRange("arithmetic operator", uint8(e.Op), uint8(ArithMod))
	case Call:
		return sayableCall(e)
	case Metric:
		if e.Prop == "" && (e.As != KindNull || e.Agg == AggSum || e.Agg == AggAvg || e.Agg == AggDistinct) {
			return Errorf(ErrSyntax, "%s needs a property of the event", e.Agg.Word())
		}
		return firstOf(outOfRange("aggregate", uint8(e.Agg), uint8(AggLast)), CheckText(string(e.Prop)), sayableReading(e.As))
	case Elem:
		return nil
	}
	return Errorf(ErrType, "%T is no expression of this package: nodes are plain values", e)
}

func sayableCall(c Call) *Error {
	want := 1
	switch c.Fn {
	case FnNow, FnToday:
		want = 0
	case FnHash:
		want = 2
	case FnCoalesce:
		if len(c.Args) < 2 {
			return Errorf(ErrSyntax, "COALESCE with %d arguments: it needs two or more", len(c.Args))
		}
		return nil
	case FnAnniversary:
		if len(c.Args) == 2 {
			if day, ok := c.Args[1].(Value); ok && day.Kind() == KindText && (day.Text() == LeapDay || day.Text() == "02-28") {
				return nil
			}
		}
	}
	if len(c.Args) != want {
		return Errorf(ErrSyntax, "a function with %d arguments instead of %d", len(c.Args), want)
	}
	return outOfRange("function", uint8(c.Fn), uint8(FnLast))
}

// sayableEvents is [sayable] of the names of events.
func sayableEvents(e Events) *Error {
	if len(e.Names) == 0 {
		return Errorf(ErrSyntax, "an event needs a name")
	}
	for _, name := range e.Names {
		if err := sayableName(name, "event name"); err != nil {
			return err
		}
	}
	return nil
}

// sayableSteps is [sayable] of the steps of a sequence, but for their events.
func sayableSteps(steps []Step) *Error {
	if len(steps) < 2 {
		return Errorf(ErrSyntax, "a sequence needs at least two steps")
	}
	for i, s := range steps {
		within := s.Within != Span{}
		switch {
		case i == 0 && (within || s.Not):
			return Errorf(ErrSyntax, "the first step has neither NOT nor WITHIN")
		case s.Not && (i < len(steps)-1 || !within):
			return Errorf(ErrSyntax, "only the last step may be NOT, and needs WITHIN")
		case within:
			if err := sayableLength(s.Within); err != nil {
				return err
			}
		}
	}
	return nil
}

// sayableWindow says what is wrong with a window, but for the expressions in it: it has
// exactly the parts that its kind reads.
func sayableWindow(w Window) *Error {
	a, b := w.Kind >= WindowLast && w.Kind <= WindowLater, w.Kind == WindowAgo
	_, _, unit := w.Periods()
	from, to := w.Kind == WindowSince || w.Kind == WindowBetween, w.Kind == WindowBefore || w.Kind == WindowBetween
	switch {
	case w.Kind > WindowBetween || w.StartsOn > WeekdaySunday || unit && (w.Unit < UnitDay || w.Unit > UnitYear):
		return Errorf(ErrValue, "unknown kind of window, calendar unit or weekday")
	case !a && w.A != Span{}, !b && w.B != Span{}, !unit && w.Unit != 0, w.Unit != UnitWeek && w.StartsOn != 0,
		w.N != 0 && w.Kind != WindowPrevious && w.Kind != WindowFollowing, w.Fiscal && w.Unit != UnitQuarter && w.Unit != UnitYear, !w.Fiscal && w.StartsIn != 0:
		return Errorf(ErrValue, "a window has a part that its kind does not use")
	case w.N != 0 && (w.N < 2 || !Span{w.N, w.Unit}.Valid()), w.StartsIn < 0 || w.StartsIn > time.December:
		return Errorf(ErrValue, "unknown number of periods, or month")
	case from != (w.From != nil), to != (w.To != nil):
		return Errorf(ErrValue, "a window has a bound that its kind does not use, or lacks one (nil)")
	case w.Kind == WindowBetween && (IsNumberLiteral(w.From) || IsNumberLiteral(w.To)):
		return Errorf(ErrType, "a window has dates or instants for bounds, not numbers")
	case b:
		return firstOf(sayableLength(w.A), sayableLength(w.B))
	case a:
		return sayableLength(w.A)
	}
	return nil
}

// sayableValues is [sayable] of the values of a list.
func sayableValues(vs []Value) *Error {
	if len(vs) == 0 {
		return Errorf(ErrSyntax, "a list of values needs at least one")
	}
	for _, v := range vs {
		if err := CheckValue(v, Limits{}.WithDefaults()); err != nil {
			return err
		}
	}
	return nil
}

// sayableTexts is [sayable] of a list of texts, each with f.
func sayableTexts(ts []string, f func(string) *Error) *Error {
	if len(ts) == 0 {
		return Errorf(ErrSyntax, "a list of values needs at least one")
	}
	for _, t := range ts {
		if err := f(t); err != nil {
			return err
		}
	}
	return nil
}

func sayableNet(net string) *Error {
	addr, err := netip.ParseAddr(net)
	if err == nil && addr.Zone() == "" {
		return nil
	}
	if _, err := netip.ParsePrefix(net); err != nil {
		return Errorf(ErrValue, "%q is not an IP address or prefix such as 10.0.0.0/8", net)
	}
	return nil
}

func sayableZone(zone Expr) *Error {
	name, ok := zone.(Value)
	if !ok {
		return nil // the walk comes to it
	}
	if _, ok := calendar.Zone(name.Text()); name.Kind() != KindText || !ok {
		return Errorf(ErrUnknown, "unknown time zone %s", name)
	}
	return nil
}

func sayableName(name, what string) *Error {
	if name == "" {
		return Errorf(ErrValue, "the %s is empty", what)
	}
	return CheckText(name)
}

func sayablePath(path Field) *Error {
	for _, name := range path.Names() {
		if err := sayableName(name, "field name"); err != nil {
			return err
		}
	}
	return nil
}

func sayableReading(as Kind) *Error {
	if _, ok := ReadingFn(as); !ok && as != KindNull {
		return Errorf(ErrValue, "a value is read as a time or a number, not as kind %d", as)
	}
	return nil
}

func sayableSpan(s Span) *Error {
	if !s.Valid() {
		return Errorf(ErrValue, "a span of time without a unit, or of more than 10,000 years")
	}
	return nil
}

// sayableLength is [sayableSpan] of one that must not be negative.
func sayableLength(s Span) *Error {
	if s.N < 0 {
		return Errorf(ErrValue, "a span of time here is at least 0, not %d", s.N)
	}
	return sayableSpan(s)
}
