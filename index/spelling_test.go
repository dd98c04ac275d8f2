package index_test

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/segmenttest"
)

// respelt is an update as it comes from elsewhere: through JSON, its properties with
// spaces, names in another order, and escapes.
func respelt(r *rand.Rand, u segment.Update) (segment.Update, error) {
	u.Events = slices.Clone(u.Events)
	for i := range u.Events {
		ms := u.Events[i].Props.Value().Members()
		if len(ms) == 0 {
			continue
		}
		var parts []string
		for _, j := range r.Perm(len(ms)) {
			value, err := json.Marshal(ms[j].Value)
			if err != nil {
				return u, err
			}
			parts = append(parts, fmt.Sprintf(` "\u%04x%s" :%s`, ms[j].Name[0], ms[j].Name[1:], value))
		}
		u.Events[i].Props = segment.Document("{" + strings.Join(parts, ",\n") + "}")
	}
	text, err := json.Marshal(u)
	if err != nil {
		return u, err
	}
	var back segment.Update
	return back, json.Unmarshal(text, &back)
}

// An update that has gone through JSON, and whose properties are written in another
// way, does the same and leaves the same state.
func TestSpellingDoesNotMatter(t *testing.T) {
	params := gopter.DefaultTestParametersWithSeed(7)
	params.MinSuccessfulTests = 60
	seed := int64(0)
	result := prop.ForAll(func(h segmenttest.History) string {
		seed++
		r := rand.New(rand.NewSource(seed))
		a, b := index.New(index.Options{}), index.New(index.Options{Shards: 2})
		for _, c := range h {
			var want, got []segment.Diff
			var wantErr, gotErr error
			switch {
			case c.Segment.Condition != nil:
				want, wantErr = a.Define(c.Segment, c.At)
				got, gotErr = b.Define(c.Segment, c.At)
			case c.Drop != "":
				want, wantErr = a.Drop(c.Drop, c.At)
				got, gotErr = b.Drop(c.Drop, c.At)
			case len(c.Updates) > 0:
				others := make([]segment.Update, len(c.Updates))
				for i, u := range c.Updates {
					if u.Validate() != nil {
						return ""
					}
					var err error
					if others[i], err = respelt(r, u); err != nil {
						return fmt.Sprintf("%+v: %v", u, err)
					}
				}
				want, wantErr = a.Apply(c.Updates...)
				got, gotErr = b.Apply(others...)
			default:
				want, _ = a.Advance(c.At, 0)
				got, _ = b.Advance(c.At, 0)
			}
			if !slices.Equal(want, got) || (wantErr == nil) != (gotErr == nil) {
				return fmt.Sprintf("%v, %v\n%v, %v\n%s", want, wantErr, got, gotErr, h)
			}
		}
		if a.Hash() != b.Hash() {
			return "another state\n" + fmt.Sprint(h)
		}
		return ""
	}, segmenttest.Histories()).Check(params)
	if !result.Passed() {
		t.Errorf("after %d histories: %v %v %s", result.Succeeded, result.Status, result.Labels, result.Error)
	}
}
