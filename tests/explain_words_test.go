package tests

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
)

// phrases calls f for everything that an explanation says.
func phrases(e *segment.Explanation, f func(segment.Phrase)) {
	for _, ps := range [][]segment.Phrase{e.Saw, e.Why} {
		for _, p := range ps {
			f(p)
		}
	}
	for _, part := range e.Parts {
		phrases(part, f)
	}
}

// What an explanation says is in its phrases: worded in English, they are its texts, and
// every key and word of theirs is in the table.
func TestLawExplanationsAreTheirPhrases(t *testing.T) {
	english, used := segment.EnglishWords(), map[string]bool{}
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.FixedZone("", 3600))
	x := &segment.Record{ID: "ann", Fields: map[string]rule.Value{"a": rule.Int(3), "b": rule.Text("x")},
		Log: []segment.Event{{ID: "1", Name: "e", At: at.Add(-time.Hour), Props: segment.Document(`{"a":1}`)}}, Lists: map[string]time.Time{"l": at}}
	for seed := range uint64(3000) {
		c := ruletest.NewGrower(seed).Condition(3, false)
		p, err := segment.Compile(c)
		if err != nil {
			continue
		}
		e := p.Explain(x, at)
		if again := e.In(english); again.String() != e.String() || english.Explain(e) != e.String() {
			t.Fatalf("%s:\n%s\n%s", c, e, again)
		}
		text, err := json.Marshal(e)
		var back segment.Explanation
		if err != nil || json.Unmarshal(text, &back) != nil || back.In(english).String() != back.String() {
			t.Fatalf("%s: %s %v", c, text, err)
		}
		phrases(e, func(p segment.Phrase) {
			used[p.Key] = true
			if _, ok := english[p.Key]; !ok {
				t.Fatalf("%s: no sentence %q", c, p.Key)
			}
			for _, a := range p.Args {
				if used[a.Word] = true; a.Word != "" && english[a.Word] == "" {
					t.Fatalf("%s: no word %q", c, a.Word)
				}
			}
		})
	}
	if len(used) < 40 {
		t.Errorf("only %d sentences were said: %v", len(used), used)
	}
}

// A host words an explanation itself, and what its table lacks is said in English.
func TestExplanationsInOtherWords(t *testing.T) {
	german := segment.Words{"metric_count": "bisher {0}", "short": "{0} zu wenig", "no_event": "kein solches Ereignis", "hold": "{0,} von {1,} treffen zu",
		"too_early": "{0} zu früh", "days": "{0|Tag|Tage}", "away_ago": "(vor {0})", "never": "ändert sich nie von selbst", "enters": "kommt hinein am {0}"}
	p, err := segment.Compile(segment.MustParse(`COUNT(opened) >= 5 IN LAST 30 days AND seen WITHIN LAST 3 days`))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)
	e := p.Explain(&segment.Record{ID: "ann", Fields: map[string]rule.Value{"seen": rule.Time(at.AddDate(0, 0, -4))}}, at)
	want := strings.Join([]string{
		"✗ ALL OF — 0 von 2 treffen zu; ändert sich nie von selbst",
		"  ✗ COUNT(opened) >= 5 IN LAST 30 days — bisher 0, 5 zu wenig; kein solches Ereignis",
		"  ✗ seen WITHIN LAST 3 days — seen is 2026-03-06T00:00:00Z (vor 4 Tage), 1 Tag zu früh"}, "\n")
	if got := german.Explain(e); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The numbers behind the texts are in an explanation, and its JSON keeps its keys.
func TestExplanationFacts(t *testing.T) {
	at := time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)
	x := &segment.Record{ID: "ann", Fields: map[string]rule.Value{"age": rule.Int(15), "seen": rule.Time(at.AddDate(0, 0, -4)), "tags": rule.List(rule.Text("x"))},
		Log: []segment.Event{{ID: "1", Name: "opened", At: at.AddDate(0, 0, -20)}, {ID: "2", Name: "opened", At: at.AddDate(0, 0, -10)}}}
	for text, want := range map[string]string{
		`age >= 18`: `{"condition":"age \u003e= 18","holds":false,"seen":"age is 15","note":"3 short; never changes by itself",` +
			`"saw":[{"key":"is","args":[{"value":"age"},{"value":"15"}]}],"why":[{"key":"short","args":[{"value":3}]},{"key":"never"}],"facts":{"seen":15,"wanted":18,"short_by":3}}`,
		`NOT COUNT(opened) > 1 IN LAST 30 days`: `{"condition":"NOT COUNT(opened) \u003e 1 IN LAST 30 days","holds":false,"seen":"2 so far",` +
			`"note":"1 over; oldest 2026-02-18T00:00:00Z, newest 2026-02-28T00:00:00Z","next":"2026-03-20T00:00:00Z",` +
			`"saw":[{"key":"metric_count","args":[{"value":"2"}]}],"why":[{"key":"over","args":[{"value":1}]},{"key":"events_span","args":[{"value":"2026-02-18T00:00:00Z"},{"value":"2026-02-28T00:00:00Z"}]}],` +
			`"facts":{"seen":2,"wanted":1,"short_by":-1,"until":"2026-03-20T00:00:00Z"}}`,
	} {
		p, err := segment.Compile(segment.MustParse(text))
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(p.Explain(x, at))
		if err != nil || string(got) != want {
			t.Errorf("%s (%v):\ngot  %s\nwant %s", text, err, got, want)
		}
	}
	for text, want := range map[string]segment.Facts{
		`seen WITHIN LAST 3 days`:                  {Seen: rule.Time(at.AddDate(0, 0, -4)), Wanted: rule.Time(at.AddDate(0, 0, -3)), ShortBy: rule.Duration(24 * time.Hour)},
		`age BETWEEN 3 AND 10`:                     {Seen: rule.Int(15), Wanted: rule.Int(10), ShortBy: rule.Int(-5)},
		`AT LEAST 2 OF (age > 1, x = 1)`:           {Seen: rule.Int(1), Wanted: rule.Int(2), ShortBy: rule.Int(1)},
		`DID opened IN AT LEAST 4 OF LAST 5 WEEKS`: {Seen: rule.Int(2), Wanted: rule.Int(4), ShortBy: rule.Int(2)},
		`seen = 2026-03-08`:                        {Seen: rule.Time(at.AddDate(0, 0, -4)), Wanted: rule.Date(2026, 3, 8), ShortBy: rule.Duration(48 * time.Hour)},
		`tags = 5`:                                 {Wanted: rule.Int(5)},
		`none > 5`:                                 {Wanted: rule.Int(5)},
	} {
		p, err := segment.Compile(segment.MustParse(text))
		if err != nil {
			t.Fatal(err)
		}
		got := p.Explain(x, at).Facts
		if got.Until = (time.Time{}); !got.Seen.Equal(want.Seen) || !got.Wanted.Equal(want.Wanted) || !got.ShortBy.Equal(want.ShortBy) {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}
