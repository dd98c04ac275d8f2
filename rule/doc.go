// Package rule is the tree of a rule: conditions, expressions, windows and
// values, as plain data. It says how a tree is built, written as text, compared
// and walked. What a tree means for a contact is said one floor up, by
// [github.com/segmentrules/segment.Evaluate].
//
// A [Condition] is true or false of one contact at one instant. [And], [Or] and
// [Not] join conditions; a leaf such as [Compare] tests an expression. An [Expr]
// has a [Value] for a contact: a [Field], a [Metric] of its events, a constant, or
// what is computed of these. A [Window] is a stretch of time that moves with the
// clock.
//
//	rule.And{
//		rule.Compare{Left: rule.Field("country"), Op: rule.OpEq, Right: rule.Text("US")},
//		rule.Compare{
//			Left:  rule.Metric{Agg: rule.AggCount, Events: rule.Events{Names: []string{"opened"}}, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 30, Unit: rule.UnitDay}}},
//			Op:    rule.OpGe,
//			Right: rule.Int(5),
//		},
//	}
//
// is `country = "US" AND COUNT(opened) >= 5 IN LAST 30 DAYS`. Hosts that read
// rules from text or JSON never name a node: they use the root package alone.
//
// # Reading order
//
//   - condition.go, expr.go: the nodes. value.go, number.go, path.go: constants
//     and names.
//   - parts.go, walk.go, rewrite.go: one way to take a node apart and to put it
//     together again; depth.go bounds how deep all of it goes.
//   - print*.go: the canonical text. value_json.go, value_read.go: values as JSON.
//   - equal.go: when trees are equal. order.go, version.go: when values are, and
//     which comes first.
//   - span.go, period.go, time.go: lengths of time and instants as rules say them.
//   - semantics.go, words.go: what expressions are by themselves; names of units.
//   - reads.go, look_back.go: what a rule asks of a contact, and how far back.
//   - error.go, limits.go, value_check.go: what is wrong with a rule or a value, and
//     how large one may be. trail.go: where in a tree it is.
//
// Everything here may be shared between goroutines as long as nobody writes to
// it.
package rule
