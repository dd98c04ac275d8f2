package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/live"
)

// All that is known of one contact, and of its segments since when and until when it is in
// them, and why.

// The bounds of the answer.
const (
	maxContactEvents = 200    // the newest of them
	maxReasons       = 500    // segments that are explained; of more only who is in is told
	maxSince         = 20_000 // diffs that are looked at for since when a contact is in
)

// A contact is what GET /app/contacts/{id} returns.
type contact struct {
	ID       string                   `json:"id"`
	Fields   map[string]segment.Value `json:"fields"`
	Lists    []contactList            `json:"lists"`
	Events   []contactEvent           `json:"events"`       // newest first
	EventsOf int                      `json:"events_count"` // how many there are
	Segments []contactSegment         `json:"segments"`
}

type contactList struct {
	Name   string    `json:"name"`
	Joined time.Time `json:"joined"`
}

type contactEvent struct {
	ID         string           `json:"id"`
	Name       string           `json:"name"`
	At         time.Time        `json:"at"`
	Properties segment.Document `json:"properties"`
}

// A contactSegment is one segment. Since is when the contact entered or left, if that is among
// the diffs that are kept; until is when membership changes by itself.
type contactSegment struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	Member bool       `json:"member"`
	Since  *time.Time `json:"since,omitempty"`
	Until  *time.Time `json:"until,omitempty"`
	Why    string     `json:"why"`
}

func (a *app) getContact(r *httpapi.Request) error {
	id, err := r.Path("id")
	if err != nil {
		return err
	}
	rec, err := r.Record(id)
	if err != nil {
		return err
	}
	out := contact{ID: id, Fields: rec.Fields, Lists: []contactList{}, Events: newest(rec.Log), EventsOf: len(rec.Log)}
	if out.Fields == nil {
		out.Fields = map[string]segment.Value{}
	}
	for _, name := range textset.SortedKeys(rec.Lists) {
		out.Lists = append(out.Lists, contactList{name, rec.Lists[name].UTC()})
	}
	if out.Segments, err = a.segmentsOf(r.HTTP().Context(), id); err != nil {
		return err
	}
	return r.Reply(http.StatusOK, out)
}

// newest are the newest events, the newest first.
func newest(log []segment.Event) []contactEvent {
	log = slices.Clone(log)
	slices.SortStableFunc(log, func(a, b segment.Event) int { return a.At.Compare(b.At) })
	slices.Reverse(log)
	events := []contactEvent{}
	for _, e := range log[:min(len(log), maxContactEvents)] {
		props := e.Props
		if len(props) == 0 {
			props = segment.Document("{}")
		}
		events = append(events, contactEvent{e.ID, e.Name, e.At.UTC(), props})
	}
	return events
}

// segmentsOf are all segments, as they are for a contact.
func (a *app) segmentsOf(ctx context.Context, id string) ([]contactSegment, error) {
	in := a.host.Segments(id)
	since, err := a.since(ctx, id)
	if err != nil {
		return nil, err
	}
	all := []contactSegment{}
	for i, s := range a.host.Defined() {
		_, member := slices.BinarySearch(in, s.ID)
		one := contactSegment{ID: s.ID, Name: s.Name, Member: member}
		if d, ok := since[s.ID]; ok && d.Entered == member {
			at := d.At.UTC()
			one.Since = &at
		}
		if i < maxReasons {
			e, err := a.host.Explain(id, s.ID)
			if err != nil && !errors.Is(err, segment.ErrNotFound) {
				return nil, err
			}
			if err == nil {
				one.Why = reason(e)
				if !e.Next.IsZero() {
					at := e.Next.UTC()
					one.Until = &at
				}
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// since returns the last diff of a contact for each segment, of those that are kept, and no
// more than the newest.
func (a *app) since(ctx context.Context, id string) (map[string]segment.Diff, error) {
	last := make(map[string]segment.Diff)
	newest := a.host.Revision()
	from := newest - min(newest, maxSince)
	for range 2 {
		if from >= newest {
			break
		}
		var gone *live.ResyncError
		err := a.diffs(ctx, from, newest, func(d segment.Diff) {
			if d.Contact == id {
				last[d.Segment] = d
			}
		})
		if !errors.As(err, &gone) {
			return last, err
		}
		from = max(from, gone.Oldest)
	}
	return last, nil
}

// diffs tells the diffs after a revision, up to another.
func (a *app) diffs(ctx context.Context, from, to uint64, tell func(segment.Diff)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for d, err := range a.host.Subscribe(ctx, from) {
		if err != nil {
			return err
		}
		if d.Revision <= to {
			tell(d)
		}
		if d.Revision >= to {
			break
		}
	}
	return nil
}
