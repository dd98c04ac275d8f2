package lint

import (
	"strings"

	"github.com/segmentrules/segment/internal/spelling"
	"github.com/segmentrules/segment/rule"
)

// wildcard warns of a text with a sign that stands for any other letters elsewhere: email =
// "*@gmail.com". Behind a figure the sign is likely one of the text: "100%".
func (l *linter) wildcard(t test) bool {
	var x rule.Expr
	var v rule.Value
	fold, open, end := false, false, false
	switch c := t.leaf.(type) {
	case rule.Compare:
		right, ok := c.Right.(rule.Value)
		if !ok || c.Op != rule.OpEq {
			return false
		}
		x, v, fold, open, end = c.Left, right, c.Fold, true, true
	case rule.Like:
		if len(c.Values) != 1 {
			return false
		}
		x, v, fold, open, end = c.X, rule.Text(c.Values[0]), c.Fold, c.End == rule.LikeSuffix, c.End == rule.LikePrefix
	case rule.Contains:
		if len(c.Values) != 1 || t.ts.TypeOf(c.X).Kind == rule.KindList {
			return false
		}
		x, v, fold, open, end = c.X, c.Values[0], c.Fold, true, true
	}
	f, isField := x.(rule.Field)
	if !isField || v.Kind() != rule.KindText {
		return false
	}
	if values := t.ts.TypeOf(f).Values; len(values) > 0 {
		return false // a value that the field never takes is told of by itself
	}
	fix, ok := withoutWildcard(t.leaf, x, v.Text(), fold, open, end)
	if !ok {
		return false
	}
	return l.warnTest(t, WarnQuotes, fix, "no sign in %s stands for other letters; write %s", v, code(t.rewrite(fix)))
}

// withoutWildcard is the test that a text with a wildcard at its ends is meant for; open
// and end say at which of them the test takes one.
func withoutWildcard(leaf rule.Condition, x rule.Expr, text string, fold, open, end bool) (rule.Condition, bool) {
	rest := strings.TrimLeft(text, "*%")
	starts := rest != text
	text = rest
	rest = strings.TrimRight(text, "*%")
	ends := rest != text
	figure := strings.IndexByte("0123456789", finalByte(strings.TrimSpace(rest))) >= 0
	if !starts && !ends || starts && !open || ends && (!end || !starts && figure) || strings.ContainsAny(rest, "*%") || strings.TrimSpace(rest) == "" {
		return nil, false
	}
	_, compared := leaf.(rule.Compare)
	switch {
	case !compared:
		if like, ok := leaf.(rule.Like); ok {
			like.Values = []string{rest}
			return like, true
		}
		return rule.Contains{X: x, Values: []rule.Value{rule.Text(rest)}, Fold: fold}, true
	case starts && ends:
		return rule.Contains{X: x, Values: []rule.Value{rule.Text(rest)}, Fold: fold}, true
	case starts:
		return rule.Like{X: x, End: rule.LikeSuffix, Values: []string{rest}, Fold: fold}, true
	}
	return rule.Like{X: x, End: rule.LikePrefix, Values: []string{rest}, Fold: fold}, true
}

// finalByte is the last byte of a text, 0 of an empty one.
func finalByte(text string) byte {
	if text == "" {
		return 0
	}
	return text[len(text)-1]
}

// namedPart warns of the name of a day or month beside its number: WEEKDAY(signup) = Monday.
func (l *linter) namedPart(t test) bool {
	c, ok := t.leaf.(rule.Compare)
	call, isCall := c.Left.(rule.Call)
	if !ok || !isCall {
		return false
	}
	name := ""
	switch right := c.Right.(type) {
	case rule.Field:
		if _, listed := t.ts.Listed(right); !listed {
			name = string(right)
		}
	case rule.Value:
		if right.Kind() == rule.KindText {
			name = right.Text()
		}
	}
	n, ok := spelling.Numbered(call.Fn, name)
	if !ok {
		return false
	}
	fix := rule.Compare{Left: call, Op: c.Op, Right: rule.Int(n)}
	return l.warnTest(t, WarnQuotes, fix, "%s is a number, and never %s; write %s", call.Fn.Word(), c.Right, code(t.rewrite(fix)))
}
