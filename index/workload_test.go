package index_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A workload makes contacts of 32 fields, many segments about them, and changes
// of one field or several: segments of three to twelve conditions, in ANDs with
// ORs within, that draw on the same fields, with few conditions that nobody else
// has and few values that are not in many. It is deterministic.
type workload struct {
	r       *rand.Rand
	profile profile
	fields  []workField
	weights int
}

// A profile says what conditions segments are made of.
type profile struct {
	name   string
	nested bool // ORs within ANDs, and ORs of ANDs, not just ANDs
	ranges bool // numbers and instants
	single bool // one value for each condition
	full   bool // negations, missing values, texts
}

var profiles = []profile{
	{name: "eqs", single: true},
	{name: "flat"},
	{name: "ranges", nested: true, ranges: true},
	{name: "full", nested: true, ranges: true, full: true},
}

// A workField is a field with its values, and how often segments ask for it.
type workField struct {
	name   string
	kind   segment.Kind
	n      int     // of texts: how many there are
	mean   float64 // of numbers, and of the ages of instants in days
	weight int
}

// now is the instant of the workload.
var now = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)

func newWorkload(p profile, seed uint64) *workload {
	w := &workload{r: rand.New(rand.NewPCG(seed, 2)), profile: p}
	text := func(name string, n, weight int) {
		w.fields = append(w.fields, workField{name: name, kind: segment.KindText, n: n, weight: weight})
	}
	text("country", 200, 9)
	text("state", 50, 4)
	text("city", 1000, 3)
	text("language", 30, 4)
	text("timezone", 40, 2)
	text("plan", 5, 7)
	text("lifecycle_stage", 6, 6)
	text("industry", 25, 3)
	text("job_title", 160, 3)
	text("company", 5000, 2)
	text("email_domain", 200, 2)
	text("source", 12, 4)
	text("owner", 50, 2)
	text("device", 5, 2)
	text("salutation", 3, 1)
	for _, name := range []string{"age", "total_spent", "order_count", "avg_order_value", "email_opens_30d", "email_clicks_30d", "sessions_30d", "lead_score", "nps"} {
		w.fields = append(w.fields, workField{name: name, kind: segment.KindNumber, mean: float64(3 + 7*len(name)), weight: 4})
	}
	for name, mean := range ordered(map[string]float64{"signup_at": 500, "last_purchase_at": 120, "last_seen_at": 25, "last_email_open_at": 40}) {
		w.fields = append(w.fields, workField{name: name, kind: segment.KindTime, mean: mean, weight: 5})
	}
	for _, name := range []string{"subscribed", "verified"} {
		w.fields = append(w.fields, workField{name: name, kind: segment.KindBool, weight: 4})
	}
	w.fields = append(w.fields, workField{name: "tags", kind: segment.KindList, n: 300, weight: 8}, workField{name: "lists", kind: segment.KindList, n: 500, weight: 7})
	for _, f := range w.fields {
		w.weights += f.weight
	}
	return w
}

// ordered yields a map in the order of its keys.
func ordered(m map[string]float64) func(func(string, float64) bool) {
	return func(yield func(string, float64) bool) {
		var names []string
		for name := range m {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if !yield(name, m[name]) {
				return
			}
		}
	}
}

// text draws a text of a field: a few are very common.
func (w *workload) text(f workField) segment.Value {
	i := int(float64(f.n) * math.Pow(w.r.Float64(), 3))
	return segment.Text(fmt.Sprintf("%s %03d", f.name, min(i, f.n-1)))
}

func (w *workload) texts(f workField, n int) []segment.Value {
	var vs []segment.Value
	for range n {
		if v := w.text(f); !slices.ContainsFunc(vs, v.Equal) {
			vs = append(vs, v)
		}
	}
	return vs
}

// value draws a value of a field.
func (w *workload) value(f workField) segment.Value {
	if w.profile.full && f.kind != segment.KindBool && w.r.IntN(20) == 0 {
		return segment.Value{}
	}
	switch f.kind {
	case segment.KindText:
		return w.text(f)
	case segment.KindList:
		return segment.List(w.texts(f, w.r.IntN(7))...)
	case segment.KindBool:
		return segment.Bool(w.r.IntN(4) > 0)
	case segment.KindTime:
		return segment.Time(now.Add(-time.Duration(w.r.ExpFloat64()*f.mean*24) * time.Hour))
	}
	return segment.Int(int64(w.r.ExpFloat64() * f.mean))
}

