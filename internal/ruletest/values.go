package ruletest

import (
	"time"

	"github.com/segmentrules/segment/rule"
)

func Number(text string) rule.Value { v, _ := rule.ParseNumber(text); return v }

func TimeValue(text string) rule.Value {
	t, _ := time.Parse(time.RFC3339Nano, text)
	return rule.Time(t)
}

func Eq(name rule.Field, v rule.Value) rule.Condition {
	return rule.Compare{Left: name, Op: rule.OpEq, Right: v, Fold: false}
}
