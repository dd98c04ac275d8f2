package calendar

import (
	"testing"
	"time"
)

func at(t testing.TB, text string, loc *time.Location) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04:05.999999999", text, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestMovingEnd(t *testing.T) {
	for _, c := range []struct {
		t      string
		months int64
		want   string
	}{
		{"2026-03-28 12:00:00", -1, "2026-02-28 12:00:00"},
		{"2026-03-29 00:00:00", -1, "2026-02-28 23:59:59.999999999"},
		{"2026-03-31 12:00:00", -1, "2026-02-28 23:59:59.999999999"},
		{"2026-04-01 00:00:00", -1, "2026-03-01 00:00:00"},
		{"2028-02-29 08:00:00", -12, "2027-02-28 23:59:59.999999999"},
		{"2026-05-31 12:00:00", -3, "2026-02-28 23:59:59.999999999"},
		{"2026-01-30 12:00:00", 1, "2026-02-28 23:59:59.999999999"},
		{"2026-01-31 12:00:00", 0, "2026-01-31 12:00:00"},
	} {
		if got, want := MovingEnd(at(t, c.t, time.UTC), c.months), at(t, c.want, time.UTC); !got.Equal(want) {
			t.Errorf("%s %+d months: %s, want %s", c.t, c.months, got, want)
		}
	}
	for _, c := range [][2]string{
		{"2026-01-31 12:00:00", "2026-03-01 00:00:00"},
		{"2026-02-28 12:00:00", "2026-03-28 12:00:00"},
		{"2026-02-28 23:59:59.999999999", "2026-03-28 23:59:59.999999999"},
	} {
		if got, want := MovingEndReaches(at(t, c[0], time.UTC), -1), at(t, c[1], time.UTC); !got.Equal(want) {
			t.Errorf("%s is a month back at %s, want %s", c[0], got, want)
		}
	}
}

// Around every change of the clock of zones that have done the oddest things, and where
// it leads by months, an end never moves back, and is reached when MovingEndReaches says.
func TestMovingEndNeverMovesBack(t *testing.T) {
	for _, name := range [...]string{"UTC", "America/New_York", "America/St_Johns", "Pacific/Apia", "Pacific/Kwajalein", "America/Sitka",
		"Asia/Manila", "America/Sao_Paulo", "Africa/Monrovia", "Australia/Lord_Howe", "Antarctica/Troll", "America/Juneau"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range changes(loc) {
			for _, months := range [...]int64{-12, -1, 1} {
				neverBack(t, change, months)
				neverBack(t, MovingEnd(change, -months), months)
			}
		}
	}
}

// neverBack tries the day before and after an instant, and the nanoseconds around it.
func neverBack(t *testing.T, around time.Time, months int64) {
	t.Helper()
	last, lastEnd := time.Time{}, time.Time{}
	for minutes := -27 * 60; minutes <= 27*60; minutes += 90 {
		for _, off := range [...]time.Duration{-1, 0, 17 * time.Second} {
			now := around.Add(time.Duration(minutes)*time.Minute + off)
			end := MovingEnd(now, months)
			if end.Before(lastEnd) {
				t.Fatalf("%s by %d months: %s, but at %s already %s", now, months, end, last, lastEnd)
			}
			last, lastEnd = now, end
		}
		first := MovingEndReaches(last, months)
		if MovingEnd(first, months).Before(last) || !MovingEnd(first.Add(-1), months).Before(last) {
			t.Fatalf("%s by %d months is said to be reached at %s", last, months, first)
		}
	}
}

// changes are the instants from 1840 to 2040 at which the clock of a zone is changed.
func changes(loc *time.Location) (all []time.Time) {
	for t := time.Date(1840, 1, 1, 0, 0, 0, 0, loc); t.Year() < 2040; {
		_, end := t.ZoneBounds()
		if end.IsZero() {
			break
		}
		t = end.In(loc)
		all = append(all, t)
	}
	return all
}
