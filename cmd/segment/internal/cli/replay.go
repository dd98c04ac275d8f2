package cli

// Replay applies a log of updates to an index in memory, row by row, and prints the diffs. The
// rows come through a batch each, so that what is one change in the log is one here.

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/contacts"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
	"github.com/segmentrules/segment/index"
)

// A replayFlags is the flags of replay.
type replayFlags struct {
	ruleFlags
	fileFlags
	until, zone    string
	create, strict bool
}

// A replayed is the last line of the JSON of replay.
type replayed struct {
	Done     bool           `json:"done"`
	Now      time.Time      `json:"now"` // the clock at the end
	Rows     int            `json:"rows"`
	Applied  int            `json:"applied"`
	LeftOut  int            `json:"left_out"`
	Entered  int            `json:"entered"`
	Left     int            `json:"left"`
	Contacts int            `json:"contacts"`
	Sizes    map[string]int `json:"sizes"` // of the segments
	Problems []fault        `json:"problems"`
}

func newReplay(a *app) *cobra.Command {
	var f replayFlags
	c := &cobra.Command{
		Use:   "replay LOG --segments FILE",
		Short: "Replay what happened, and tell who entered and left segments, and when",
		Long: `Replay takes a log of updates, one a line in the order of time, as POST /v1/import takes
them, and tells who entered and left the segments of a file: because of an update, or
because time passed. Each update has its instant:

  {"contact": "ann", "at": "2026-01-31T10:00:00Z", "set": {"plan": "pro"}, "join": ["trial"]}

With --until time goes on behind the last update. The contacts are kept in memory. A row that
is wrong ends the replay, or is left out with --keep-going.

With --json each membership change is a line, and a last line with "done" sums up.`,
		Example: `  segment replay log.ndjson --segments segments.json --until 2026-04-01`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return a.replay(c.Context(), &f, args[0]) },
	}
	f.ruleFlags.add(c)
	f.fileFlags.add(c)
	c.Flags().StringVar(&f.until, "until", "", "instant or day up to which time goes on")
	c.Flags().StringVar(&f.zone, "zone", "", "time zone of the calendar (default that of the schema, or UTC)")
	c.Flags().BoolVar(&f.create, "create", false, "every row may create its contact")
	c.Flags().BoolVar(&f.strict, "strict", false, "refuse updates that do not fit the schema")
	_ = c.MarkFlagRequired("segments")
	return c
}

// A replay is one under way.
type replay struct {
	*app
	f     *replayFlags
	ix    *index.Index
	src   *source.Source
	lines []int // of the rows that are in no batch yet
	told  int   // rows that are in batches
	stop  error // the first row that is wrong, without --keep-going
	out   replayed
}

func (a *app) replay(ctx context.Context, f *replayFlags, log string) error {
	r := &replay{app: a, f: f}
	zone, until, err := r.prepare()
	if err != nil {
		return err
	}
	if r.src, err = f.open(a, log); err != nil {
		return err
	}
	defer r.src.Close()
	r.out = replayed{Done: true, Sizes: map[string]int{}}
	err = r.run(ctx, until)
	f.tell(a)
	if err != nil {
		return err
	}
	return r.finish(zone)
}

// prepare reads the files and makes the index. The segments are defined before all time.
func (r *replay) prepare() (zone *time.Location, until time.Time, err error) {
	if err = r.f.load(); err != nil {
		return nil, until, err
	}
	if zone, err = zoneOf(r.f.zone, r.f.schema); err != nil {
		return nil, until, err
	}
	if r.f.until != "" {
		if until, err = parseInstant("--until", r.f.until, zone); err != nil {
			return nil, until, err
		}
	}
	if r.f.strict && r.f.schema == nil {
		return nil, until, input("--strict needs a --schema")
	}
	r.ix = index.New(index.Options{Schema: r.f.schema, Strict: r.f.strict, Location: zone, Days: -1})
	for _, seg := range r.f.segments {
		if _, err := r.ix.DefineResolved(seg, time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)); err != nil {
			return nil, until, about(r.f.segmentsFile, err)
		}
	}
	return zone, until, nil
}

