package segmenttest

import (
	"iter"
	"time"

	"github.com/segmentrules/segment"
)

// A System keeps the members of segments current while updates arrive, time
// passes and definitions change. Its state is a function of the calls made and
// nothing else.
//
// It has a clock, which only these calls move, and never back. Diffs come
// ordered by instant, contact and segment; each has a revision one greater than
// the one before it, over all calls. What changes and changes back at one
// instant within one call is no diff.
//
// A call that returns an error has changed nothing, not even the clock.
type System interface {
	// Define adds a segment, or replaces the one with its id, at the instant.
	// Time runs to it first. The diffs say exactly who entered and left, also of
	// the segments that depend on it. Errors: an empty id, a condition that does
	// not compile, an instant before the clock ([segment.ErrValue]); a reference
	// to a segment that does not exist ([segment.ErrUnknown]), or to itself over
	// any number of others ([segment.ErrCycle], with the path).
	Define(s segment.Segment, at time.Time) ([]segment.Diff, error)
	// Drop removes a segment: its members leave. Errors: no such segment
	// ([segment.ErrNotFound]); another one refers to it, or an instant before the
	// clock ([segment.ErrValue]).
	Drop(id string, at time.Time) ([]segment.Diff, error)
	// Apply takes updates in order, all or none. Before each, time runs to its
	// instant: what falls due before comes first, with its own instant; what falls
	// due at it is one change with the update.
	//
	// In an update what goes comes before what comes: Retract before Events, Leave
	// before Join. An event whose id the contact has already is ignored, and so is
	// the retraction of one it does not have. Joining a list again does not change when it was joined. A contact
	// exists from its first update on, but for one that only joins or leaves lists or
	// retracts events: that changes nothing of an unknown contact, see
	// [segment.Update.Creates]. Delete forgets all of it, event ids too.
	//
	// Errors: what [segment.Update.Validate] reports, and an instant before the
	// clock or the update before ([segment.ErrValue]).
	Apply(us ...segment.Update) ([]segment.Diff, error)
	// Advance lets time run to an instant, which is then the clock; one before
	// the clock does nothing. With a limit above zero it stops after the change of
	// one contact at one instant with which that many diffs are reached, and done
	// is false if more may be due; call it again to go on.
	Advance(to time.Time, limit int) (diffs []segment.Diff, done bool)
	// Now returns the clock: the zero time before the first call.
	Now() time.Time
	// Members returns the ids of the members, sorted; none of an unknown segment.
	Members(id string) []string
}

// A Waker is a [System] that knows when it must be advanced: Due is never later
// than the next diff that time alone brings; ok is false if there is none. After
// an Advance that was not done it may be the clock itself.
type Waker interface {
	Due() (at time.Time, ok bool)
}

// A Previewer is a [System] that says how many contacts a condition holds for
// now, without defining it.
type Previewer interface {
	Count(c segment.Condition) (int, error)
}

// An Explainer is a [System] that explains a contact's membership of a segment
// as it is now. Errors: no such contact or segment ([segment.ErrNotFound]).
type Explainer interface {
	Explain(contact, id string) (*segment.Explanation, error)
}

// A Keeper is a [System] that keeps contacts and gives them out as they are
// now; ok is false if there is none with the id.
type Keeper interface {
	Contact(id string) (x segment.Contact, ok bool)
}

// A Lister is a [System] that names the segments that a contact is in, sorted;
// none of an unknown contact.
type Lister interface {
	Segments(contact string) iter.Seq[string]
}

// A DryRunner is a [System] that says, sorted, who would enter and leave a
// segment if Define were called with it, and refuses what Define would refuse.
// It changes nothing.
type DryRunner interface {
	DryRun(s segment.Segment, at time.Time) (entered, left []string, err error)
}

// A Foreteller is a [System] that says what Define would do, to the segment and to those
// that depend on it: who would enter and leave, sorted; of the segment itself first, then
// of each other for which something would change, ordered by id. It changes nothing.
type Foreteller interface {
	DryRunAll(s segment.Segment, at time.Time) ([]Outcome, error)
}

// An Outcome is who would enter and leave a segment.
type Outcome struct {
	Segment       string
	Entered, Left []string
}

// A Checker is a [System] that can look for errors in its own state. Stories and
// laws call it at their end.
type Checker interface {
	Check() iter.Seq[error]
}

// A Configurer is a [System] of which there can be one with another schema and
// calendar: Configure returns a new one, of nothing. Its calendar is the schema's
// Zone, UTC if there is none.
type Configurer interface {
	Configure(s *segment.Schema) (System, error)
}

// A Restarter is a [System] that can be stopped and started again: Restart
// returns one restored from what it saved, which must go on as if nothing had
// happened.
type Restarter interface {
	Restart() (System, error)
}
