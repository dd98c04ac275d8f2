package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// told is a cluster whose workers have told much: by calls, some of which bring many diffs, so
// that they take several commits, and by time.
func told(t *testing.T, f *flaky, partitions, calls int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	send := func(m cluster.Message) {
		if _, err := f.Send(m, partitions, at); err != nil {
			t.Fatal(err)
		}
	}
	send(cluster.Message{Kind: cluster.KindEpoch, Epoch: cluster.Epoch{Number: 1, Partitions: partitions, Environment: segment.EnvironmentHere()}})
	for i := range calls {
		if i%20 == 0 {
			send(cluster.Message{Kind: cluster.KindDefine, Segment: segment.Segment{ID: fmt.Sprint("s", i%3), Condition: segment.MustParse(fmt.Sprintf("n > %d OR DID opened IN LAST 1 MINUTE", i%7))}})
		}
		contact := fmt.Sprint("c", r.IntN(40))
		u := segment.Update{Contact: contact, Set: map[string]segment.Value{"n": segment.Int(int64(r.IntN(9)))}}
		if i%3 == 0 {
			u.Events = []segment.Event{{ID: fmt.Sprint(i), Name: "opened", At: at}}
		}
		send(cluster.Message{Kind: cluster.KindUpdates, Updates: []segment.Update{u}})
		at = at.Add(time.Duration(r.IntN(20)) * time.Second)
	}
	work(t, f, partitions)
}