// run applies the rows, and lets time go on.
func (r *replay) run(ctx context.Context, until time.Time) error {
	b := r.bar("replaying", r.src.Size, true)
	full := false
	defer func() { b.Done(full) }()
	var told int64
	var broken error
	rows := func(yield func(segment.Update, error) bool) {
		broken = source.Each(ctx, r.src, func(c *source.Chunk) []contacts.UpdateRow { return contacts.Updates(r.src.Name, c) },
			func(c *source.Chunk, rows []contacts.UpdateRow) error {
				for _, row := range rows {
					var wrong error
					if row.Problem != nil {
						wrong = row.Problem
					}
					r.lines = append(r.lines, row.Line)
					if !yield(row.Update, wrong) {
						return errStopped
					}
					if wrong != nil && !r.f.keepGoing {
						return errStopped
					}
				}
				b.Add(c.Share - told)
				told = c.Share
				return nil
			})
	}
	// Batches of one row: updates of one instant are one change, and others are not.
	for batch := range r.ix.ApplyEach(ctx, rows, index.ImportOptions{Batch: 1, Create: r.f.create}) {
		if err := r.batch(batch); err != nil {
			return err
		}
	}
	switch {
	case broken != nil && !errors.Is(broken, errStopped):
		return unreachable(broken)
	case until.IsZero():
	case until.Before(r.ix.Now()):
		return input("--until is before the last update, of %s", r.ix.Now().UTC().Format(time.RFC3339Nano))
	}
	for done := until.IsZero(); !done; {
		var diffs []segment.Diff
		diffs, done = r.ix.Advance(until, 10_000)
		if err := r.diffs(diffs); err != nil {
			return err
		}
	}
	full = true
	return nil
}

var errStopped = errors.New("no more rows are wanted")

// batch tells what a batch has come to.
func (r *replay) batch(b index.Batch) error {
	if b.Err != nil {
		return unreachable(b.Err)
	}
	r.out.Rows, r.out.Applied = b.Rows, r.out.Applied+b.Applied
	if err := r.diffs(b.Diffs); err != nil {
		return err
	}
	for _, refused := range b.Refused {
		r.out.LeftOut++
		var problem *source.Problem
		if !errors.As(refused.Unwrap(), &problem) {
			problem = &source.Problem{File: r.src.Name, Line: r.lines[refused.Index-r.told], Err: refused.Unwrap()}
		}
		if err := r.f.problem(r.app)(problem); err != nil {
			return err
		}
	}
	r.lines = append(r.lines[:0], r.lines[b.Rows-r.told:]...)
	r.told = b.Rows
	return nil
}

// diffs writes membership changes.
func (r *replay) diffs(diffs []segment.Diff) error {
	s := r.style()
	for _, d := range diffs {
		sign := s.red("-")
		if r.out.Left++; d.Entered {
			r.out.Left--
			r.out.Entered++
			sign = s.green("+")
		}
		var err error
		if r.json {
			err = replyLine(r.Out, d)
		} else {
			err = r.printf("%s %s %s %s %s\n", d.At.UTC().Format(time.RFC3339Nano), sign, d.Segment, d.Contact, s.faint("("+d.Cause.String()+")"))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// finish sums up.
func (r *replay) finish(zone *time.Location) error {
	r.out.Now, r.out.Contacts = r.ix.Now().UTC(), r.ix.Stats().Contacts
	for _, seg := range r.f.segments {
		r.out.Sizes[seg.ID] = r.ix.Members(seg.ID).Len()
	}
	r.out.Problems = r.f.problems
	if r.json {
		return replyLine(r.Out, r.out)
	}
	fmt.Fprintf(r.Err, "%s applied, %d entered, %d left, up to %s\n", counted(r.out.Applied, "update"), r.out.Entered, r.out.Left, r.ix.Now().In(zone).Format(time.RFC3339Nano))
	if r.out.LeftOut > 0 {
		fmt.Fprintf(r.Err, "%s left out\n", counted(r.out.LeftOut, "row"))
	}
	return nil
}
