package index_test

import (
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/segmenttest"
)

// system makes an [index.Index] a [segmenttest.System].
type system struct{ *index.Index }

func (s system) Members(id string) []string {
	return slices.Sorted(s.Index.Members(id).All())
}

// DryRun lists what [index.Index.DryRun] counts.
func (s system) DryRun(g segment.Segment, at time.Time) (entered, left []string, err error) {
	in, out, err := s.Index.DryRun(g, at)
	return slices.Sorted(in.All()), slices.Sorted(out.All()), err
}

// DryRunAll lists what [index.Index.DryRunAll] counts.
func (s system) DryRunAll(g segment.Segment, at time.Time) ([]segmenttest.Outcome, error) {
	return outcomes(s.Index.DryRunAll(g, at))
}

// outcomes lists the contacts of outcomes.
func outcomes(all []index.Outcome, err error) (out []segmenttest.Outcome, _ error) {
	for _, o := range all {
		out = append(out, segmenttest.Outcome{Segment: o.Segment, Entered: slices.Sorted(o.Entered.All()), Left: slices.Sorted(o.Left.All())})
	}
	return out, err
}

// Configure returns an index with a schema.
func (s system) Configure(schema *segment.Schema) (segmenttest.System, error) {
	loc, err := time.LoadLocation(schema.Zone)
	if err != nil {
		return nil, err
	}
	return system{index.New(index.Options{Schema: schema, Location: loc})}, nil
}

// newSystem is an index that goes about definitions as with many contacts.
func newSystem() system {
	s := system{index.New(index.Options{Location: time.UTC})}
	s.AtLength()
	return s
}

func TestIndexByConditions(t *testing.T) {
	segmenttest.Run(t, func(t *testing.T) segmenttest.System {
		s := newSystem()
		s.ByConditions()
		return s
	})
}

func TestIndex(t *testing.T) {
	t.Parallel()
	segmenttest.Run(t, func(t *testing.T) segmenttest.System {
		return newSystem()
	})
}

// TestDropAtTheInstant: who leaves by time at the very instant at which the
// segment goes leaves because it goes.
func TestDropAtTheInstant(t *testing.T) {
	for name, sys := range map[string]segmenttest.System{
		"index": newSystem(), "shards": newSharded(2, index.Options{Location: time.UTC}), "reference": segmenttest.Reference(),
	} {
		at := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
		if _, err := sys.Define(segment.Segment{ID: "new", Condition: segment.MustParse(`signup WITHIN LAST 2 days`)}, at); err != nil {
			t.Fatal(err)
		}
		if _, err := sys.Apply(segment.Update{Contact: "ann", At: at, Set: map[string]segment.Value{"signup": segment.Time(at)}}); err != nil {
			t.Fatal(err)
		}
		ds, err := sys.Drop("new", at.AddDate(0, 0, 2))
		if err != nil || len(ds) != 1 || ds[0].Entered || ds[0].Cause != segment.CauseDefinition || !ds[0].At.Equal(at.AddDate(0, 0, 2)) {
			t.Errorf("%s: %v %v", name, ds, err)
		}
	}
}
