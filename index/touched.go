package index

import "strings"

// Touched is what reads the inputs that change at once: attributes and leaves,
// each once.
type touched struct {
	attrs  []attrID
	leaves []leafID
	epoch  uint32
	attrAt []uint32
	leafAt []uint32
	was    []row  // of the attributes, before
	held   []bool // the leaves, before
}

func (t *touched) begin(r *rules) {
	t.attrs, t.leaves = t.attrs[:0], t.leaves[:0]
	t.was, t.held = t.was[:0], t.held[:0]
	if t.epoch++; t.epoch == 0 {
		clear(t.attrAt)
		clear(t.leafAt)
		t.epoch = 1
	}
	if n := len(r.attrs); n > len(t.attrAt) {
		t.attrAt = append(t.attrAt, make([]uint32, n-len(t.attrAt))...)
	}
	if n := len(r.leaves); n > len(t.leafAt) {
		t.leafAt = append(t.leafAt, make([]uint32, n-len(t.leafAt))...)
	}
}

func (t *touched) add(w *watch) {
	if w == nil {
		return
	}
	for _, a := range w.attrs {
		if t.attrAt[a] != t.epoch {
			t.attrAt[a] = t.epoch
			t.attrs = append(t.attrs, a)
		}
	}
	for _, l := range w.leaves {
		if t.leafAt[l] != t.epoch {
			t.leafAt[l] = t.epoch
			t.leaves = append(t.leaves, l)
		}
	}
}

// addTimed adds what of a watch may change by time.
func (t *touched) addTimed(r *rules, w *watch) {
	if w == nil {
		return
	}
	for _, a := range w.attrs {
		if t.attrAt[a] != t.epoch && r.attrs[a].timed() {
			t.attrAt[a] = t.epoch
			t.attrs = append(t.attrs, a)
		}
	}
	for _, l := range w.leaves {
		if t.leafAt[l] != t.epoch && r.leaves[l].timed() {
			t.leafAt[l] = t.epoch
			t.leaves = append(t.leaves, l)
		}
	}
}

func (a *attr) timed() bool {
	return a.clock || len(a.inputs.Events) > 0 || len(a.edges)+len(a.clocks) > 0
}

func (l *leaf) timed() bool { return l.clock || len(l.inputs.Events) > 0 }

// addEvent adds what reads events of the name.
func (t *touched) addEvent(r *rules, name string) {
	t.add(r.events[name])
	for prefix, w := range r.patterns {
		if strings.HasPrefix(name, prefix) {
			t.add(w)
		}
	}
}
