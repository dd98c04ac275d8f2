package calendar

import "time"

// Ends of windows that move with time by months. Such an end never moves back, in no
// zone: what has left a window by time does not come in again by time.
//
// It would go back in two ways. On 29 March 1:00 a month ago is 28 February 1:00 if the
// day is clamped, earlier than it was on 28 March 2:00: so where the day is missing, the
// end is the last instant of the month. And where the clock is put back, the same
// readings come twice: so what is moved by months is the latest reading that the clock
// has shown so far.

// MovingEnd returns the end of a window that lies months months after t, or before it
// if months is below zero, in t's zone. Where the day of t is missing in the month that
// it falls in, it is the last instant of that month. If t is no earlier than u, so is
// the end of t than that of u.
//
// Example: a month before 28 March 12:00 is 28 February 12:00, and a month before 29
// March 12:00 is the last nanosecond of 28 February.
func MovingEnd(t time.Time, months int64) time.Time {
	if months == 0 {
		return t
	}
	days, clock := latestReading(t)
	loc := t.Location()
	moved := AddMonths(days, months)
	_, _, day := Civil(days)
	if _, _, d := Civil(moved); d == day {
		return Local(moved, clock, loc)
	}
	// Where the last clock times of a month are skipped, their instants are after it.
	last, skipped := StartOfDay(moved+1, loc).Add(-1), Local(moved, 24*time.Hour-1, loc)
	if skipped.After(last) {
		return skipped
	}
	return last
}

// MovingEndReaches returns the first instant whose [MovingEnd] is at or after at. From
// then on it always is. The zone is that of at.
//
// Example: what happened on 31 January 12:00 is a month back first on 1 March 0:00.
func MovingEndReaches(at time.Time, months int64) time.Time {
	reached := func(t time.Time) bool { return !MovingEnd(t, months).Before(at) }
	// Mostly it is as many months the other way, or the instant after the end of a
	// month that has no such day.
	guess := MovingEnd(at, -months)
	for range 2 {
		if reached(guess) && !reached(guess.Add(-1)) {
			return guess
		}
		guess = guess.Add(1)
	}
	// Near a change of the clock it is looked for.
	late, step := guess, 24*time.Hour
	for !reached(late) {
		late, step = late.Add(step), 2*step
	}
	early, step := late.Add(-24*time.Hour), 48*time.Hour
	for reached(early) {
		early, step = early.Add(-step), 2*step
	}
	for { // early has not reached it, late has
		half := late.Sub(early) / 2
		if half == 0 {
			return late
		}
		if middle := early.Add(half); reached(middle) {
			late = middle
		} else {
			early = middle
		}
	}
}

// latestReading returns the latest calendar day and time of day that the clock has shown
// up to an instant, in its zone: an instant's own, but where the clock has been put back
// a short time ago the one just before that.
func latestReading(t time.Time) (days int64, clock time.Duration) {
	wall := Length{t.Unix() + Offset(t), int64(t.Nanosecond())}
	if t.Location() != time.UTC {
		// No clock was ever put back by more than a day and some minutes.
		for start, _ := t.ZoneBounds(); !start.IsZero() && t.Sub(start) < 48*time.Hour; start, _ = start.ZoneBounds() {
			start = start.Add(-1)
			if w := (Length{start.Unix() + Offset(start), int64(start.Nanosecond())}); w.Compare(wall) > 0 {
				wall = w
			}
		}
	}
	days = FloorDiv(wall.Sec, SecondsPerDay)
	return days, time.Duration(wall.Sec-days*SecondsPerDay)*time.Second + time.Duration(wall.Nsec)
}
