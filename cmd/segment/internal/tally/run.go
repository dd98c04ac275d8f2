package tally

// A question from beginning to end: the events first, if they are not sorted, and then the
// contacts chunk by chunk, parsed and decided on all cores and added up in order.

import (
	"context"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/contacts"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
	"github.com/segmentrules/segment/index"
)

// An Input is the files.
type Input struct {
	Contacts *source.Source
	Events   *source.Source // nil if events are within the contacts
	Sorted   bool           // both files are sorted by the bytes of the contact's id
	Options  contacts.Options
	Watch    contacts.Watch // Misfits is set by Run
}

// A run is a question under way.
type run struct {
	q       compiled
	in      Input
	needs   contacts.Needs
	byID    map[string][]segment.Event
	merge   *contacts.Merge
	missing *Missing
	told    int64
	waiting int // chunks since missing was flushed
	out     Result
	kept    int // events read
	used    int // and given to a contact
}

// Run reads the files and answers the question. Rows that are wrong are told to the Watch,
// whose error ends it. The events of a file that is not sorted are read first, and those that
// the rule reads are kept in memory; of all else the memory does not grow with the files.
func Run(ctx context.Context, in Input, q Question) (Result, error) {
	r := &run{in: in}
	var err error
	if r.q, err = compile(q); err != nil {
		return Result{}, err
	}
	all := []segment.Condition{q.Condition}
	for _, p := range q.Parts {
		all = append(all, p.Condition)
	}
	r.needs = contacts.NeedsOf(all...)
	r.missing = newMissing(q, r.needs)
	r.out = Result{At: q.At.UTC(), Sample: []string{}, Parts: []index.Part{}, MissingIn: []index.MissingCount{}}
	for _, p := range q.Parts {
		r.out.Parts = append(r.out.Parts, index.Part{Condition: p.Text})
	}
	told := in.Watch.Problem
	r.in.Watch.Misfits = func(cells int) { r.out.Misfits += cells }
	r.in.Watch.Problem = func(p *source.Problem) error {
		r.out.LeftOut++
		return told(p)
	}
	if err := r.events(ctx); err != nil {
		return r.out, err
	}
	if r.merge != nil {
		defer r.merge.Stop()
	}
	err = r.contacts(ctx)
	return r.out, err
}

// events makes the events of a second file ready.
func (r *run) events(ctx context.Context) error {
	if r.in.Events == nil {
		return nil
	}
	parse, err := contacts.NewEventParser(r.in.Events, r.needs, r.in.Options.Schema)
	if err != nil {
		return err
	}
	if r.in.Sorted {
		r.merge = contacts.NewMerge(ctx, r.in.Events, parse, r.in.Watch)
		return nil
	}
	r.byID, err = contacts.ByContact(ctx, r.in.Events, parse, r.in.Watch)
	for _, log := range r.byID {
		r.kept += len(log)
	}
	return err
}

// contacts goes through the contacts.
func (r *run) contacts(ctx context.Context) error {
	parse, err := contacts.NewParser(r.in.Contacts, r.needs, r.in.Options)
	if err != nil {
		return err
	}
	err = source.Each(ctx, r.in.Contacts, func(c *source.Chunk) tallied {
		rows := parse(c)
		if r.merge != nil {
			return tallied{Rows: rows}
		}
		attached := 0
		for _, row := range rows.Rows {
			if own := r.byID[row.ID]; len(own) > 0 {
				row.Log = append(row.Log, own...)
				attached += len(own)
			}
		}
		t := r.q.decide(rows.Rows)
		t.Rows, t.attached = contacts.Rows{Problems: rows.Problems, Misfits: rows.Misfits}, attached
		return t
	}, func(c *source.Chunk, t tallied) error { return r.use(ctx, c, t) })
	if err != nil {
		return err
	}
	return r.finish(ctx)
}

// use adds what a chunk has come to.
func (r *run) use(ctx context.Context, c *source.Chunk, t tallied) error {
	defer func() { // when its rows have been dealt with
		r.in.Watch.Share(c.Share - r.told)
		r.told = c.Share
	}()
	r.out.Misfits += t.Misfits
	for _, p := range t.Problems {
		if err := r.in.Watch.Problem(p); err != nil {
			return err
		}
	}
	if r.merge != nil {
		rows := t.Rows.Rows
		t = r.q.begin()
		for _, row := range rows {
			if err := r.merge.Add(r.in.Contacts.Name, row); err != nil {
				return err
			}
			if !r.q.add(&t, row) {
				row.Log = nil
			}
			if len(t.matching) == mostHeld { // of whom the events are held
				if err := r.missing.add(ctx, t.matching); err != nil {
					return err
				}
				t.matching = nil
			}
		}
	}
	r.out.Of += t.of
	r.out.Count += t.count
	r.used += t.attached
	for i := range t.each {
		r.out.Parts[i].Count += t.each[i]
		r.out.Parts[i].Left += t.left[i]
	}
	r.out.Sample = append(r.out.Sample, t.sample[:min(len(t.sample), r.q.Sample-len(r.out.Sample))]...)
	if err := r.missing.add(ctx, t.matching); err != nil {
		return err
	}
	// A contact that is held holds the text of its chunk: so they are not held for long.
	const most = 4
	if r.waiting++; r.waiting < most {
		return nil
	}
	r.waiting = 0
	return r.missing.flush(ctx)
}

// finish completes the result.
func (r *run) finish(ctx context.Context) error {
	if r.merge != nil {
		if err := r.merge.Finish(); err != nil {
			return err
		}
		r.out.Orphans = r.merge.Orphans
	} else {
		r.out.Orphans = max(r.kept-r.used, 0)
	}
	if !r.q.Preview {
		return nil
	}
	if err := r.missing.flush(ctx); err != nil {
		return err
	}
	if r.missing.Known {
		r.out.Missing, r.out.MissingIn = &r.missing.Count, r.missing.in()
	}
	return nil
}
