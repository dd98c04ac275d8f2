package index

// fewLaidOut is up to how many roots it does not matter how they lie in memory.
const fewLaidOut = 256

// settle lays the rules out anew when their number has doubled since that was
// last done: what one contact needs of very many of them is then in few places.
// Over all definitions it costs a constant time for each.
func (r *rules) settle() {
	if n := len(r.rootOf); n > fewLaidOut && n >= 2*r.laidOut {
		r.layOut()
		r.laidOut = n
	}
}

// layOut puts the fans of the leaves of one attribute behind one another, and
// programs in the order in which they are listed.
func (r *rules) layOut() {
	total := 0
	for i := range r.fans {
		f := &r.fans[i]
		total += len(f.flip) + len(f.enter[0]) + len(f.enter[1])
	}
	arena := make([]entry, 0, total)
	move := func(f *fan) {
		from := len(arena)
		arena = append(arena, *f...)
		*f = arena[from:len(arena):len(arena)]
	}
	moveAll := func(which func(f *fans) *fan) {
		for _, a := range r.attrs {
			if a == nil {
				continue
			}
			for _, l := range a.leaves {
				if l != none {
					move(which(&r.fans[l]))
				}
			}
		}
		for _, l := range r.alone {
			move(which(&r.fans[l]))
		}
	}
	moveAll(func(f *fans) *fan { return &f.enter[1] })
	moveAll(func(f *fans) *fan { return &f.enter[0] })
	listed := arena
	moveAll(func(f *fans) *fan { return &f.flip })
	r.layOutPrograms(listed)
}

// layOutPrograms puts programs in the order of a list, and behind them those
// that are not in it.
func (r *rules) layOutPrograms(listed []entry) {
	anew := code{heads: make([]head, len(r.code.heads)), counts: r.code.counts, freeCounts: r.code.freeCounts}
	done := make([]bool, len(r.roots))
	put := func(id rootID) {
		if rt := r.roots[id]; !done[id] && rt.used {
			done[id] = true
			moved := *rt // it may be shared
			r.roots[id] = &moved
			anew.add(id, &moved)
		}
	}
	for _, e := range listed {
		put(e.root)
	}
	for id := range r.roots {
		put(rootID(id))
	}
	r.code = anew
}
