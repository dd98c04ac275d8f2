package index

import "time"

// Timers hold one instant per row.
type timers struct{ at map[uint32]time.Time }

func newTimers() *timers { return &timers{at: make(map[uint32]time.Time)} }

func (t *timers) set(row uint32, at time.Time) { t.at[row] = at }

func (t *timers) earlier(row uint32, at time.Time) {
	if have, ok := t.at[row]; !ok || at.Before(have) {
		t.at[row] = at
	}
}

func (t *timers) remove(row uint32) { delete(t.at, row) }

func (t *timers) min() (at time.Time, ok bool) {
	_, at, ok = t.first()
	return at, ok
}

func (t *timers) first() (row uint32, at time.Time, ok bool) {
	for r, have := range t.at {
		if !ok || have.Before(at) {
			row, at, ok = r, have, true
		}
	}
	return row, at, ok
}

func (t *timers) popAll(at time.Time, rows []uint32) []uint32 {
	for row, have := range t.at {
		if !have.After(at) {
			rows = append(rows, row)
			delete(t.at, row)
		}
	}
	return rows
}
