package index_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// The Path of an error is a JSON Pointer, or empty: a tree with a part that no definition
// can say has none, and the message says the way in the tree.
func TestBrokenTreesHaveNoPlace(t *testing.T) {
	x := rule.Field("x")
	ix := index.New(index.Options{})
	typed := index.New(index.Options{Schema: &segment.Schema{Fields: map[string]schema.FieldType{"x": {}}}})
	for _, tt := range []struct {
		c    segment.Condition
		says string
	}{
		{nil, "a condition"}, {rule.Not{}, ".C: "}, {rule.And{nil}, "[0]: "}, {rule.Compare{}, ".Left: "},
		{rule.In{X: x}, ".Values: "}, {rule.Count{K: 1, Of: []segment.Condition{nil}}, ".Of[0]: "},
		{rule.Compare{Left: x, Op: 99, Right: segment.Int(1)}, "unknown operator 99"},
	} {
		_, define := ix.Define(segment.Segment{ID: "new", Condition: tt.c}, newYear)
		_, _, dry := ix.DryRun(segment.Segment{ID: "new", Condition: tt.c}, newYear)
		_, preview := ix.Preview(tt.c)
		_, withSchema := typed.Preview(tt.c)
		_, compile := segment.Compile(tt.c)
		for door, err := range map[string]error{"Define": define, "DryRun": dry, "Preview": preview, "with a schema": withSchema, "Compile": compile} {
			es := rule.ErrorsOf(err)
			if len(es) == 0 || !strings.HasPrefix(es[0].Msg, tt.says) {
				t.Errorf("%s %#v: %v", door, tt.c, err)
			}
			for _, e := range es {
				if e.Path != "" && !strings.HasPrefix(e.Path, "/") {
					t.Errorf("%s %#v: the path %s", door, tt.c, e.Path)
				}
			}
		}
	}
}

// An update that Apply refuses for its instant says so at that member.
func TestApplyPlacesTheInstant(t *testing.T) {
	ix := index.New(index.Options{})
	for _, at := range []time.Time{newYear.Add(-time.Hour), {}} {
		_, err := ix.Apply(segment.Update{Contact: "a", At: newYear}, segment.Update{Contact: "a", At: at})
		var e *segment.Error
		if !errors.As(err, &e) || e.Path != "/at" || e.Code != segment.ErrValue {
			t.Errorf("%v: %v", at, err)
		}
	}
}
