package suites

import (
	"net/netip"
	"slices"
	"time"

	"github.com/segmentrules/segment"
)

// property says a test of one property. With each it holds for the property
// itself or for some element of it.
func (t *translator) property(r Rule, x segment.Expr) segment.Condition {
	own := t.test(r, x)
	if r.Each != "any" {
		return own
	}
	return segment.Or{own, segment.Each{Quantifier: segment.Any, X: x, C: t.test(r, segment.Elem{})}}
}

func (t *translator) test(r Rule, x segment.Expr) segment.Condition {
	switch r.Op {
	case "eq":
		return t.equal(r, x)
	case "ne":
		return segment.Not{C: segment.Compare{Left: x, Right: t.value(r.Value)}}
	case "in":
		return in(x, t.valuesOf(r), r.IgnoreCase)
	case "lt", "lte", "gt", "gte":
		return segment.Compare{Left: x, Op: t.op(r.Op), Right: t.value(r.Value), Fold: r.IgnoreCase}
	case "semver_eq", "semver_lt", "semver_lte", "semver_gt", "semver_gte":
		version := func(e segment.Expr) segment.Expr { return segment.Call{Fn: segment.FnVersion, Args: []segment.Expr{e}} }
		return segment.Compare{Left: version(x), Op: t.op(r.Op), Right: version(t.value(r.Value))}
	case "modulo":
		rest := segment.Arith{Op: segment.Mod, Left: x, Right: t.value(r.Divisor)}
		return segment.Compare{Left: rest, Right: t.value(r.Remainder)}
	case "is_set":
		return segment.Not{C: t.unset(x)}
	case "is_not_set":
		return t.unset(x)
	case "size":
		length := segment.Call{Fn: segment.FnLength, Args: []segment.Expr{x}}
		return segment.And{segment.Compare{Left: length, Right: t.value(r.Value)}, segment.Not{C: isText(x)}}
	case "contains", "starts_with", "ends_with", "matches", "in_cidr":
		return t.text(r, x)
	case "contains_item", "contains_any", "contains_all":
		mode := segment.AnyOf
		if r.Op == "contains_all" {
			mode = segment.AllOf
		}
		has := segment.Contains{X: x, Mode: mode, Values: t.valuesOf(r), Fold: r.IgnoreCase}
		return segment.And{has, segment.Not{C: isText(x)}}
	}
	return t.timed(r, x)
}

// isText holds of texts only: each starts with the empty one. Properties that
// may be a list or a text, and mean different things by it, need to tell.
func isText(x segment.Expr) segment.Condition {
	return segment.Like{X: x, End: segment.Prefix, Values: []string{""}}
}

// equal compares with one value; under the policy of text forms also with the
// other value that is written the same.
func (t *translator) equal(r Rule, x segment.Expr) segment.Condition {
	v := t.value(r.Value)
	if !t.policy.TextForms {
		return segment.Compare{Left: x, Right: v, Fold: r.IgnoreCase}
	}
	vs := []segment.Value{v}
	if v.Kind() == segment.KindText {
		if other := segment.JSON(v.Text()); other.Kind() == segment.KindNumber || other.Kind() == segment.KindBool {
			vs = append(vs, other)
		}
	} else if v.Kind() == segment.KindNumber || v.Kind() == segment.KindBool {
		vs = append(vs, segment.Text(string(r.Value)))
	}
	return in(x, vs, r.IgnoreCase)
}

// in holds for none where there is no value: rule text has no empty IN.
func in(x segment.Expr, vs []segment.Value, fold bool) segment.Condition {
	if len(vs) == 0 {
		return nobody
	}
	return segment.In{X: x, Values: vs, Fold: fold}
}

func (t *translator) unset(x segment.Expr) segment.Condition {
	if !t.policy.EmptyIsUnset {
		return segment.IsNull{X: x}
	}
	return segment.Or{segment.IsNull{X: x}, segment.Compare{Left: x, Right: segment.Text("")}}
}

