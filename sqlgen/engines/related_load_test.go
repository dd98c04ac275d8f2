package engines_test

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/segmenttest"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// TestLoadedRelatedRows loads contacts with all that is related to them: each is what was
// worked out row by row, and fulfils the same rules.
func TestLoadedRelatedRows(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		for s := *seed; s < *seed+3; s++ {
			r := shopRule{rand.New(rand.NewSource(s))}
			g := gatherer{shopTables(dialectOf(e)), shopRows(r.Rand)}
			loadShop(t, e, g.rows)
			crowd := segmenttest.Crowd{At: time.Date(2025, 11, 30, 22, 0, 0, 0, time.UTC)}
			for range 300 {
				if c, err := segment.Parse(r.joined(r.leaf)); err == nil {
					crowd.Conditions = append(crowd.Conditions, c)
				}
			}
			stored := g.contacts()
			_, byID := loadAll(t, e, g.tables)
			for _, x := range stored {
				y := byID[x.ID].(*segment.Record)
				for f := range g.tables.Fields {
					if d := cmp.Diff(unordered(x.Field(f)), unordered(y.Field(f))); d != "" {
						t.Fatalf("seed %d: %s of %s (-stored +loaded):\n%s", s, f, x.ID, d)
					}
				}
			}
			loadsAsStored(t, e, g.tables, fmt.Sprintf("seed %d", s), crowd, stored)
		}
	})
}

// unordered is a value as text, with each list in an order of its own.
func unordered(v segment.Value) string {
	switch v.Kind() {
	case segment.KindList:
		var all []string
		for _, e := range v.List() {
			all = append(all, unordered(e))
		}
		return fmt.Sprint(sortedTexts(all))
	case segment.KindObject:
		var all []string
		for _, m := range v.Members() {
			all = append(all, m.Name+": "+unordered(m.Value))
		}
		return fmt.Sprint(sortedTexts(all))
	}
	return fmt.Sprint(v.Kind(), v)
}

func sortedTexts(all []string) []string {
	slices.Sort(all)
	return all
}

// segmenttestCrowd is a crowd of conditions alone.
func segmenttestCrowd(rules []string) (crowd segmenttest.Crowd) {
	crowd.At = time.Unix(0, 0).UTC()
	for _, r := range rules {
		crowd.Conditions = append(crowd.Conditions, segment.MustParse(r))
	}
	return crowd
}
