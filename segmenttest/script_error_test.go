package segmenttest

import (
	"strings"
	"testing"
)

func TestScriptsThatAreRefused(t *testing.T) {
	for script, want := range map[string]string{
		"  indented first":                        "line 1: nothing stands above this block",
		"and contact ann":                         "line 1: nothing stands before this `and`",
		"story a\nat 2026-01-01\nand at tomorrow": "line 3: an update is expected behind `and`",
		"at 2026-01-01\n# talk\nfrobnicate ann":   `line 3: unknown command "frobnicate"`,
		"expect wonders":                          `line 1: unknown expectation "wonders"`,
		"expect":                                  `line 1: unknown expectation ""`,
		"at 2026-01-01\n  and a block":            "line 2: nothing may stand below `at`",
		"expect members a: ann\n  bob":            "line 2: nothing may stand below `expect`",
	} {
		if _, err := readStories(script); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", script, err, want)
		}
	}
}

func TestCommandsThatAreRefused(t *testing.T) {
	for line, want := range map[string]string{
		"at noon":                            `"noon" is no instant`,
		"at 2025-12-31":                      "the clock cannot go back",
		"after 3":                            `"3" is no length of time`,
		"after three days":                   `"three days" is no length of time`,
		"after 3 fortnights":                 `"3 fortnights" is no length of time`,
		"zone Mars/Olympus":                  "unknown time zone",
		"advance to 2026-02-01":              "`advance 2 diffs to INSTANT` is expected",
		"advance 0 diffs to 2026-02-01":      "`advance 2 diffs to INSTANT` is expected",
		"define adults age >= 18":            "a colon is missing",
		"define adults: age >=":              "1:7",
		"define : age >= 18":                 "a segment needs an id",
		"contact ann country":                "`=` is missing",
		`contact ann a = 1 b = 2`:            "is no value",
		`contact ann a = [1, 2`:              "a value does not end",
		`contact ann a = yes`:                "yes is no value",
		`contact ""`:                         "contact id",
		`event ann opened {"a": 1,} id e1`:   "expected a name in quotes",
		"event ann opened yesterday":         `"yesterday" is no instant`,
		"drop adults":                        `no segment "adults"`,
		`schema {"zone": "Europe/Berlin"}`:   "a schema comes before all else",
		`schema {"zoo": 1}`:                  "zoo",
		"expect due soon":                    `"soon" is no instant`,
		"expect no doubt":                    "`no diffs` or `no contact ID` is expected",
		"expect dry cleaning a: EVERYONE":    "`dry run id: rule` is expected",
		"expect dry run a: IN SEGMENT \"b\"": "unknown segment",
		"expect explain ann adults":          `no contact "ann"`,
		"expect match 1: age >":              "1:6",
	} {
		w := newTeller(t, Reference())
		stories, err := readStories("at 2026-01-01\n" + line)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range stories[0].commands {
			if w.err = w.do(c); w.err != nil {
				break
			}
		}
		if w.err == nil || !strings.Contains(w.err.Error(), want) {
			t.Errorf("%s: got %v, want %s", line, w.err, want)
		}
	}
}

// A plain system is a reference that can do nothing but what all can.
type plain struct{ System }

func TestWhatASystemCannotDoIsNotExpected(t *testing.T) {
	RunScript(t, func(*testing.T) System { return plain{Reference()} }, `
at 2026-01-01
define a: age > 18
contact ann age = 17
expect due 2020-01-01
expect match 17: EVERYONE
expect explain bob b
expect error bob
expect dry run b: IN SEGMENT "c"
expect error c
expect segments ann: a
expect contact ann age = 18
expect no contact ann
restart
expect members a: nobody
`)
}
