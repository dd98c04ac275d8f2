package hubspot

import (
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// HubSpot's operations: what is asked of one property.

// hubspotOperations are the operators of each type of operation; the dates are in a file of
// their own.
var hubspotOperations = map[string][]string{
	"ALL_PROPERTY":                 {"IS_KNOWN", "IS_UNKNOWN", "IS_NOT_KNOWN", "IS_BLANK", "IS_NOT_BLANK"},
	"STRING":                       append(hubspotTexts, "HAS_EVER_CONTAINED", "HAS_NEVER_CONTAINED"),
	"MULTISTRING":                  append(hubspotTexts, "HAS_EVER_CONTAINED", "HAS_NEVER_CONTAINED"),
	"NUMBER":                       {"IS_EQUAL_TO", "IS_NOT_EQUAL_TO", "IS_GREATER_THAN", "IS_GREATER_THAN_OR_EQUAL_TO", "IS_LESS_THAN", "IS_LESS_THAN_OR_EQUAL_TO", "HAS_EVER_BEEN_EQUAL_TO", "HAS_NEVER_BEEN_EQUAL_TO"},
	"NUMBER_RANGED":                {"IS_BETWEEN", "IS_NOT_BETWEEN"},
	"BOOL":                         {"IS_EQUAL_TO", "IS_NOT_EQUAL_TO", "HAS_EVER_BEEN_EQUAL_TO", "HAS_NEVER_BEEN_EQUAL_TO"},
	"ENUMERATION":                  {"IS_ANY_OF", "IS_NONE_OF", "IS_EXACTLY", "IS_NOT_EXACTLY", "CONTAINS_ALL", "DOES_NOT_CONTAIN_ALL", "HAS_EVER_BEEN_ANY_OF", "HAS_NEVER_BEEN_ANY_OF", "HAS_EVER_BEEN_EXACTLY", "HAS_NEVER_BEEN_EXACTLY", "HAS_EVER_CONTAINED_ALL", "HAS_NEVER_CONTAINED_ALL"},
	"STRING_COMPARATIVE":           {"IS_EQUAL_TO", "IS_NOT_EQUAL_TO", "CONTAINS", "DOES_NOT_CONTAIN", "STARTS_WITH", "ENDS_WITH"},
	"NUMBER_COMPARATIVE":           {"IS_EQUAL_TO", "IS_NOT_EQUAL_TO", "IS_GREATER_THAN", "IS_GREATER_THAN_OR_EQUAL_TO", "IS_LESS_THAN", "IS_LESS_THAN_OR_EQUAL_TO"},
	"COMPARATIVE_DATE":             {"IS_BEFORE", "IS_AFTER", "IS_EQUAL_TO", "IS_NOT_EQUAL_TO"},
	"COMPARATIVE_PROPERTY_UPDATED": {"IS_BEFORE", "IS_AFTER"},
	"ROLLING_PROPERTY_UPDATED":     {"UPDATED_IN_LAST_X_DAYS", "NOT_UPDATED_IN_LAST_X_DAYS"},
	"ROLLING_DATE_RANGE":           {"IS_LESS_THAN_X_DAYS_AGO", "IS_MORE_THAN_X_DAYS_AGO", "IS_LESS_THAN_X_DAYS_FROM_NOW", "IS_MORE_THAN_X_DAYS_FROM_NOW"},
	"RANGED_DATE":                  {"IS_BETWEEN", "IS_NOT_BETWEEN"},
	"DATE":                         {"IS_EQUAL_TO", "IS_NOT_EQUAL_TO", "IS_BEFORE", "IS_AFTER", "IS_BEFORE_DATE", "IS_AFTER_DATE", "EQUAL", "BEFORE", "AFTER"},
	"DATETIME":                     {"IS_EQUAL_TO", "IS_NOT_EQUAL_TO", "IS_BEFORE", "IS_AFTER", "IS_BEFORE_DATE", "IS_AFTER_DATE"},
	"CALENDAR_DATE":                {"IN_THIS_TIME_UNIT", "IN_THIS_TIME_UNIT_SO_FAR", "IN_NEXT_TIME_UNIT", "IN_LAST_TIME_UNIT"},
	"TIME_POINT":                   {"IS_BEFORE", "IS_AFTER"},
	"TIME_RANGED":                  {"IS_BETWEEN", "IS_NOT_BETWEEN"},
}

var hubspotTexts = []string{"IS_EQUAL_TO", "IS_NOT_EQUAL_TO", "CONTAINS", "DOES_NOT_CONTAIN", "STARTS_WITH", "DOES_NOT_START_WITH", "ENDS_WITH", "DOES_NOT_END_WITH", "HAS_EVER_BEEN_EQUAL_TO", "HAS_NEVER_BEEN_EQUAL_TO"}

// hubspotMembers are the members of operations.
var hubspotMembers = []string{"operationType", "operator", "operatorName", "propertyType", "includeObjectsWithNoValueSet", "defaultValue", "value", "values",
	"comparisonPropertyName", "defaultComparisonValue", "lowerBound", "upperBound", "numberOfDays", "timestamp", "requiresTimeZoneConversion", "year", "month", "day",
	"timeUnit", "timeUnitCount", "useFiscalYear", "fiscalYearStart", "timePoint", "endpointBehavior", "propertyParser", "type", "lowerBoundTimePoint", "upperBoundTimePoint",
	"lowerBoundEndpointBehavior", "upperBoundEndpointBehavior"}

// operation is what is asked of a property, with or without those who have no value.
func (h *hubspot) operation(f rule.Field, n *source.Node) rule.Condition {
	if !h.Object(n, "an operation") {
		return nil
	}
	h.Only(n, hubspotMembers...)
	kind, ok := h.Word(n.Want("operationType"), "type of operation", "ALL_PROPERTY", "STRING", "MULTISTRING", "NUMBER", "NUMBER_RANGED", "BOOL", "ENUMERATION",
		"STRING_COMPARATIVE", "NUMBER_COMPARATIVE", "COMPARATIVE_DATE", "COMPARATIVE_PROPERTY_UPDATED", "ROLLING_PROPERTY_UPDATED", "ROLLING_DATE_RANGE",
		"RANGED_DATE", "DATE", "DATETIME", "CALENDAR_DATE", "TIME_POINT", "TIME_RANGED")
	include := n.Get("includeObjectsWithNoValueSet")
	if !include.Absent() && !include.Is(source.Bool) {
		return h.Fail(include, rule.ErrType, "includeObjectsWithNoValueSet is true or false")
	}
	if !ok {
		return nil
	}
	op, ok := h.Word(n.Want("operator"), "operator", hubspotOperations[kind]...)
	switch {
	case !ok:
		return nil
	case strings.HasPrefix(op, "HAS_EVER") || strings.HasPrefix(op, "HAS_NEVER"):
		return h.Omit(n, source.NeedFormer, "%s %s %s", f, op, source.OrNode(n.Get("value"), n.Get("values")).Written())
	case op == "IS_KNOWN" || op == "IS_NOT_BLANK":
		return build.IsSet(f)
	case kind == "ALL_PROPERTY":
		return rule.IsNull{X: f}
	}
	positive, negated := hubspotPositive(op)
	var c rule.Condition
	others := []rule.Expr{f}
	switch kind {
	case "STRING", "MULTISTRING":
		c = h.textual(f, positive, source.OrNode(source.OrNode(n.Get("value"), n.Get("values")), n.Want("value")))
	case "NUMBER":
		if v, ok := h.Number(source.OrNode(source.OrNode(n.Get("value"), n.Get("values")), n.Want("value"))); ok {
			c = build.Compare(f, hubspotOps[positive], v)
		}
	case "NUMBER_RANGED":
		lo, low := h.Number(n.Want("lowerBound"))
		hi, high := h.Number(n.Want("upperBound"))
		if low && high {
			c = rule.Between{X: f, Lo: lo, Hi: hi}
		}
	case "BOOL":
		c = h.bool(f, n.Want("value"))
	case "ENUMERATION":
		c = h.enumeration(f, positive, n)
	case "STRING_COMPARATIVE", "NUMBER_COMPARATIVE", "COMPARATIVE_DATE":
		c, others = h.comparative(f, kind, positive, n)
	default:
		return h.dated(f, kind, op, n)
	}
	return withMissing(c, negated, include.Is(source.Bool) && include.Truth, others...)
}

// withMissing is a condition, or its complement, with or without those who lack a value of the
// first expression: a complement without them is without those who lack any.
func withMissing(c rule.Condition, negated, include bool, xs ...rule.Expr) rule.Condition {
	switch {
	case c == nil:
		return nil
	case negated && include:
		return build.Not(c)
	case negated:
		return build.Known(build.Not(c), xs...)
	case include:
		return build.OrMissing(c, xs[0])
	}
	return c
}

// hubspotOps are the comparisons.
var hubspotOps = map[string]rule.Op{"IS_EQUAL_TO": rule.OpEq, "IS_GREATER_THAN": rule.OpGt, "IS_GREATER_THAN_OR_EQUAL_TO": rule.OpGe, "IS_LESS_THAN": rule.OpLt,
	"IS_LESS_THAN_OR_EQUAL_TO": rule.OpLe, "IS_BEFORE": rule.OpLt, "IS_AFTER": rule.OpGt}

// hubspotPositive is an operator without its negation.
func hubspotPositive(op string) (positive string, negated bool) {
	switch {
	case op == "IS_NONE_OF":
		return "IS_ANY_OF", true
	case strings.HasPrefix(op, "IS_NOT_"):
		return "IS_" + op[len("IS_NOT_"):], true
	case op == "DOES_NOT_CONTAIN":
		return "CONTAINS", true
	case op == "DOES_NOT_CONTAIN_ALL":
		return "CONTAINS_ALL", true
	case op == "DOES_NOT_START_WITH":
		return "STARTS_WITH", true
	case op == "DOES_NOT_END_WITH":
		return "ENDS_WITH", true
	}
	return op, false
}

// textual tests a text against one or several.
func (h *hubspot) textual(f rule.Field, op string, n *source.Node) rule.Condition {
	texts := h.Texts(n)
	if len(texts) == 0 {
		return h.Fail(n, rule.ErrValue, "at least one text is expected here")
	}
	switch op {
	case "CONTAINS":
		return build.Contains(f, true, texts...)
	case "STARTS_WITH":
		return build.StartsWith(f, true, texts...)
	case "ENDS_WITH":
		return build.EndsWith(f, true, texts...)
	}
	return build.OneOf(f, build.TextValues(texts), true)
}

// bool compares with true or false, which may be written as a text.
func (h *hubspot) bool(f rule.Field, n *source.Node) rule.Condition {
	switch text := strings.ToLower(n.Str()); {
	case n.Is(source.Bool):
		return build.Eq(f, rule.Bool(n.Truth))
	case text == "true" || text == "false":
		return build.Eq(f, rule.Bool(text == "true"))
	}
	return h.Fail(n, rule.ErrType, "true or false is expected here")
}

// enumeration tests which of some values are chosen.
func (h *hubspot) enumeration(f rule.Field, op string, n *source.Node) rule.Condition {
	var values []rule.Value
	for _, text := range h.Texts(source.OrNode(source.OrNode(n.Get("values"), n.Get("value")), n.Want("values"))) {
		for _, one := range strings.Split(text, ";") {
			if one != "" {
				values = append(values, rule.Text(one))
			}
		}
	}
	if len(values) == 0 {
		return h.Fail(n.Want("values"), rule.ErrValue, "at least one value is expected here")
	}
	list := h.Schema != nil && h.inside == 0 && h.Schema.ContactScope().TypeOf(f).Kind == rule.KindList
	every := rule.Contains{X: f, Mode: rule.ContainsAll, Values: values}
	switch {
	case op == "CONTAINS_ALL" && (list || len(values) > 1):
		return every
	case op == "IS_EXACTLY" && (list || len(values) > 1):
		distinct := map[string]bool{}
		for _, v := range values {
			distinct[v.Text()] = true
		}
		return build.All(every, build.Eq(rule.Call{Fn: rule.FnLength, Args: []rule.Expr{f}}, rule.Int(int64(len(distinct)))))
	case list:
		return build.AnElement(f, build.OneOf(rule.Elem{}, values, false))
	}
	return build.OneOf(f, values, false)
}

// comparative compares with another property, or, where that is missing, with a constant.
func (h *hubspot) comparative(f rule.Field, kind, op string, n *source.Node) (rule.Condition, []rule.Expr) {
	other, ok := h.Path(n.Want("comparisonPropertyName"), n.Get("comparisonPropertyName").Str())
	if !ok {
		return nil, nil
	}
	to, known := hubspotOps[op]
	if !known {
		return h.Omit(n, source.NeedTextOfField, "%s %s the property %s", f, op, other), nil
	}
	fold := kind == "STRING_COMPARATIVE"
	c := rule.Condition(rule.Compare{Left: f, Op: to, Right: other, Fold: fold})
	if d := n.Get("defaultComparisonValue"); !d.Absent() {
		v, ok := h.Constant(d)
		if k := rule.ReadNumber(v.Text()); kind == "NUMBER_COMPARATIVE" && k.Kind() == rule.KindNumber {
			v = k
		}
		if !ok {
			return nil, nil
		}
		return build.AnyOf(c, build.All(rule.IsNull{X: other}, rule.Compare{Left: f, Op: to, Right: v, Fold: fold})), []rule.Expr{f}
	}
	return c, []rule.Expr{f, other}
}