// text says the operators of texts; of several values any may fit.
func (t *translator) text(r Rule, x segment.Expr) segment.Condition {
	vs := slices.DeleteFunc(t.valuesOf(r), func(v segment.Value) bool { return v.Kind() != segment.KindText })
	texts := make([]string, len(vs))
	for i, v := range vs {
		texts[i] = v.Text()
	}
	if r.Op == "in_cidr" {
		texts = slices.DeleteFunc(texts, func(s string) bool { return !isNet(s) })
	}
	if len(texts) == 0 {
		return nobody
	}
	switch r.Op {
	case "contains":
		return segment.And{isText(x), segment.Contains{X: x, Values: vs, Fold: r.IgnoreCase}}
	case "starts_with":
		return segment.Like{X: x, End: segment.Prefix, Values: texts, Fold: r.IgnoreCase}
	case "ends_with":
		return segment.Like{X: x, End: segment.Suffix, Values: texts, Fold: r.IgnoreCase}
	case "in_cidr":
		return segment.InCIDR{X: x, Nets: texts}
	}
	var any segment.Or
	for _, pattern := range texts {
		any = append(any, segment.Matches{X: x, Pattern: pattern, Fold: r.IgnoreCase})
	}
	return any
}

// isNet reports whether a text is an address or a prefix. The suites drop
// those that are neither; a rule of ours may not have them.
func isNet(s string) bool {
	_, err := netip.ParseAddr(s)
	_, err2 := netip.ParsePrefix(s)
	return err == nil || err2 == nil
}

// timed says the operators of times.
func (t *translator) timed(r Rule, x segment.Expr) segment.Condition {
	call := func(fn segment.Fn, args ...segment.Expr) segment.Expr { return segment.Call{Fn: fn, Args: args} }
	today := call(segment.FnToday)
	same := func(fn segment.Fn) segment.Condition {
		return segment.Compare{Left: call(fn, x), Right: call(fn, today)}
	}
	within := func(n int64, u segment.Unit) segment.Window {
		return segment.Window{Kind: segment.WindowLast, A: segment.Span{N: n, Unit: u}}
	}
	switch r.Op {
	case "before", "after", "at_or_after":
		at, ok := instant(t.value(r.Value))
		if !ok {
			return nobody
		}
		return eitherTime(x, func(x segment.Expr) segment.Condition {
			return segment.Compare{Left: x, Op: t.op(r.Op), Right: at}
		})
	case "within_last":
		return eitherTime(x, func(x segment.Expr) segment.Condition {
			return segment.When{X: x, Window: within(r.Seconds, segment.Second)}
		})
	case "within_days":
		return segment.When{X: x, Window: within(r.Days, segment.Day)}
	case "month_is_current":
		return same(segment.FnMonth)
	case "anniversary_today":
		earlier := segment.Compare{Left: call(segment.FnYear, x), Op: segment.Lt, Right: call(segment.FnYear, today)}
		return segment.And{same(segment.FnMonth), same(segment.FnDay), earlier}
	case "age_at_least":
		years := segment.Span{N: r.Years, Unit: segment.Year}
		return segment.Compare{Left: x, Op: segment.Le, Right: segment.Arith{Op: segment.Sub, Left: today, Right: years}}
	case "has_been":
		return t.hasBeen(r, x)
	}
	return t.fail("unknown operator %q", r.Op)
}

func (t *translator) hasBeen(r Rule, x segment.Expr) segment.Condition {
	field, ok := x.(segment.Field)
	if !ok {
		return t.fail("has_been of %T", x)
	}
	has := segment.HasBeen{Field: field, Value: t.value(r.Value)}
	switch {
	case r.ForAtLeast != nil:
		has.For = segment.Span{N: *r.ForAtLeast, Unit: segment.Second}
		return has
	case r.ForLess != nil:
		has.For = segment.Span{N: *r.ForLess, Unit: segment.Second}
		return segment.And{segment.Compare{Left: x, Right: has.Value}, segment.Not{C: has}}
	}
	return t.fail("has_been without a span")
}

// eitherTime says a test of a property that holds RFC 3339 text or a number of
// milliseconds.
func eitherTime(x segment.Expr, test func(segment.Expr) segment.Condition) segment.Condition {
	millis := segment.Call{Fn: segment.FnUnixMilli, Args: []segment.Expr{x}}
	return segment.Or{test(x), test(millis)}
}

// instant reads the constant of a time operator; ok is false if it is no time.
func instant(v segment.Value) (at segment.Value, ok bool) {
	switch v.Kind() {
	case segment.KindNumber:
		ms, ok := v.Int()
		return segment.Time(time.UnixMilli(ms)), ok
	case segment.KindText:
		t, err := time.Parse(time.RFC3339Nano, v.Text())
		return segment.Time(t), err == nil
	}
	return segment.Value{}, false
}
