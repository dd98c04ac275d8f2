package index

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/scan"
	"github.com/segmentrules/segment/rule"
)

// A Preview says who would be a member of a segment that is not defined, at the
// clock of the index. It is a consistent view: of all contacts at one revision.
type Preview struct {
	At     time.Time `json:"at"`
	Count  int       `json:"count"`  // how many contacts match
	Of     int       `json:"of"`     // how many contacts there are
	Sample []string  `json:"sample"` // some of those that match: those known longest, at most [PreviewOptions.Sample]
	Parts  []Part    `json:"parts"`  // the funnel: the parts of the top AND in order, or the whole

	// Missing is how many match only because a value is missing: absent, null, of a kind
	// that the test cannot look at, or an aggregate, a quotient or a history of nothing.
	// Of each of them Explain says of some test "true because missing", or because the
	// value is of another kind. MissingIn tells of which tests, and of how many contacts that match;
	// one contact may be in several, and in none of them match by that alone. It has the
	// first 32 tests that can hold so, if they do for anybody.
	Missing   int            `json:"missing"`
	MissingIn []MissingCount `json:"missing_in"`

	contacts Contacts
}

// A Part is one condition of a funnel.
type Part struct {
	Condition string `json:"condition"`
	Count     int    `json:"count"` // how many contacts it holds for by itself
	Left      int    `json:"left"`  // how many are left that match it and all parts before it
}

// Contacts returns the contacts that match.
func (p Preview) Contacts() Contacts { return p.contacts }

// A MissingCount is how often a test holds only because a value is missing.
type MissingCount struct {
	Condition string `json:"condition"` // as it stands in the normal form: country != "US"
	Count     int    `json:"count"`     // of the contacts that match the whole condition
}

// PreviewOptions are how a preview is made. The zero value is good.
type PreviewOptions struct {
	// Sample is how many ids to give; 0 means 20.
	Sample int
	// Progress, if set, is called now and then with how many contacts have been
	// looked at and how many there are: by the goroutine that asked, or with several
	// shards by one goroutine at a time.
	Progress func(done, of int)
	// Begin, if set, is called once, when the view is taken and before contacts are looked at,
	// while calls that write wait: what it finds is of the same moment as the answer. It must
	// not call the index. It is not called if the condition is refused.
	Begin func()
	// Bare is without all but At, Count, Of, Sample and the Contacts: a part is only looked
	// at where the others leave it open.
	Bare bool
	// Part says that other indexes have the rest of the contacts, and that their previews will
	// be added up: MissingIn has tests that hold for nobody here too, so that it is of the same
	// tests everywhere.
	Part bool
}

// Preview says who would be a member of a segment with the condition, without
// defining it. Errors are those of [Index.Define]. The cost grows with the number
// of contacts times the parts of the condition.
func (ix *Index) Preview(c segment.Condition) (Preview, error) {
	return ix.PreviewContext(context.Background(), c, PreviewOptions{})
}

// PreviewContext is [Index.Preview] with options, and can be cancelled: then it
// returns the error of the context. It uses all cores. Calls that write wait for
// it only while it takes a view of the index, not while it looks at it.
func (ix *Index) PreviewContext(ctx context.Context, c segment.Condition, opts PreviewOptions) (Preview, error) {
	q, more, err := ix.ask(c, opts.Begin)
	if err != nil {
		return Preview{}, err
	}
	q.bare = opts.Bare
	if len(more) == 0 {
		q.whole = !opts.Part
		return q.preview(ctx, opts)
	}
	return q.previewAll(ctx, more, opts)
}

// Count returns how many contacts a condition holds for at the clock. It finds
// nothing else of a [Preview]: a part is only looked at where the others leave it
// open.
func (ix *Index) Count(c segment.Condition) (int, error) {
	p, err := ix.PreviewContext(context.Background(), c, PreviewOptions{Bare: true, Sample: 1})
	return p.Count, err
}

// A question is a condition with a view in which to look for the answer.
type question struct {
	c    segment.Condition
	view *scan.View
	at   time.Time
	bare bool // without the funnel and the count of missing values

	whole bool        // it is asked of all contacts, and not of a shard
	loose []looseTest // those that may hold because a value is missing
}

// ask checks a condition and takes a view for it, under the lock, and calls begin if it is set.
func (ix *Index) ask(c segment.Condition, begin func()) (q question, more []*scan.View, err error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if q.c, err = ix.shards[0].checkAsked(c); err != nil {
		return q, nil, err
	}
	q.view, q.at = ix.shards[0].view(rule.Reads(q.c)), ix.now()
	for _, sh := range ix.shards[1:] {
		more = append(more, sh.view(rule.Reads(q.c)))
	}
	if begin != nil {
		begin()
	}
	return q, more, nil
}

