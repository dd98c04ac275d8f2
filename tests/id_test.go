package tests

import (
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/sqlgen"
)

// The field id is the contact's id, whatever the contact has under that name.
func TestTheFieldIsTheID(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	own := map[string]segment.Value{"id": segment.Object(segment.Member{Name: "x", Value: segment.Int(1)}), "a": segment.Int(1)}
	layout := segment.NewLayout("id", "a")
	ix := index.New(index.Options{Location: time.UTC})
	if _, err := ix.Apply(segment.Update{Contact: "ann", At: now, Set: own}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		rule string
		want bool
	}{{`id = "ann"`, true}, {`id IS SET AND a = 1`, true}, {`id.x = 1`, false}, {`id.x IS NULL`, true}, {`LENGTH(id) = 3`, true}, {`id IN ("ann", "bob") AND a < 2`, true}} {
		c := segment.MustParse(tt.rule)
		p, err := segment.Compile(c)
		if err != nil {
			t.Fatal(err)
		}
		for name, x := range map[string]*segment.Record{"fields": {ID: "ann", Fields: own}, "slots": {ID: "ann", Layout: layout, Slots: layout.Values(own)}} {
			if got, match := segment.Evaluate(c, x, now), p.Match(x, now); got != tt.want || match != tt.want {
				t.Errorf("%s of %s: Evaluate %v, Match %v, want %v", tt.rule, name, got, match, tt.want)
			}
		}
		if _, err := ix.Define(segment.Segment{ID: "s", Condition: c}, now); err != nil {
			t.Fatal(err)
		}
		if got := ix.Members("s").Contains("ann"); got != tt.want {
			t.Errorf("%s in an index: %v, want %v", tt.rule, got, tt.want)
		}
	}
	tables := sqlgen.Tables{Contacts: sqlgen.Relation{Table: "c"}, ID: sqlgen.Column{Column: "key", Type: sqlgen.TypeInteger}, Document: "doc"}
	for _, d := range sqlgen.Dialects() {
		for field, col := range map[string]sqlgen.Column{"id": {Column: "other", Type: sqlgen.TypeText}, "id.x": {Column: "key", Type: sqlgen.TypeText}} {
			tables.Fields = map[string]sqlgen.Column{field: col}
			if err := tables.Validate(d); err == nil {
				t.Errorf("%s: another place for %s is allowed", d, field)
			}
		}
		tables.Fields = map[string]sqlgen.Column{"id": {Column: "key", Type: sqlgen.TypeInteger}}
		if err := tables.Validate(d); err != nil {
			t.Errorf("%s: %v", d, err)
		}
	}
}
