package index

import (
	"context"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/segmentrules/segment"
)

// A Preview says who would be a member of a segment that is not defined, at the
// clock of the index. It is a consistent view: of all contacts at one revision.
type Preview struct {
	At      time.Time
	Count   int      // how many contacts match
	Of      int      // how many contacts there are
	Sample  []string // some of those that match: those known longest, at most [PreviewOptions.Sample]
	Missing int      // how many match only because a value is missing
	Parts   []Part   // the funnel: the parts of the top AND in order, or the whole

	contacts Contacts
}

// A Part is one condition of a funnel.
type Part struct {
	Condition string
	Count     int // how many contacts it holds for by itself
	Left      int // how many are left that match it and all parts before it
}

// Contacts returns the contacts that match.
func (p Preview) Contacts() Contacts { return p.contacts }

// PreviewOptions are how a preview is made. The zero value is good.
type PreviewOptions struct {
	// Sample is how many ids to give; 0 means 20.
	Sample int
	// Progress, if set, is called now and then with how many contacts have been
	// looked at and how many there are.
	Progress func(done, of int)
}

// Preview says who would be a member of a segment with the condition, without
// defining it. Errors are those of [Index.Define]. The cost grows with the number
// of contacts times the parts of the condition.
func (ix *Index) Preview(c segment.Condition) (Preview, error) {
	return ix.PreviewContext(context.Background(), c, PreviewOptions{})
}

// PreviewContext is [Index.Preview] with options, and can be cancelled: then it
// returns the error of the context.
func (ix *Index) PreviewContext(ctx context.Context, c segment.Condition, opts PreviewOptions) (Preview, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	c, err := ix.checkAsked(c)
	if err != nil {
		return Preview{}, err
	}
	parts := []segment.Condition{c}
	if and, ok := c.(segment.And); ok && len(and) > 0 {
		parts = and
	}
	q := ix.newQuery(append([]segment.Condition{strict(c)}, parts...)...)
	return ix.preview(ctx, q, parts, opts)
}

// Count returns how many contacts a condition holds for at the clock.
func (ix *Index) Count(c segment.Condition) (int, error) {
	p, err := ix.Preview(c)
	return p.Count, err
}

func (ix *Index) checkAsked(c segment.Condition) (segment.Condition, error) {
	c, err := ix.checkCondition(c)
	if err != nil {
		return nil, err
	}
	for _, ref := range references(c) {
		if _, ok := ix.rules.rootOf[ref]; !ok {
			return nil, refuse(segment.ErrUnknown, "there is no segment %q", ref)
		}
	}
	return c, nil
}

// A query is a few conditions over all contacts, apart from the segments.
type query struct {
	ix    *Index
	eval  eval
	who   person
	roots []*root
}

func (ix *Index) newQuery(cs ...segment.Condition) *query {
	q := &query{ix: ix, who: person{ix: ix}}
	q.eval.r = newRules()
	for _, c := range cs {
		q.roots = append(q.roots, q.eval.r.roots[q.eval.r.add(segment.Segment{Condition: c})])
	}
	return q
}

// look turns to a contact.
func (q *query) look(row uint32) {
	q.who.row = row
	q.eval.reset()
	q.eval.begin(&q.who, q.ix.now)
}

// stride is how many contacts are looked at between two looks at the context.
const stride = 1 << 12

func (ix *Index) preview(ctx context.Context, q *query, parts []segment.Condition, opts PreviewOptions) (Preview, error) {
	p := Preview{At: ix.now, Of: ix.store.count, Parts: make([]Part, len(parts))}
	for i, c := range parts {
		p.Parts[i].Condition = c.String()
	}
	rows := roaring.New()
	for row, alive := range ix.store.alive {
		if row%stride == 0 {
			if err := ctx.Err(); err != nil {
				return Preview{}, err
			}
			if opts.Progress != nil {
				opts.Progress(row, len(ix.store.alive))
			}
		}
		if alive {
			q.look(uint32(row))
			if p.add(q) {
				rows.Add(uint32(row))
			}
		}
	}
	if opts.Progress != nil {
		opts.Progress(len(ix.store.alive), len(ix.store.alive))
	}
	p.contacts = ix.contacts(rows)
	p.Sample = p.contacts.sample(opts)
	return p, nil
}

// sample returns the first few.
func (c Contacts) sample(opts PreviewOptions) (ids []string) {
	if opts.Sample == 0 {
		opts.Sample = 20
	}
	for id := range c.All() {
		if len(ids) == opts.Sample {
			break
		}
		ids = append(ids, id)
	}
	return ids
}

// add counts a contact, and reports whether it matches.
func (p *Preview) add(q *query) bool {
	all := true
	for i := range p.Parts {
		holds := q.eval.holds(q.roots[i+1])
		all = all && holds
		p.Parts[i].Count += flag(holds)
		p.Parts[i].Left += flag(all)
	}
	if all {
		p.Count++
		p.Missing += flag(!q.eval.holds(q.roots[0]))
	}
	return all
}

// strict is the condition with every negated test made to ask for the values it
// looks at: who matches c and not strict(c) does so because a value is missing.
func strict(c segment.Condition) segment.Condition { return strictly(segment.Simplify(c), false) }

func strictly(c segment.Condition, neg bool) segment.Condition {
	switch c := c.(type) {
	case segment.And:
		return strictGroup(c, neg, !neg)
	case segment.Or:
		return strictGroup(c, neg, neg)
	case segment.Not:
		return strictly(c.C, !neg)
	case segment.Zoned:
		return segment.Zoned{C: strictly(c.C, neg), Zone: c.Zone}
	case segment.Count, segment.Everyone, segment.IsNull, segment.IsBlank:
		return negated(c, neg)
	}
	if !neg {
		return c
	}
	all := segment.And{segment.Not{C: c}}
	for _, f := range segment.Reads(c).Fields {
		all = append(all, segment.Not{C: segment.IsNull{X: f}})
	}
	return all
}

func negated(c segment.Condition, neg bool) segment.Condition {
	if neg {
		return segment.Not{C: c}
	}
	return c
}

func strictGroup(cs []segment.Condition, neg, and bool) segment.Condition {
	out := make([]segment.Condition, len(cs))
	for i, c := range cs {
		out[i] = strictly(c, neg)
	}
	if and {
		return segment.And(out)
	}
	return segment.Or(out)
}
