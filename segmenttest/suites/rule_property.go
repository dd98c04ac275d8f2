package suites

import (
	"net/netip"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// property says a test of one property. With each it holds for the property
// itself or for some element of it.
func (t *translator) property(r Rule, x rule.Expr) segment.Condition {
	own := t.test(r, x)
	if r.Each != "any" {
		return own
	}
	return rule.Or{own, rule.Each{Quantifier: rule.QuantifierAny, X: x, C: t.test(r, rule.Elem{})}}
}

func (t *translator) test(r Rule, x rule.Expr) segment.Condition {
	switch r.Op {
	case "eq":
		return t.equal(r, x)
	case "ne":
		return rule.Not{C: rule.Compare{Left: x, Right: t.value(r.Value)}}
	case "in":
		return in(x, t.valuesOf(r), r.IgnoreCase)
	case "lt", "lte", "gt", "gte":
		return rule.Compare{Left: x, Op: t.op(r.Op), Right: t.value(r.Value), Fold: r.IgnoreCase}
	case "semver_eq", "semver_lt", "semver_lte", "semver_gt", "semver_gte":
		version := func(e rule.Expr) rule.Expr { return rule.Call{Fn: rule.FnVersion, Args: []rule.Expr{e}} }
		return rule.Compare{Left: version(x), Op: t.op(r.Op), Right: version(t.value(r.Value))}
	case "modulo":
		rest := rule.Arith{Op: rule.ArithMod, Left: x, Right: t.value(r.Divisor)}
		return rule.Compare{Left: rest, Right: t.value(r.Remainder)}
	case "is_set":
		return rule.Not{C: t.unset(x)}
	case "is_not_set":
		return t.unset(x)
	case "size":
		length := rule.Call{Fn: rule.FnLength, Args: []rule.Expr{x}}
		return rule.And{rule.Compare{Left: length, Right: t.value(r.Value)}, rule.Not{C: isText(x)}}
	case "contains", "starts_with", "ends_with", "matches", "in_cidr":
		return t.text(r, x)
	case "contains_item", "contains_any", "contains_all":
		mode := rule.ContainsAny
		if r.Op == "contains_all" {
			mode = rule.ContainsAll
		}
		has := rule.Contains{X: x, Mode: mode, Values: t.valuesOf(r), Fold: r.IgnoreCase}
		return rule.And{has, rule.Not{C: isText(x)}}
	}
	return t.timed(r, x)
}

// isText holds of texts only: each starts with the empty one. Properties that
// may be a list or a text, and mean different things by it, need to tell.
func isText(x rule.Expr) segment.Condition {
	return rule.Like{X: x, End: rule.LikePrefix, Values: []string{""}}
}

// equal compares with one value; under the policy of text forms also with the
// other value that is written the same.
func (t *translator) equal(r Rule, x rule.Expr) segment.Condition {
	v := t.value(r.Value)
	if !t.policy.TextForms {
		return rule.Compare{Left: x, Right: v, Fold: r.IgnoreCase}
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
func in(x rule.Expr, vs []segment.Value, fold bool) segment.Condition {
	if len(vs) == 0 {
		return nobody
	}
	return rule.In{X: x, Values: vs, Fold: fold}
}

func (t *translator) unset(x rule.Expr) segment.Condition {
	if !t.policy.EmptyIsUnset {
		return rule.IsNull{X: x}
	}
	return rule.Or{rule.IsNull{X: x}, rule.Compare{Left: x, Right: segment.Text("")}}
}

// text says the operators of texts; of several values any may fit.
func (t *translator) text(r Rule, x rule.Expr) segment.Condition {
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
		return rule.And{isText(x), rule.Contains{X: x, Values: vs, Fold: r.IgnoreCase}}
	case "starts_with":
		return rule.Like{X: x, End: rule.LikePrefix, Values: texts, Fold: r.IgnoreCase}
	case "ends_with":
		return rule.Like{X: x, End: rule.LikeSuffix, Values: texts, Fold: r.IgnoreCase}
	case "in_cidr":
		return rule.InCIDR{X: x, Nets: texts}
	}
	var any rule.Or
	for _, pattern := range texts {
		any = append(any, rule.Matches{X: x, Pattern: pattern, Fold: r.IgnoreCase})
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
func (t *translator) timed(r Rule, x rule.Expr) segment.Condition {
	call := func(fn rule.Fn, args ...rule.Expr) rule.Expr { return rule.Call{Fn: fn, Args: args} }
	today := call(rule.FnToday)
	same := func(fn rule.Fn) segment.Condition {
		return rule.Compare{Left: call(fn, x), Right: call(fn, today)}
	}
	within := func(n int64, u rule.Unit) rule.Window {
		return rule.Window{Kind: rule.WindowLast, A: rule.Span{N: n, Unit: u}}
	}
	switch r.Op {
	case "before", "after", "at_or_after":
		at, ok := instant(t.value(r.Value))
		if !ok {
			return nobody
		}
		return eitherTime(x, func(x rule.Expr) segment.Condition {
			return rule.Compare{Left: x, Op: t.op(r.Op), Right: at}
		})
	case "within_last":
		return eitherTime(x, func(x rule.Expr) segment.Condition {
			return rule.When{X: x, Window: within(r.Seconds, rule.UnitSecond)}
		})
	case "within_days":
		return rule.When{X: x, Window: within(r.Days, rule.UnitDay)}
	case "month_is_current":
		return same(rule.FnMonth)
	case "anniversary_today":
		earlier := rule.Compare{Left: call(rule.FnYear, x), Op: rule.OpLt, Right: call(rule.FnYear, today)}
		return rule.And{same(rule.FnMonth), same(rule.FnDay), earlier}
	case "age_at_least":
		years := rule.Span{N: r.Years, Unit: rule.UnitYear}
		return rule.Compare{Left: x, Op: rule.OpLe, Right: rule.Arith{Op: rule.ArithSub, Left: today, Right: years}}
	case "has_been":
		return t.hasBeen(r, x)
	}
	return t.fail("unknown operator %q", r.Op)
}

func (t *translator) hasBeen(r Rule, x rule.Expr) segment.Condition {
	field, ok := x.(rule.Field)
	if !ok {
		return t.fail("has_been of %T", x)
	}
	has := rule.HasBeen{Field: field, Value: t.value(r.Value)}
	switch {
	case r.ForAtLeast != nil:
		has.For = rule.Span{N: *r.ForAtLeast, Unit: rule.UnitSecond}
		return has
	case r.ForLess != nil:
		has.For = rule.Span{N: *r.ForLess, Unit: rule.UnitSecond}
		return rule.And{rule.Compare{Left: x, Right: has.Value}, rule.Not{C: has}}
	}
	return t.fail("has_been without a span")
}

// eitherTime says a test of a property that holds RFC 3339 text or a number of
// milliseconds.
func eitherTime(x rule.Expr, test func(rule.Expr) segment.Condition) segment.Condition {
	millis := rule.Call{Fn: rule.FnUnixMilli, Args: []rule.Expr{x}}
	return rule.Or{test(x), test(millis)}
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
