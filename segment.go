package segment

import (
	"iter"
	"log/slog"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// A Segment is a named condition. ID is the stable key under which hosts and
// other segments know it; Name is for people.
type Segment struct {
	ID        string
	Name      string
	Condition Condition
}

// A Contact is what a condition is evaluated for. [Record], [Document] and
// what [Bind] makes are ready ones; hosts may bring their own. Its methods
// must not block, and must give the same answers as long as a call into this
// package lasts.
type Contact interface {
	// Field returns the value at a path (see [rule.Field]), null if there is none.
	// The field `id` is the contact's id, a text, whatever else the contact may have
	// under that name: a [Record] with an ID, an index and the tables of a database
	// never look at another.
	Field(path string) Value
	// Events yields the events with this name, or all if name is empty, newest
	// first; of several at one instant the later to arrive is the newer.
	Events(name string) iter.Seq[Event]
	// List returns when the contact joined the list that it is on.
	List(name string) (joined time.Time, ok bool)
	// Segment reports whether the contact is a member of another segment.
	Segment(id string) bool
	// History yields the values that the field at the path took, newest first,
	// each with the instant it took it; null where it was removed. It yields
	// nothing if no history is kept.
	History(path string) iter.Seq[Change]
}

// A Change is a value a field took, and when.
type Change struct {
	At    time.Time `json:"at"`
	Value Value     `json:"value"`
}

// An Event is something a contact did at an instant. ID makes it idempotent:
// the same id twice is one event. Props are its properties, a JSON object.
type Event struct {
	ID    string    `json:"id,omitempty"`
	Name  string    `json:"name"`
	At    time.Time `json:"at"`
	Props Document  `json:"props,omitempty"`
}

// An Update is what happened to one contact at one instant: input of
// everything that keeps segments current. It is plain data, to be logged, sent
// and applied again: encoding/json writes every value exactly and reads it back
// as the same kind (see [Value.MarshalJSON]): {"set": {"born": {"$date": "2026-01-31"}}}
// is a date, and {"set": {"order": {"date": "2026-01-31"}}} an object with a text, as
// plain JSON is. Instants are written in UTC. [Update.Validate] says whether it may be
// applied, [schema.Schema.CheckUpdate] whether it fits what a host knows of its contacts,
// and [SetOf] makes Set of a struct.
type Update struct {
	Contact string           `json:"contact"`
	At      time.Time        `json:"at"`
	Set     map[string]Value `json:"set,omitempty"`     // fields by their name; null removes
	Events  []Event          `json:"events,omitempty"`  // each with its own instant, which may lie earlier or later
	Retract []string         `json:"retract,omitempty"` // ids of events that never happened after all
	Join    []string         `json:"join,omitempty"`    // lists
	Leave   []string         `json:"leave,omitempty"`   // lists
	Create  bool             `json:"create,omitempty"`  // the contact is created if there is none, see [Update.Creates]
	Delete  bool             `json:"delete,omitempty"`  // the contact goes; the rest of the update is ignored
}

// Creates reports whether the update creates its contact if there is none. One does that
// sets fields or brings events, and so does one that says nothing at all; but one that only
// joins or leaves lists or retracts events is about a contact that is there, and of an
// unknown one changes nothing, unless Create asks for it. So a late message about somebody
// who was deleted, or whose id is spelt wrong, brings nobody into being.
func (u Update) Creates() bool {
	if u.Delete {
		return false
	}
	return u.Create || len(u.Set)+len(u.Events) > 0 || len(u.Join)+len(u.Leave)+len(u.Retract) == 0
}

// A Cause is why a membership changed.
type Cause uint8

// The causes.
const (
	CauseData Cause = iota
	CauseEvent
	CauseTime
	CauseList
	CauseSegment
	CauseDefinition
)

// String returns the cause in one word.
func (c Cause) String() string {
	names := [...]string{"data", "event", "time", "list", "segment", "definition"}
	if int(c) < len(names) {
		return names[c]
	}
	return "unknown"
}

// MarshalText returns the cause in one word; an unknown cause is an error.
func (c Cause) MarshalText() ([]byte, error) {
	if c > CauseDefinition {
		return nil, rule.Errorf(ErrValue, "unknown cause %d", c)
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads the word of a cause.
func (c *Cause) UnmarshalText(text []byte) error {
	for known := CauseData; known <= CauseDefinition; known++ {
		if known.String() == string(text) {
			*c = known
			return nil
		}
	}
	return rule.Errorf(ErrUnknown, "unknown cause %q", jsontext.Shortened(text))
}

// A Diff is one contact entering or leaving one segment at an instant.
// Revision only grows, and orders diffs the same everywhere.
//
// Step is the revision of the last diff of the same call: diffs with one step are one
// change, which is whole once the diff has come of which the revision is the step. Who
// keeps memberships elsewhere commits there, and nobody sees half a change.
//
// Definition is the version of the segment's definition: the number of the call, among
// those that have defined or dropped any segment, that made it what it is. Who leaves
// because the segment is dropped does so by the version of the drop. It is 0 where no
// versions are kept, as by an index.Matcher.
type Diff struct {
	Revision   uint64    `json:"revision"`
	Step       uint64    `json:"step"`
	Contact    string    `json:"contact"`
	Segment    string    `json:"segment"`
	Definition uint64    `json:"definition"`
	Entered    bool      `json:"entered"`
	At         time.Time `json:"at"`
	Cause      Cause     `json:"cause"`
}

// String returns the diff as one line: sign, segment, contact, instant.
//
//   - active ann 2026-01-31T00:00:00Z
func (d Diff) String() string {
	sign := "- "
	if d.Entered {
		sign = "+ "
	}
	return sign + d.Segment + " " + d.Contact + " " + stamp(d.At)
}

// stamp is an instant in its zone, to the nanosecond; in UTC where the zone's
// offset, being older than railways, cannot be written.
func stamp(t time.Time) string {
	if calendar.Offset(t)%60 != 0 {
		t = t.UTC()
	}
	return t.Format(time.RFC3339Nano)
}

// LogValue returns the diff as a group of attributes.
func (d Diff) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Uint64("revision", d.Revision),
		slog.Uint64("step", d.Step),
		slog.String("contact", d.Contact),
		slog.String("segment", d.Segment),
		slog.Uint64("definition", d.Definition),
		slog.Bool("entered", d.Entered),
		slog.Time("at", d.At),
		slog.String("cause", d.Cause.String()),
	)
}
