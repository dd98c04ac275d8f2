package build

import (
	"strings"

	"github.com/segmentrules/segment/rule"
)

// Tests of one expression against constants, as all importers build them.

// Eq holds if the expression equals the constant.
func Eq(x rule.Expr, v rule.Value) rule.Condition { return rule.Compare{Left: x, Right: v} }

// Compare holds if left and right stand in this order.
func Compare(left rule.Expr, op rule.Op, right rule.Expr) rule.Condition {
	return rule.Compare{Left: left, Op: op, Right: right}
}

// Ranged holds if two comparisons do: as BETWEEN, where they are the two ends of one.
func Ranged(from, to rule.Condition) rule.Condition {
	lo, low := from.(rule.Compare)
	hi, high := to.(rule.Compare)
	if low && high && lo.Op == rule.OpGe && hi.Op == rule.OpLe && lo.Fold == hi.Fold && rule.ExprText(lo.Left) == rule.ExprText(hi.Left) {
		return rule.Between{X: lo.Left, Lo: lo.Right, Hi: hi.Right, Fold: lo.Fold}
	}
	return All(from, to)
}

// OneOf holds if the expression equals one of the constants: for nobody if there is none.
func OneOf(x rule.Expr, vs []rule.Value, fold bool) rule.Condition {
	switch len(vs) {
	case 0:
		return Nobody()
	case 1:
		if vs[0].Kind() != rule.KindNull {
			return rule.Compare{Left: x, Right: vs[0], Fold: fold}
		}
	}
	return rule.In{X: x, Values: vs, Fold: fold}
}

// Contains holds if the text has one of these in it, or the list has one as an element; for
// nobody if there is none.
func Contains(x rule.Expr, fold bool, texts ...string) rule.Condition {
	if len(texts) == 0 {
		return Nobody()
	}
	c := rule.Contains{X: x, Fold: fold}
	for _, t := range texts {
		c.Values = append(c.Values, rule.Text(t))
	}
	return c
}

// StartsWith holds if the text starts with one of these; for nobody if there is none.
func StartsWith(x rule.Expr, fold bool, texts ...string) rule.Condition {
	return like(x, rule.LikePrefix, fold, texts)
}

// EndsWith holds if the text ends with one of these; for nobody if there is none.
func EndsWith(x rule.Expr, fold bool, texts ...string) rule.Condition {
	return like(x, rule.LikeSuffix, fold, texts)
}

func like(x rule.Expr, end rule.LikeEnd, fold bool, texts []string) rule.Condition {
	if len(texts) == 0 {
		return Nobody()
	}
	return rule.Like{X: x, End: end, Values: texts, Fold: fold}
}

// IsBlankText holds if there is no value, or an empty text.
func IsBlankText(x rule.Expr) rule.Condition {
	return rule.Or{rule.IsNull{X: x}, Eq(x, rule.Text(""))}
}

// TextValues is texts as values.
func TextValues(texts []string) (vs []rule.Value) {
	for _, t := range texts {
		vs = append(vs, rule.Text(t))
	}
	return vs
}

// Field is a path such as "location.city" as a field: dots part names.
func Field(path string) rule.Field { return rule.Path(strings.Split(path, ".")...) }

// Mirrored is the comparison with the sides exchanged.
func Mirrored(op rule.Op) rule.Op {
	return [...]rule.Op{rule.OpEq: rule.OpEq, rule.OpLt: rule.OpGt, rule.OpLe: rule.OpGe, rule.OpGt: rule.OpLt, rule.OpGe: rule.OpLe}[op]
}

// Comparisons are the signs of comparison of SQL, a sign before one that it begins with.
var Comparisons = []struct {
	Sign     string
	Op       rule.Op
	Negative bool
}{{"=", rule.OpEq, false}, {"!=", rule.OpEq, true}, {"<>", rule.OpEq, true}, {">=", rule.OpGe, false},
	{"<=", rule.OpLe, false}, {">", rule.OpGt, false}, {"<", rule.OpLt, false}}

// Length is the length of a text or a list.
func Length(x rule.Expr) rule.Expr { return rule.Call{Fn: rule.FnLength, Args: []rule.Expr{x}} }

// CommaTexts are the texts between commas.
func CommaTexts(text string) (vs []rule.Value) {
	for _, t := range strings.Split(text, ",") {
		if t = strings.TrimSpace(t); t != "" {
			vs = append(vs, rule.Text(t))
		}
	}
	return vs
}
