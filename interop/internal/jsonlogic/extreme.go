package jsonlogic

import (
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// extreme reads an ordering beside max or min; ok is false if it is none. The largest of some
// values is above a bound if any of them is, and below it if all are; of the smallest it is
// the other way round. Null is 0 among them, as it is beside < and >.
func (l logicReader) extreme(n *source.Node, op string, args []*source.Node) (c rule.Condition, ok bool) {
	order, ok := logicOrder[op]
	if !ok {
		return nil, false
	}
	for i, arg := range args {
		values, isMax := arg.Get("max"), true
		if values == nil {
			values, isMax = arg.Get("min"), false
		}
		if !values.Is(source.List) || len(values.Items) == 0 {
			continue
		}
		if i == 1 {
			order = build.Mirrored(order)
		}
		above := order == rule.OpGt || order == rule.OpGe
		var cs []rule.Condition
		for _, v := range values.Items {
			pair := [2]*source.Node{args[0], args[1]}
			pair[i] = v
			one := l.comparison(n, op, pair[:])
			if one == nil {
				return nil, true
			}
			cs = append(cs, one)
		}
		if isMax == above {
			return build.AnyOf(withoutNobody(cs)...), true
		}
		return build.All(withoutEveryone(cs)...), true
	}
	return nil, false
}

// withoutEveryone leaves out what always holds, unless that is all there is.
func withoutEveryone(cs []rule.Condition) (some []rule.Condition) {
	for _, c := range cs {
		if _, always := c.(rule.Everyone); !always {
			some = append(some, c)
		}
	}
	if len(some) == 0 {
		return cs[:1]
	}
	return some
}
