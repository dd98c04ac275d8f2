package rules

// fewLaidOut is up to how many plans it does not matter how they lie in memory.
const fewLaidOut = 256

// Settle lays the rules out anew when their number has doubled since that was
// last done: what one contact needs of very many of them is then in few places.
// Over all definitions it costs a constant time for each.
func (r *Rules) Settle() {
	if n := len(r.PlanOf); n > fewLaidOut && n >= 2*r.laidOut {
		r.layOut()
		r.laidOut = n
	}
}

// layOut puts the fan-outs of the leaves of one attribute behind one another, and
// programs in the order in which they are listed.
func (r *Rules) layOut() {
	total := 0
	for i := range r.FanOuts {
		f := &r.FanOuts[i]
		total += len(f.Flip) + len(f.enter[0]) + len(f.enter[1])
	}
	arena := make([]Entry, 0, total)
	move := func(f *FanOut) {
		from := len(arena)
		arena = append(arena, *f...)
		// full to its capacity, so that one to which a plan is added moves elsewhere
		*f = arena[from:len(arena):len(arena)]
	}
	moveAll := func(which func(f *FanOuts) *FanOut) {
		for _, a := range r.Attributes {
			if a == nil {
				continue
			}
			for _, l := range a.Leaves {
				if l != None {
					move(which(&r.FanOuts[l]))
				}
			}
		}
		for _, l := range r.Alone {
			move(which(&r.FanOuts[l]))
		}
	}
	// first what a new contact goes over, then what a change does
	moveAll(func(f *FanOuts) *FanOut { return &f.enter[1] })
	moveAll(func(f *FanOuts) *FanOut { return &f.enter[0] })
	listed := arena
	moveAll(func(f *FanOuts) *FanOut { return &f.Flip })
	r.layOutPrograms(listed)
}

// layOutPrograms puts programs in the order of a list, and behind them those
// that are not in it.
func (r *Rules) layOutPrograms(listed []Entry) {
	anew := programs{heads: make([]programHead, len(r.programs.heads)), counts: r.programs.counts, freeCounts: r.programs.freeCounts}
	done := make([]bool, len(r.Plans))
	put := func(id PlanID) {
		if plan := r.Plans[id]; !done[id] && plan.Used {
			done[id] = true
			moved := *plan // it may be shared
			r.Plans[id] = &moved
			anew.add(id, &moved)
		}
	}
	for _, e := range listed {
		put(e.Plan)
	}
	for id := range r.Plans {
		put(PlanID(id))
	}
	r.programs = anew
}
