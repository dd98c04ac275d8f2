package index

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// The JSON of what hosts pass on is stable, key for key.
func TestJSONIsStable(t *testing.T) {
	at := time.Date(2026, 1, 31, 10, 0, 0, 0, time.UTC)
	ix := New(Options{})
	define(t, ix, "fr", `country != "US"`, at)
	define(t, ix, "rest", `NOT IN SEGMENT "fr"`, at)
	for _, id := range []string{"ann", "bob"} {
		u := segment.Update{Contact: id, At: at}
		if id == "ann" {
			u.Set = map[string]segment.Value{"country": segment.Text("FR")}
		}
		if _, err := ix.Apply(u); err != nil {
			t.Fatal(err)
		}
	}
	preview, _ := ix.Preview(segment.MustParse(`country != "US"`))
	none, _ := ix.Preview(segment.MustParse(`country = "US"`))
	metrics, _ := ix.Metrics("fr")
	metrics.AverageSize = 0
	outcomes, _ := ix.DryRunAll(segment.Segment{ID: "fr", Condition: rule.Everyone{}}, at)
	_, refused := ix.Apply(segment.Update{Contact: "", At: at})
	_, unknown := ix.Preview(segment.MustParse(`IN SEGMENT "fx"`))
	var es rule.Errors
	errors.As(unknown, &es)
	_, text := segment.Parse("age > ")
	for _, tt := range []struct {
		v    any
		want string
	}{
		{preview, `{"at":"2026-01-31T10:00:00Z","count":2,"of":2,"sample":["ann","bob"],"parts":[{"condition":"country != \"US\"","count":2,"left":2}],"missing":1,"missing_in":[{"condition":"country != \"US\"","count":1}]}`},
		{none, `{"at":"2026-01-31T10:00:00Z","count":0,"of":2,"sample":[],"parts":[{"condition":"country = \"US\"","count":0,"left":0}],"missing":0,"missing_in":[]}`},
		{metrics, `{"at":"2026-01-31T10:00:00Z","since":"2026-01-31T10:00:00Z","size":2,"entered":2,"left":0,"average_size":0,"average_ns":0,"current_ns":0,"completed_ns":0,"days":[{"date":"2026-01-31T00:00:00Z","entered":2,"left":0,"size":2}]}`},
		{metrics.Period(at, at.AddDate(0, 0, 1)), `{"days":1,"before":0,"entered":2,"left":0,"after":2}`},
		{outcomes, `[{"segment":"fr","entered":[],"left":[]}]`},
		{Stats{Contacts: 2, Memory: Memory{ids: 5, events: 7}}, `{"contacts":2,"segments":0,"leaves":0,"events":0,"memory":{"ids":5,"fields":0,"history":0,"events":7,"lists":0,"members":0,"timers":0,"segments":0,"total":12},"flips":0,"guards":0,"examined":0,"woken":0,"scanned":0,"read":0,"clock_nexts":0,"clock_steps":0}`},
		{refused, `{"index":0,"errors":[{"code":"value","offset":0,"path":"/contact","message":"the contact id is empty"}]}`},
		{es, `[{"code":"unknown","offset":0,"path":"/segment","message":"unknown segment \"fx\"","suggestion":"\"fr\""}]`},
		{text, `[{"code":"syntax","line":1,"column":7,"offset":6,"path":"","message":"expected a value or a field, found the end"}]`},
		{segment.Diff{Revision: 3, Step: 4, Contact: "ann", Segment: "fr", Definition: 2, Entered: true, At: at, Cause: segment.CauseList}, `{"revision":3,"step":4,"contact":"ann","segment":"fr","definition":2,"entered":true,"at":"2026-01-31T10:00:00Z","cause":"list"}`},
	} {
		if got, err := json.Marshal(tt.v); err != nil || string(got) != tt.want {
			t.Errorf("%T (%v):\ngot  %s\nwant %s", tt.v, err, got, tt.want)
		}
	}
}