// contact draws a value for every field.
func (w *workload) contact() map[string]segment.Value {
	c := make(map[string]segment.Value)
	for _, f := range w.fields {
		c[f.name] = w.value(f)
	}
	return c
}

// change draws new values, mostly of one field.
func (w *workload) change(c map[string]segment.Value) map[string]segment.Value {
	set := make(map[string]segment.Value)
	for n := 1 + w.r.IntN(10)/9*w.r.IntN(4); len(set) < n; {
		f := w.fields[w.r.IntN(len(w.fields))]
		set[f.name] = w.value(f)
		if list := c[f.name].List(); f.kind == segment.KindList && len(list) > 0 && w.r.IntN(3) == 0 {
			set[f.name] = segment.List(list[1:]...)
		}
	}
	return set
}

// field draws a field that segments ask for.
func (w *workload) field() workField {
	for {
		x := w.r.IntN(w.weights)
		for _, f := range w.fields {
			if x -= f.weight; x >= 0 {
				continue
			}
			if w.profile.ranges || f.kind != segment.KindNumber && f.kind != segment.KindTime {
				return f
			}
			break
		}
	}
}

// leaf makes one condition.
func (w *workload) leaf() segment.Condition {
	c := w.plainLeaf(w.field())
	if w.profile.full && w.r.IntN(8) == 0 {
		return rule.Not{C: c}
	}
	return c
}

func (w *workload) plainLeaf(f workField) segment.Condition {
	x := rule.Field(f.name)
	if w.profile.full && w.r.IntN(25) == 0 {
		return rule.IsNull{X: x}
	}
	several := 1 + w.r.IntN(3)*w.r.IntN(8)
	if w.profile.single {
		several = 1
	}
	switch f.kind {
	case segment.KindText:
		switch vs := w.texts(f, several); {
		case w.profile.full && w.r.IntN(6) == 0:
			return rule.Like{X: x, End: rule.LikeSuffix, Values: []string{fmt.Sprint(w.r.IntN(10))}}
		case len(vs) > 1:
			return rule.In{X: x, Values: vs}
		default:
			return rule.Compare{Left: x, Right: vs[0]}
		}
	case segment.KindList:
		mode := rule.ContainsAny
		if w.profile.full && w.r.IntN(6) == 0 {
			mode, several = rule.ContainsAll, 2
		}
		return rule.Contains{X: x, Mode: mode, Values: w.texts(f, several)}
	case segment.KindBool:
		return rule.Compare{Left: x, Right: segment.Bool(w.r.IntN(3) > 0)}
	case segment.KindTime:
		days := []int64{1, 2, 3, 5, 7, 14, 30, 60, 90, 120, 180, 365, 730}[w.r.IntN(13)]
		kind := rule.WindowLast
		if w.r.IntN(3) == 0 {
			kind = rule.WindowOlder
		}
		return rule.When{X: x, Window: rule.Window{Kind: kind, A: rule.Span{N: days, Unit: rule.UnitDay}}}
	}
	v := int64(w.r.ExpFloat64() * f.mean)
	if w.r.IntN(4) == 0 {
		return rule.Between{X: x, Lo: segment.Int(v), Hi: segment.Int(v + w.r.Int64N(1+int64(f.mean)))}
	}
	return rule.Compare{Left: x, Op: []rule.Op{rule.OpLt, rule.OpLe, rule.OpGt, rule.OpGe}[w.r.IntN(4)], Right: segment.Int(v)}
}

// rule makes the condition of a segment.
func (w *workload) rule() segment.Condition {
	n := 3 + min(w.r.IntN(9), w.r.IntN(9))
	if !w.profile.nested {
		return rule.And(w.leaves(min(n, 8)))
	}
	if w.r.IntN(100) < 15 {
		var or rule.Or
		for ; n > 0; n -= 3 {
			or = append(or, rule.And(w.leaves(2+w.r.IntN(2))))
		}
		return or
	}
	var and rule.And
	for n > 0 {
		if n == 1 || w.r.IntN(2) == 0 {
			and = append(and, w.leaf())
			n--
			continue
		}
		or := rule.Or(w.leaves(2))
		if w.r.IntN(3) == 0 {
			or = append(or, rule.And(w.leaves(2)))
		}
		n -= len(or)
		if w.profile.full && w.r.IntN(20) == 0 {
			and = append(and, rule.Not{C: or})
			continue
		}
		and = append(and, or)
	}
	return and
}

func (w *workload) leaves(n int) (cs []segment.Condition) {
	for range n {
		cs = append(cs, w.leaf())
	}
	return cs
}
