package sweep

import "github.com/segmentrules/segment/rule"

// distinct counts different values. Values that are equal have the same key; of those
// with one key that differ, such as lists, each is compared.
type distinct struct {
	n    int
	seen map[distinctKey][]counted
}

// A distinctKey is what equal values have in common.
type distinctKey struct {
	kind   rule.Kind
	text   string
	number float64
}

// A counted value is in so many times.
type counted struct {
	v rule.Value
	n int
}

// add adds a value so many times; null is none.
func (d *distinct) add(v rule.Value, times int) {
	if v.IsNull() {
		return
	}
	if d.seen == nil {
		d.seen = make(map[distinctKey][]counted)
	}
	key := distinctKey{kind: v.Kind()}
	switch v.Kind() {
	case rule.KindNumber:
		key.number = v.Float()
	case rule.KindText, rule.KindVersion:
		key.text = v.Text()
	case rule.KindTime, rule.KindDate, rule.KindDuration:
		key.number = float64(int64(v.Word()))
	}
	same := d.seen[key]
	for i := range same {
		if !same[i].v.Equal(v) {
			continue
		}
		was := same[i].n
		same[i].n += times
		switch {
		case was == 0 && same[i].n > 0:
			d.n++
		case was > 0 && same[i].n == 0:
			d.n--
		}
		return
	}
	d.seen[key] = append(same, counted{v, times})
	d.n++
}

// Distinct is how many different values there are; null is none. Its cost grows with the
// number of values, where few that differ are lists.
func Distinct(vs []rule.Value) int {
	var d distinct
	for _, v := range vs {
		d.add(v, 1)
	}
	return d.n
}
