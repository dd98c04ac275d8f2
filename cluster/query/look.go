package query

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/client"
	"github.com/segmentrules/segment/index"
)

// How one partition answers. What takes long, which is to look at all contacts, is done over a
// view of the index, so that the worker goes on; all else while the worker waits.

// A Viewer shows the states of partitions. A cluster.Runner is one.
type Viewer interface {
	// View calls a function with the state of a partition, and reports whether it did.
	View(partition int, look func(cluster.View)) bool
}

// stateOf is the state of a view.
func stateOf(partition int, v cluster.View) State {
	position, revision, chain := v.Output()
	return State{Partition: partition, Upto: v.Upto(), Epoch: v.Epoch().Number, Now: v.Index().Now().UTC(),
		Place: client.Place{Position: position, Revision: revision, Chain: chain}}
}

// has reports whether a state has read what it must.
func (n *need) has(v cluster.View) bool {
	if v.Upto() < n.Upto {
		return false
	}
	return !slices.ContainsFunc(n.Sent, func(s sent) bool {
		return v.Number(s.Producer, false) < s.Updates || v.Number(s.Producer, true) < s.Broadcasts
	})
}

// answer asks one partition, and calls tell with each line. Errors are those of tell and of the
// context.
func (q *prepared) answer(ctx context.Context, from Viewer, n need, tell func(line) error) error {
	switch q.Kind {
	case kindCount, kindPreview:
		l, err := q.scan(ctx, from, n)
		if err != nil {
			return err
		}
		return tell(l)
	case kindMembers:
		return q.members(from, n, tell)
	}
	var answer any
	var why error
	l := look(from, n, func(v cluster.View) { answer, why = q.ask(v.Index()) })
	if l.None == "" {
		l = l.with(answer, why)
	}
	return tell(l)
}

// look calls a function with the state of a partition that has read what it must. If it does
// not call it, the line says why.
func look(from Viewer, n need, see func(cluster.View)) line {
	l := line{State: State{Partition: n.Partition}, None: noneElsewhere}
	from.View(n.Partition, func(v cluster.View) {
		l.State, l.None = stateOf(n.Partition, v), noneBehind
		if n.has(v) {
			l.None = ""
			see(v)
		}
	})
	return l
}

// with is a line with an answer, or with what is wrong with the question.
func (l line) with(answer any, why error) line {
	var err error
	var many segment.Errors
	var one *segment.Error
	switch {
	case errors.As(why, &many):
		l.Refuse = many
	case errors.As(why, &one):
		l.Refuse = segment.Errors{one}
	case why != nil:
		err = why
	default:
		l.Answer, err = json.Marshal(answer)
	}
	if err != nil { // which no value of these types is known to be
		l.Refuse = segment.Errors{{Code: segment.ErrValue, Msg: "the answer cannot be written: " + err.Error()}}
	}
	return l
}

// ask is what an index answers at once.
func (q *prepared) ask(ix *index.Index) (any, error) {
	switch q.Kind {
	case kindOverlap:
		return counted{ix.Overlap(q.Segments[0], q.Segments[1])}, nil
	case kindMetrics:
		m, ok := ix.Metrics(q.Segments[0])
		return measured{ok, m}, nil
	case kindDefined:
		return append([]segment.Segment{}, ix.Defined()...), nil
	case kindExplain:
		return ix.Explain(q.Contact, q.Segments[0])
	case kindSegments:
		return append([]string{}, slices.Collect(ix.Segments(q.Contact))...), nil
	}
	x, ok := ix.Contact(q.Contact)
	return foundOf(x, ok)
}

// foundOf is a contact as it is told.
func foundOf(x segment.Contact, ok bool) (f found, err error) {
	if f.Known = ok; !ok {
		return f, nil
	}
	text, err := json.Marshal(x)
	if err == nil {
		err = json.Unmarshal(text, &f.Contact)
	}
	return f, err
}

// scan looks at all contacts of a partition: the worker waits while the view is taken, and goes
// on while it is looked at.
func (q *prepared) scan(ctx context.Context, from Viewer, n need) (line, error) {
	var p index.Preview
	var why error
	begun, ended := make(chan struct{}), make(chan struct{})
	opts := index.PreviewOptions{Sample: q.Sample, Bare: q.Kind == kindCount, Part: true, Begin: func() { close(begun) }}
	l := look(from, n, func(v cluster.View) {
		ix := v.Index()
		go func() {
			defer close(ended)
			p, why = ix.PreviewContext(ctx, q.condition, opts)
		}()
		select {
		case <-begun:
		case <-ended:
		}
	})
	if l.None != "" {
		return l, nil
	}
	if <-ended; why != nil && ctx.Err() != nil {
		return l, ctx.Err()
	}
	if q.Kind == kindCount {
		return l.with(counted{p.Count}, why), nil
	}
	out := previewed{Preview: p}
	for _, id := range p.Sample {
		at, _ := p.Contacts().Known(id)
		out.Known = append(out.Known, at)
	}
	return l.with(out, why), nil
}

// idsOfLine is how many members a line has at most.
const idsOfLine = 5_000

// members tells who is in some segments, or in all: the sets are taken at one moment, and
// written while the worker goes on.
func (q *prepared) members(from Viewer, n need, tell func(line) error) error {
	type set struct {
		id  string
		all index.Contacts
	}
	var sets []set
	l := look(from, n, func(v cluster.View) {
		ids := q.Segments
		if len(ids) == 0 {
			for _, s := range v.Index().Defined() {
				ids = append(ids, s.ID)
			}
		}
		for _, id := range ids {
			sets = append(sets, set{id, v.Index().Members(id)})
		}
	})
	if l.None != "" {
		return tell(l)
	}
	l.More = true
	for _, s := range sets {
		some := membership{Segment: s.id, IDs: []string{}}
		for id := range s.all.All() {
			if some.IDs = append(some.IDs, id); len(some.IDs) == idsOfLine {
				if err := tell(l.with(some, nil)); err != nil {
					return err
				}
				some.IDs = some.IDs[:0]
			}
		}
		if err := tell(l.with(some, nil)); err != nil {
			return err
		}
	}
	l.More = false
	return tell(l)
}
