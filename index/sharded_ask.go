package index

import (
	"context"
	"iter"
	"sync"
	"time"

	"github.com/segmentrules/segment"
)

// Now is [Index.Now].
func (s *Sharded) Now() time.Time {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.now
}

// Due is [Index.Due].
func (s *Sharded) Due() (at time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var n nextAt
	for _, sh := range s.shards {
		sh.confirm()
		n.add(sh.due())
	}
	return n.t.In(s.calendar), n.ok
}

// Members is [Index.Members].
func (s *Sharded) Members(id string) Contacts {
	s.mu.RLock()
	defer s.mu.RUnlock()
	parts := make([]Contacts, len(s.shards))
	for i, sh := range s.shards {
		parts[i] = sh.Members(id)
	}
	return join(parts)
}

// join makes one set of one for each shard.
func join(parts []Contacts) (all Contacts) {
	for _, c := range parts {
		all.set = all.set.beside(c.set)
	}
	return all
}

// Segments is [Index.Segments].
func (s *Sharded) Segments(contact string) iter.Seq[string] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.shard(contact).Segments(contact)
}

// Contact is [Index.Contact].
func (s *Sharded) Contact(id string) (x segment.Contact, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.shard(id).Contact(id)
}

// Explain is [Index.Explain].
func (s *Sharded) Explain(contact, id string) (*segment.Explanation, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.shard(contact).Explain(contact, id)
}

// Defined is [Index.Defined].
func (s *Sharded) Defined() []segment.Segment {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.shards[0].Defined()
}

// DryRun is [Index.DryRun].
func (s *Sharded) DryRun(g segment.Segment, at time.Time) (entered, left Contacts, err error) {
	return s.DryRunContext(context.Background(), g, at, DefineOptions{})
}

// DryRunContext is [Index.DryRunContext]. Progress is called by one goroutine at a
// time.
func (s *Sharded) DryRunContext(ctx context.Context, g segment.Segment, at time.Time, opts DefineOptions) (entered, left Contacts, err error) {
	fs, err := s.foretell(g, at)
	if err != nil {
		return Contacts{}, Contacts{}, err
	}
	total := 0
	for _, f := range fs {
		total += len(f.pic.ids)
	}
	progress := summed(opts.Progress, len(fs), total)
	in, out, errs := make([]Contacts, len(fs)), make([]Contacts, len(fs)), make([]error, len(fs))
	each(s.shards, func(i int, _ *shard) { in[i], out[i], errs[i] = fs[i].compare(ctx, progressOf(progress, i)) })
	for _, err := range errs {
		if err != nil {
			return Contacts{}, Contacts{}, err
		}
	}
	return join(in), join(out), nil
}

// foretell asks all shards at one moment.
func (s *Sharded) foretell(g segment.Segment, at time.Time) (fs []*forecast, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, sh := range s.shards {
		f, err := sh.foretell(g, at)
		if err != nil {
			return nil, err
		}
		fs = append(fs, f)
	}
	return fs, nil
}

// Preview is [Index.Preview].
func (s *Sharded) Preview(c segment.Condition) (Preview, error) {
	return s.PreviewContext(context.Background(), c, PreviewOptions{})
}

// PreviewContext is [Index.PreviewContext]. Progress is called by one goroutine at
// a time.
func (s *Sharded) PreviewContext(ctx context.Context, c segment.Condition, opts PreviewOptions) (Preview, error) {
	asked, err := s.ask(c)
	if err != nil {
		return Preview{}, err
	}
	total := 0
	for _, q := range asked {
		total += len(q.pic.ids)
	}
	progress := summed(opts.Progress, len(asked), total)
	found, errs := make([]Preview, len(asked)), make([]error, len(asked))
	each(s.shards, func(i int, _ *shard) {
		opts := opts
		opts.Progress = progressOf(progress, i)
		q := &asked[i]
		found[i], errs[i] = q.preview(ctx, opts)
	})
	for _, err := range errs {
		if err != nil {
			return Preview{}, err
		}
	}
	return sumOf(found, opts), nil
}

// ask asks all shards at one moment.
func (s *Sharded) ask(c segment.Condition) (asked []question, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, sh := range s.shards {
		q, err := sh.ask(c)
		if err != nil {
			return nil, err
		}
		asked = append(asked, q)
	}
	return asked, nil
}

// summed makes one report of those of some shards.
func summed(report func(done, of int), shards, total int) func(shard, done int) {
	if report == nil {
		return nil
	}
	sum, by := 0, make([]int, shards)
	var mu sync.Mutex
	return func(shard, done int) {
		mu.Lock()
		defer mu.Unlock()
		sum += done - by[shard]
		by[shard] = done
		report(sum, total)
	}
}

// progressOf reports the progress of one shard to the sum of all.
func progressOf(sum func(shard, done int), shard int) func(done, of int) {
	if sum == nil {
		return nil
	}
	return func(done, of int) { sum(shard, done) }
}

// sumOf is the preview over all shards.
func sumOf(found []Preview, opts PreviewOptions) Preview {
	all := Preview{At: found[0].At, Parts: found[0].Parts}
	for i, p := range found {
		all.Count, all.Of, all.Missing = all.Count+p.Count, all.Of+p.Of, all.Missing+p.Missing
		all.contacts.set = all.contacts.set.beside(p.contacts.set)
		for j := range p.Parts {
			if i > 0 {
				all.Parts[j].Count += p.Parts[j].Count
				all.Parts[j].Left += p.Parts[j].Left
			}
		}
	}
	all.Sample = sample(all.contacts, opts)
	return all
}

// Count is [Index.Count].
func (s *Sharded) Count(c segment.Condition) (int, error) {
	p, err := s.PreviewContext(context.Background(), c, PreviewOptions{Bare: true})
	return p.Count, err
}

// Check is [Index.Check].
func (s *Sharded) Check() iter.Seq[error] {
	return func(yield func(error) bool) {
		s.mu.RLock()
		defer s.mu.RUnlock()
		for _, sh := range s.shards {
			for err := range sh.Check() {
				if !yield(err) {
					return
				}
			}
		}
	}
}

// Stats is the sum of what the shards hold and have done, see [Index.Stats].
func (s *Sharded) Stats() (all Stats) {
	s.mu.RLock()
	for _, sh := range s.shards {
		all.add(sh.counted())
	}
	s.mu.RUnlock()
	for _, sh := range s.shards {
		all.Memory.Segments += sh.weigh(&s.mu)
	}
	return all
}