// work lets workers read all there is.
func work(t *testing.T, f *flaky, partitions int) {
	t.Helper()
	for p := range partitions {
		w, err := cluster.NewWorker(f.Fake, p, cluster.Options{Partitions: partitions, CommitDiffs: 4, CommitMessages: 6})
		if err != nil {
			t.Fatal(err)
		}
		for idle := false; !idle; {
			if idle, err = w.Step(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// outputs are the diffs of each partition as they were committed.
func outputs(t *testing.T, f *flaky, partitions int) (all [][]segment.Diff, n int) {
	t.Helper()
	for p := range partitions {
		var ds []segment.Diff
		for _, k := range f.Output(p) {
			var c cluster.Commit
			if err := c.UnmarshalBinary(k.Data); err != nil {
				t.Fatal(err)
			}
			ds = append(ds, c.Diffs...)
		}
		all, n = append(all, ds), n+len(ds)
	}
	return all, n
}

// stored is a cursor as it comes back from where it was stored.
func stored(t *testing.T, r *rand.Rand, c Cursor) (out Cursor) {
	t.Helper()
	var err error
	if r.IntN(2) == 0 {
		var b []byte
		if b, err = c.MarshalBinary(); err == nil {
			err = out.UnmarshalBinary(b)
		}
	} else {
		var b []byte
		if b, err = json.Marshal(map[string]any{"at": c}); err == nil {
			var in struct{ At Cursor }
			err = json.Unmarshal(b, &in)
			out = in.At
		}
	}
	if err != nil || !slices.Equal(c, out) {
		t.Fatal(c, out, err)
	}
	return out
}

// TestSubscribe: a reader that stops anywhere and begins again at its cursor is told every diff
// once and in order, though the engine fails all the time.
func TestSubscribe(t *testing.T) {
	const partitions = 3
	f := newFlaky(3, 3)
	told(t, f, partitions, 400)
	want, n := outputs(t, f, partitions)
	reported := 0
	r, err := NewReader(f, ReaderOptions{Partitions: partitions, Retry: time.Microsecond, Report: func(error) { reported++ }})
	if err != nil {
		t.Fatal(err)
	}
	f.tells = 20
	random := rand.New(rand.NewPCG(1, 2))
	got := make([][]segment.Diff, partitions)
	var at Cursor
	for have := 0; have < n; {
		left := 1 + random.IntN(15)
		for d, err := range r.Subscribe(context.Background(), at) {
			if err != nil {
				t.Fatal(err)
			}
			got[d.Partition] = append(got[d.Partition], d.Diff)
			at.Take(d)
			have++
			if left--; left == 0 || have == n {
				break
			}
		}
		at = stored(t, random, at)
	}
	for p := range partitions {
		if !slices.Equal(got[p], want[p]) {
			t.Errorf("partition %d: %d diffs are told, and %d committed", p, len(got[p]), len(want[p]))
		}
	}
	if reported == 0 {
		t.Error("no error of the engine was told")
	}
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer stop()
	for d, err := range r.Subscribe(ctx, at) {
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(d, err)
		}
	}
}

// TestChanges: what one call has brought is told as one, also where it took several commits.
func TestChanges(t *testing.T) {
	const partitions = 3
	f := newFlaky(3, 0)
	told(t, f, partitions, 200)
	want, n := outputs(t, f, partitions)
	r, err := NewReader(f, ReaderOptions{Partitions: partitions, Only: []int{0, 2}})
	if err != nil {
		t.Fatal(err)
	}
	n -= len(want[1])
	got, most := make([][]segment.Diff, partitions), 0
	for change, err := range r.Changes(context.Background(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		p, step := change[0].Partition, change[len(change)-1].Revision
		for _, d := range change {
			if d.Partition != p || d.Step != step {
				t.Errorf("%v of partition %d in a change of %d up to %d", d, d.Partition, p, step)
			}
			got[p] = append(got[p], d.Diff)
		}
		most = max(most, len(change))
		if n -= len(change); n == 0 {
			break
		}
	}
	if !slices.Equal(got[0], want[0]) || !slices.Equal(got[2], want[2]) || got[1] != nil || most <= 4 {
		t.Errorf("%d and %d diffs are told, and %d and %d committed; the largest change has %d", len(got[0]), len(got[2]), len(want[0]), len(want[2]), most)
	}
}

// An edited output tells other commits than there are.
type edited struct {
	*flaky
	edit func(partition int, c *cluster.Committed) (keep bool)
}

func (e *edited) Follow(ctx context.Context, after map[int]uint64, tell func(int, cluster.Committed) error) error {
	return e.flaky.Follow(ctx, after, func(p int, c cluster.Committed) error {
		if !e.edit(p, &c) {
			return nil
		}
		return tell(p, c)
	})
}

// rewrite changes the diffs of a commit, and nothing else of it.
func rewrite(c *cluster.Committed, change func(*cluster.Commit)) {
	var k cluster.Commit
	if err := k.UnmarshalBinary(c.Data); err != nil {
		panic(err)
	}
	change(&k)
	data, err := k.AppendBinary(nil)
	if err != nil {
		panic(err)
	}
	c.Data = data
}

// TestWrongOutput: whatever is missing, doubled or changed in the output is found, where it is.
func TestWrongOutput(t *testing.T) {
	const partitions, at = 2, 9
	f := newFlaky(3, 0)
	told(t, f, partitions, 200)
	want, _ := outputs(t, f, partitions)
	withDiffs := func(c *cluster.Committed) (n int) {
		rewrite(c, func(k *cluster.Commit) { n = len(k.Diffs) })
		return n
	}
	first := uint64(at) // the position of a commit with diffs
	for withDiffs(&f.Output(1)[first-1]) < 2 || withDiffs(&f.Output(1)[first]) == 0 {
		first++
	}
	var gap *GapError
	var changed *ChangedError
	for what, c := range map[string]struct {
		edit func(c *cluster.Committed) bool
		from func(c *Cursor)
		is   any
	}{
		"a commit is missing": {edit: func(c *cluster.Committed) bool { return c.Position != first }, is: &gap},
		"a diff is missing": {edit: func(c *cluster.Committed) bool {
			rewrite(c, func(k *cluster.Commit) { k.Diffs = slices.Delete(k.Diffs, 1, 2) })
			return true
		}, is: &changed},
		"the first diff is missing": {edit: func(c *cluster.Committed) bool {
			rewrite(c, func(k *cluster.Commit) { k.Diffs = k.Diffs[1:] })
			return true
		}, is: &gap},
		"another contact": {edit: func(c *cluster.Committed) bool {
			rewrite(c, func(k *cluster.Commit) { k.Diffs[0].Contact += "x" })
			return true
		}, is: &changed},
		"a commit of before": {edit: func(c *cluster.Committed) bool { c.Data = f.Output(1)[first-3].Data; return true }, is: &changed},
		"a cursor of another cluster": {from: func(c *Cursor) {
			k := f.Output(1)[first-1]
			rewrite(&k, func(k *cluster.Commit) { c.set(1, Place{first - 1, k.Revision - uint64(len(k.Diffs)), 12345}) })
		}, is: &changed},
		"a cursor of another cluster amid a commit": {from: func(c *Cursor) {
			k := f.Output(1)[first-1]
			rewrite(&k, func(k *cluster.Commit) { c.set(1, Place{first - 1, k.Revision - 1, 12345}) })
		}, is: &changed},
		"no commit":        {edit: func(c *cluster.Committed) bool { c.Data = []byte("hello"); return true }},
		"a later version":  {edit: func(c *cluster.Committed) bool { c.Data = []byte("sc\x09"); return true }, is: new(*cluster.VersionError)},
		"nothing is wrong": {},
	} {
		e := &edited{f, func(p int, k *cluster.Committed) bool {
			return p != 1 || c.edit == nil || k.Position != first || c.edit(k)
		}}
		r, err := NewReader(e, ReaderOptions{Partitions: partitions})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(context.Background(), 200*time.Millisecond)
		var from Cursor
		if c.from != nil {
			c.from(&from)
		}
		var ended error
		var got []segment.Diff
		for d, err := range r.Subscribe(ctx, from) {
			if ended = err; err == nil && d.Partition == 1 {
				got = append(got, d.Diff)
			}
		}
		stop()
		switch what {
		case "nothing is wrong":
			if !errors.Is(ended, context.DeadlineExceeded) || !slices.Equal(got, want[1]) {
				t.Errorf("%s: %v", what, ended)
			}
			continue
		case "no commit":
			if ended == nil || errors.Is(ended, context.DeadlineExceeded) {
				t.Errorf("%s: %v", what, ended)
			}
		default:
			if !errors.As(ended, c.is) {
				t.Errorf("%s: %v", what, ended)
			}
		}
		if len(got) >= len(want[1]) {
			t.Errorf("%s: all diffs are told", what)
		}
	}
}

// A purgedOutput no longer has what was long ago.
type purgedOutput struct{ cluster.Output }

func (p purgedOutput) Follow(ctx context.Context, after map[int]uint64, tell func(int, cluster.Committed) error) error {
	for _, at := range after {
		if at < 3 {
			return fmt.Errorf("position %d: %w", at, cluster.ErrPurged)
		}
	}
	return p.Output.Follow(ctx, after, tell)
}

// TestPurged: a reader that is too late is told to read the members anew, and from where it was.
func TestPurged(t *testing.T) {
	f := newFlaky(3, 0)
	told(t, f, 1, 50)
	r, err := NewReader(purgedOutput{f}, ReaderOptions{Partitions: 1})
	if err != nil {
		t.Fatal(err)
	}
	from := Cursor{{Position: 1, Revision: 1, Chain: 2}}
	for _, err := range r.Subscribe(context.Background(), from) {
		var resync *ResyncError
		if !errors.As(err, &resync) || !errors.Is(err, cluster.ErrPurged) || !slices.Equal(resync.From, from) {
			t.Error(err)
		}
	}
}

// TestAhead: a cursor of a worker that was ahead of what it had committed lies several commits
// behind its position; a reader that begins there begins with the next diff.
func TestAhead(t *testing.T) {
	f := newFlaky(3, 0)
	told(t, f, 1, 200)
	want, n := outputs(t, f, 1)
	r, err := NewReader(f, ReaderOptions{Partitions: 1})
	if err != nil {
		t.Fatal(err)
	}
	for ahead := range n {
		position := uint64(0)
		if ahead > 10 {
			rewrite(&f.Output(0)[ahead/10], func(c *cluster.Commit) {
				if c.Revision <= uint64(ahead) {
					position = uint64(ahead/10) + 1
				}
			})
		}
		from := Cursor{{position, uint64(ahead), segment.Chain(0).Add(want[0][:ahead]...)}}
		var got []segment.Diff
		for d, err := range r.Subscribe(context.Background(), from) {
			if err != nil {
				t.Fatal(ahead, err)
			}
			if got = append(got, d.Diff); len(got) == n-ahead {
				break
			}
		}
		if !slices.Equal(got, want[0][ahead:]) {
			t.Fatalf("behind revision %d %v is told first", ahead, got[0])
		}
	}
}

// TestCommits: every commit is told, with its place, also those without diffs and those that a
// cursor is ahead of.
func TestCommits(t *testing.T) {
	f := newFlaky(3, 0)
	told(t, f, 1, 200)
	if _, err := f.Send(cluster.Message{Kind: cluster.KindTick}, 1, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	work(t, f, 1)
	r, err := NewReader(f, ReaderOptions{Partitions: 1})
	if err != nil {
		t.Fatal(err)
	}
	all, _ := outputs(t, f, 1)
	for _, ahead := range []int{0, 30} {
		position, empty := uint64(0), 0
		from := Cursor{{0, uint64(ahead), segment.Chain(0).Add(all[0][:ahead]...)}}
		for c, err := range r.Commits(context.Background(), from) {
			if position++; err != nil || c.Place.Position != position || c.Partition != 0 || c.Place.Revision != max(c.Commit.Revision, uint64(ahead)) || c.Commit.Upto == 0 {
				t.Fatalf("commit %d: %+v %v", position, c, err)
			}
			if len(c.Diffs) == 0 {
				empty++
			}
			if position == uint64(len(f.Output(0))) {
				break
			}
		}
		if empty == 0 {
			t.Error("no commit is without diffs")
		}
	}
	last := make(map[uint64]uint64) // by the revision at its end, the position of a commit
	for i, k := range f.Output(0) {
		rewrite(&k, func(c *cluster.Commit) {
			if len(c.Diffs) > 0 {
				last[c.Revision] = uint64(i) + 1
			}
		})
	}
	for d := range r.Subscribe(context.Background(), nil) {
		if position, ok := last[d.Revision]; ok && d.Place.Position != position {
			t.Errorf("the place behind revision %d is position %d, and the commit's %d", d.Revision, d.Place.Position, position)
		}
		if d.Revision == uint64(len(all[0])) {
			break
		}
	}
}

// TestCursor: bytes that are no cursor are refused, whatever bit of one is flipped.
func TestCursor(t *testing.T) {
	c := Cursor{{1, 2, 3}, {}, {Position: 4}, {1 << 40, 1 << 50, 1 << 63}}
	b, err := c.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(b) * 8 {
		bad := slices.Clone(b)
		bad[i/8] ^= 1 << (i % 8)
		if err := new(Cursor).UnmarshalBinary(bad); err == nil {
			t.Errorf("bit %d is flipped, and nobody sees it", i)
		}
	}
	for n := range b {
		if err := new(Cursor).UnmarshalBinary(b[:n]); err == nil {
			t.Errorf("the first %d bytes are a cursor", n)
		}
	}
	if new(Cursor).UnmarshalText([]byte("!")) == nil {
		t.Error("! is a cursor")
	}
	full := make(Cursor, 256)
	for i := range full {
		full[i] = Place{1 << 20, 1 << 27, 1 << 62}
	}
	if text, _ := full.MarshalText(); len(text) > 256*21 {
		t.Errorf("a cursor of 256 partitions has %d bytes as text", len(text))
	}
}

// TestReaderRefuses what cannot be read.
func TestReaderRefuses(t *testing.T) {
	f := newFlaky(1, 0)
	for _, o := range []ReaderOptions{{Partitions: -1}, {Retry: -1}, {Partitions: 2, Only: []int{2}}, {Only: []int{-1}}} {
		if _, err := NewReader(f, o); err == nil {
			t.Errorf("%+v make a reader", o)
		}
	}
	if _, err := NewReader(nil, ReaderOptions{}); err == nil {
		t.Error("a reader without an output")
	}
	r, err := NewReader(f, ReaderOptions{Partitions: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range r.Subscribe(context.Background(), make(Cursor, 2)) {
		if err == nil {
			t.Error("a cursor of two partitions is taken for one")
		}
	}
}
