package live

import (
	"log/slog"
	"time"
)

// Options are how a [Host] works. The zero Options are good.
type Options struct {
	// Clock is what time it is; nil means the clock of the computer.
	Clock Clock
	// Keep is how many of the newest diffs are kept in memory for subscribers, 0 means
	// 100,000; the diffs of one call are kept together, so that there may be more. A diff
	// takes some 150 bytes.
	Keep int
	// Bite is after how many diffs other calls may come in between while time passes, as
	// after the computer has slept for a week; 0 means 1,000.
	Bite int
	// Ahead is how far after now the instant of an update may lie that comes with one, since
	// clocks of other computers differ; 0 means one minute, and below zero not at all. Time
	// runs to that instant with the update. One further ahead is refused: the clock never goes
	// back, so that no update of today could follow one of the year 2062.
	Ahead time.Duration
	// TakeLate takes an update as if it came without an instant where its instant is before
	// the clock or that of the update before it. Without it such an update is refused, as
	// [index.Index.Apply] does. The events in it keep their own instants.
	TakeLate bool
	// Log is told when time has passed in several bites, and of failures; nil means nobody is.
	Log *slog.Logger
	// Metrics is told in numbers what the host does; nil means nobody is.
	Metrics Meter
}

// withDefaults returns the options with every zero value set.
func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = wallClock{}
	}
	if o.Keep <= 0 {
		o.Keep = 100_000
	}
	if o.Bite <= 0 {
		o.Bite = 1_000
	}
	if o.Ahead == 0 {
		o.Ahead = time.Minute
	}
	o.Ahead = max(o.Ahead, 0)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = noMeter{}
	}
	return o
}
