package contacts

import (
	"context"
	"fmt"
	"iter"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
)

// A Merge gives contacts their events, where both files are sorted by the bytes of the
// contact's id: no more than the events of one contact are in memory, and some chunks.
type Merge struct {
	Orphans int // events of contacts that are not in the other file

	next  func() (Owned, error, bool)
	stop  func()
	event Owned
	more  bool
	last  string // contact of the last row
	begun bool
}

// NewMerge begins to read the events. It must be stopped.
func NewMerge(ctx context.Context, src *source.Source, parse EventParser, w Watch) *Merge {
	var last string
	events := func(yield func(Owned, error) bool) {
		err := eachEvent(ctx, src, parse, w, func(e Owned) error {
			if e.Contact < last {
				return unsorted(src.Name, e.Line, e.Contact, last)
			}
			last = e.Contact
			if !yield(e, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && err != errStopped {
			yield(Owned{}, err)
		}
	}
	next, stop := iter.Pull2(iter.Seq2[Owned, error](events))
	return &Merge{next: next, stop: stop}
}

var errStopped = fmt.Errorf("nobody asks for more events")

func unsorted(file string, line int, id, last string) error {
	return &source.Problem{File: file, Line: line, Err: fmt.Errorf("the file is not sorted by contact: %q stands behind %q; sort it by the bytes of the id, or leave out --events-sorted", id, last)}
}

// Stop ends reading.
func (m *Merge) Stop() { m.stop() }

// Add gives a contact its events; the contacts come in order.
func (m *Merge) Add(file string, r Row) error {
	if m.begun && r.ID <= m.last {
		return unsorted(file, r.Line, r.ID, m.last)
	}
	m.last, m.begun = r.ID, true
	if !m.more {
		if err := m.advance(); err != nil {
			return err
		}
	}
	var own []segment.Event
	for m.more && m.event.Contact <= r.ID {
		if m.event.Contact == r.ID {
			own = append(own, m.event.Event)
		} else {
			m.Orphans++
		}
		if err := m.advance(); err != nil {
			return err
		}
	}
	r.Log = append(r.Log, once(own)...)
	return nil
}

// advance goes to the next event.
func (m *Merge) advance() (err error) {
	var ok bool
	m.event, err, ok = m.next()
	m.more = ok && err == nil
	return err
}

// Finish counts the events behind those of the last contact.
func (m *Merge) Finish() error {
	for {
		if m.more {
			m.Orphans++
		}
		if err := m.advance(); err != nil || !m.more {
			return err
		}
	}
}