// previewAll is [question.preview] in several shards at once, of which others have
// a view each.
func (q *question) previewAll(ctx context.Context, others []*scan.View, opts PreviewOptions) (Preview, error) {
	views, total := append([]*scan.View{q.view}, others...), 0
	for _, view := range views {
		total += len(view.IDs)
	}
	p := newProgress(opts.Progress, len(views), total)
	found, errs := make([]Preview, len(views)), make([]error, len(views))
	atOnce(len(views), func(i int) {
		opts := opts
		opts.Progress = p.of(i)
		part := question{c: q.c, view: views[i], at: q.at, bare: q.bare}
		found[i], errs[i] = part.preview(ctx, opts)
	})
	if err := cmp.Or(errs...); err != nil {
		return Preview{}, err
	}
	return sumOf(found, opts), nil
}

// sumOf is the preview over all shards.
func sumOf(found []Preview, opts PreviewOptions) Preview {
	all := Preview{At: found[0].At, Parts: found[0].Parts}
	for i, p := range found {
		all.Count, all.Of, all.Missing = all.Count+p.Count, all.Of+p.Of, all.Missing+p.Missing
		all.contacts.set = all.contacts.set.Beside(p.contacts.set)
		for j := range p.Parts {
			if i > 0 {
				all.Parts[j].Count += p.Parts[j].Count
				all.Parts[j].Left += p.Parts[j].Left
			}
		}
	}
	if all.MissingIn = sumMissing(found); !opts.Part {
		all.MissingIn = onlyCounted(all.MissingIn)
	}
	all.Sample = sample(all.contacts, opts)
	return all
}

// checkAsked returns a condition as the schema understands it. What it refers to must exist.
func (ix *shard) checkAsked(c segment.Condition) (segment.Condition, error) {
	resolved, err := ix.checkCondition(c)
	if err != nil {
		return nil, err
	}
	return resolved, ix.rules.CheckReferences(c, "")
}

// preview decides the parts and, behind them, the condition with values required,
// if that is another.
func (q *question) preview(ctx context.Context, opts PreviewOptions) (Preview, error) {
	c, view := q.c, q.view
	parts := []segment.Condition{c}
	if and, ok := c.(rule.And); ok && len(and) > 0 && !q.bare {
		// each part of the top AND is a step of the funnel
		parts = and
	}
	asked := parts
	if !q.bare {
		if s := strict(c); !rule.Equal(s, segment.Simplify(c)) {
			// who matches the condition and not this one does so because a value is missing
			asked = append(slices.Clip(parts), s)
			q.loose = looseTests(c)
			for _, t := range q.loose {
				asked = append(asked, t.loosely)
			}
		}
	}
	words := make([]uint64, len(view.Live))
	funnels := make([]funnel, view.Blocks())
	err := scan.New(view, q.at, asked...).Run(ctx, opts.Progress, func(s *scan.Scanner, block int, live *column.Mask) {
		funnels[block] = funnelOf(s, len(parts), live, scan.MaskOf(words, block))
	})
	if err != nil {
		return Preview{}, err
	}
	p := Preview{At: q.at, Of: view.Count, contacts: Contacts{view.Contacts(rowset.FromWords(words))}}
	p.Count = p.contacts.Len()
	if !q.bare {
		p.sum(parts, q.loose, funnels)
	}
	if q.whole {
		p.MissingIn = onlyCounted(p.MissingIn)
	}
	p.Sample = sample(p.contacts, opts)
	return p, nil
}

// sample returns the first few.
func sample(c Contacts, opts PreviewOptions) (ids []string) {
	if opts.Sample == 0 {
		opts.Sample = 20
	}
	return c.set.First(opts.Sample)
}

// A funnel is what a block adds to a preview.
type funnel struct {
	count, left []int
	missing     int
	missingIn   []int // by test
}

// funnelOf decides the parts of a block, each for all rows, and sets out to those
// that all hold for.
func funnelOf(s *scan.Scanner, parts int, live, out *column.Mask) (f funnel) {
	*out = *live
	part := s.Take()
	defer s.Give(part)
	for _, p := range s.Clauses[:parts] {
		f.count = append(f.count, s.Holds(p, live, part))
		for w := range out {
			out[w] &= part[w]
		}
		f.left = append(f.left, out.Count())
	}
	if len(s.Clauses) > parts {
		f.missing = f.left[parts-1] - s.Holds(s.Clauses[parts], out, part)
		for _, p := range s.Clauses[parts+1:] {
			f.missingIn = append(f.missingIn, s.Holds(p, out, part))
		}
	}
	return f
}

// sum adds up what the blocks have found.
func (p *Preview) sum(parts []segment.Condition, loose []looseTest, funnels []funnel) {
	p.Parts = make([]Part, len(parts))
	for i, c := range parts {
		p.Parts[i].Condition = c.String()
	}
	p.MissingIn = make([]MissingCount, len(loose))
	for i, t := range loose {
		p.MissingIn[i].Condition = t.says
	}
	for _, f := range funnels {
		p.Missing += f.missing
		for i, n := range f.missingIn {
			p.MissingIn[i].Count += n
		}
		for i := range f.count {
			p.Parts[i].Count += f.count[i]
			p.Parts[i].Left += f.left[i]
		}
	}
}
