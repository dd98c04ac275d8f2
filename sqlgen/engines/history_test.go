package engines_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// A field that is set to the value it has keeps it: HAS BEEN counts from the first time.
func TestHasBeenWhatItWasSetToAgain(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	ago := func(days int, text string) segment.Change {
		return segment.Change{At: at.AddDate(0, 0, -days), Value: segment.JSON(text)}
	}
	of := func(id string, changes ...segment.Change) segment.Record {
		return segment.Record{ID: id, Changes: map[string][]segment.Change{"plan": changes}}
	}
	people := []segment.Record{
		of("again", ago(9, `"a"`), ago(2, `"a"`)), of("thrice", ago(20, `"b"`), ago(9, `"a"`), ago(8, `"a"`), ago(2, `"a"`)),
		of("between", ago(9, `"a"`), ago(3, `"b"`), ago(2, `"a"`)), of("lost", ago(9, `"a"`), ago(3, `null`), ago(2, `"a"`)),
		of("left", ago(9, `"a"`), ago(8, `"a"`), ago(2, `"b"`)), of("new", ago(6, `"a"`)), of("one", ago(7, `"a"`)), of("none"),
		of("unborn", ago(9, `"a"`), ago(-2, `"b"`)), of("never", ago(9, `null`)),
	}
	slices.SortFunc(people, func(a, b segment.Record) int { return strings.Compare(a.ID, b.ID) })
	engines.All(t, func(t *testing.T, e engines.Engine) {
		for _, l := range layouts(dialectOf(e)) {
			stored, err := l.load(e, people)
			if err != nil {
				t.Fatal(err)
			}
			n := tally{}
			for _, rule := range []string{`plan HAS BEEN "a" FOR AT LEAST 7 days`, `NOT plan HAS BEEN "a" FOR AT LEAST 7 days`, `plan HAS BEEN "b" FOR AT LEAST 1 day`} {
				n.one(t, e, l.tables(), rule, segment.MustParse(rule), at, stored)
			}
		}
	})
}
