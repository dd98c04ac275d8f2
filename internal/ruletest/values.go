package ruletest

import (
	"time"

	"github.com/segmentrules/segment/rule"
)

// Number is the number that a text writes.
func Number(text string) rule.Value { v, _ := rule.ParseNumber(text); return v }

// TimeValue is the instant that an RFC 3339 text writes.
func TimeValue(text string) rule.Value {
	t, _ := time.Parse(time.RFC3339Nano, text)
	return rule.Time(t)
}

// Eq is a field that equals a value.
func Eq(name rule.Field, v rule.Value) rule.Condition {
	return rule.Compare{Left: name, Op: rule.OpEq, Right: v, Fold: false}
}
