package tests

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/corpus"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/lint"
	"github.com/segmentrules/segment/schema"
	"github.com/segmentrules/segment/segmenttest"
)

// Rules that people write down for what they want, and that mean something else: each is an
// error or a warning, also where no schema is known. Those with a fix say what is meant.
func TestSaidButNotMeant(t *testing.T) {
	for _, tt := range []struct {
		rule string
		code lint.Code
		fix  string
	}{
		{`DID cart_add THEN NOT purchase(WHERE sku = cart_add.sku) WITHIN 24 hours`, lint.WarnScope, ""},
		{`COUNT(sign_in) > COUNT(docs_view) IN LAST 30 DAYS`, lint.WarnShared, `COUNT(sign_in) IN LAST 30 days > COUNT(docs_view) IN LAST 30 days`},
		{`NEVER DID purchase IN LAST 0 DAYS`, lint.WarnWindow, `COUNT(purchase) = 0 TODAY`},
		{`COUNT(login WHERE WEEKDAY(at) IN (6, 7)) >= 2`, lint.WarnScope, ""},
		{`res NOT CONTAINS "800x600" OR res NOT CONTAINS "1600x1600"`, lint.WarnEither, `res NOT CONTAINS "800x600" AND res NOT CONTAINS "1600x1600"`},
		{`country IN ("US", NULL)`, lint.WarnNull, `country IN ("US") OR country IS NULL`},
		{`tags != "vip"`, lint.WarnList, `tags NOT CONTAINS "vip"`},
		{`ANY tags != "vip"`, lint.WarnAnyNot, `NO tags = "vip"`},
		{`seen <= "2023-07-17"`, lint.WarnDate, `seen <= 2023-07-17`},
		{`ANNIVERSARY(born) = 7 days from now`, lint.WarnExactDay, `ANNIVERSARY(born) WITHIN NEXT 7 days`},
		{`MONTH(born) = MONTH(TODAY) + 1`, lint.WarnPeriod, `MONTH(born) = MONTH(TODAY + 1 month)`},
		{`YEAR(TODAY) - YEAR(born) >= 18`, lint.WarnYears, `AGE(born) >= 18 years`},
		// More of the same kinds.
		{`DID cart THEN NOT buy(WHERE sku = cart.sku) WITHIN 1 day`, lint.WarnScope, ""},
		{`COUNT(b WHERE sku = fav) > 1`, lint.WarnScope, ""},
		{`COUNT(b WHERE WEEKDAY(at) = 6) > 1`, lint.WarnScope, ""},
		{`COUNT(buy WHERE buy.amount > 5) > 1`, lint.WarnScope, `amount > 5`},
		{`SUM(orders.total) > 100`, lint.WarnScope, ""},
		{`ANY orders.total > 5`, lint.WarnScope, `ANY orders HAS (total > 5)`},
		{`ANY orders.items HAS (sku = "x")`, lint.WarnScope, `ANY orders HAS (ANY items HAS (sku = "x"))`},
		{`ANY orders HAS (orders.total > 5)`, lint.WarnScope, `total > 5`},
		{`seen BETWEEN "2026-01-01" AND "2026-01-31"`, lint.WarnDate, `seen BETWEEN 2026-01-01 AND 2026-01-31`},
		{`ANY days = "2026-01-01"`, lint.WarnDate, `ANY days = 2026-01-01`},
		{`LAST(buy.due) < "2026-01-01T10:00:00Z"`, lint.WarnDate, `LAST(buy.due) < 2026-01-01T10:00:00Z`},
		{`day HAS BEEN "2026-01-01" FOR 7 days`, lint.WarnDate, `day HAS BEEN 2026-01-01 FOR AT LEAST 7 days`},
		{`seen WITHIN LAST 0 days`, lint.WarnWindow, `seen DURING TODAY`},
		{`COUNT(a) >= 1 NEXT 3 MONTHS`, lint.WarnWindow, ``},
		{`DID a THEN b DURING NEXT MONTH`, lint.WarnWindow, ``},
		{`LAST(a) DURING TOMORROW`, lint.WarnWindow, ``},
		{`COUNT(a) = 0 BETWEEN 30 AND 7 DAYS AGO`, lint.WarnWindow, `COUNT(a) = 0 BETWEEN 7 AND 30 days AGO`},
		{`COUNT(a) > 1 BETWEEN 2026-02-01 AND 2026-01-01`, lint.WarnWindow, `COUNT(a) > 1 BETWEEN 2026-01-01 AND 2026-02-01`},
		{`country NOT IN ("US", NULL)`, lint.WarnNull, `NOT (country IN ("US") OR country IS NULL)`},
		{`res NOT STARTS WITH "a" OR res NOT STARTS WITH "b" OR x = 1`, lint.WarnAlways, `res NOT STARTS WITH "a" AND res NOT STARTS WITH "b" OR x = 1`},
		{`plan != "a" OR plan != "b"`, lint.WarnAlways, `plan != "a" AND plan != "b"`},
		{`tags IN ("a", "b")`, lint.WarnList, `tags CONTAINS ANY OF ("a", "b")`},
		{`wish = "a" OR ANY wish STARTS WITH "b"`, lint.WarnList, `wish CONTAINS "a"`},
		{`MONTH(born) - MONTH(TODAY) = 1`, lint.WarnPeriod, `MONTH(born) = MONTH(TODAY + 1 month)`},
		{`WEEKDAY(x) = WEEKDAY(TODAY) - 2`, lint.WarnPeriod, `WEEKDAY(x) = WEEKDAY(TODAY - 2 days)`},
		{`YEAR(born) < YEAR(NOW) - 18`, lint.WarnYears, `AGE(born) >= 19 years`},
	} {
		c, err := segment.Parse(tt.rule)
		if err != nil {
			t.Errorf("%s is refused: %v", tt.rule, err)
			continue
		}
		found := false
		for _, w := range lint.Condition(c, nil) {
			found = found || w.Code == tt.code && w.Fix == tt.fix
		}
		if !found {
			t.Errorf("%s gives %+v, want %s with %s", tt.rule, lint.Condition(c, nil), tt.code, tt.fix)
		}
	}
}

// Rules that are right, and close to those above.
func TestMeantAsSaid(t *testing.T) {
	for _, text := range []string{
		`status = "active"`, `address != "x"`, `plan NOT IN ("a", "b")`, `born < 2000-01-01`, `name = "2026"`, `sku = "2026-13-01"`,
		`MONTH(born) = MONTH(TODAY)`, `YEAR(signup) = YEAR(TODAY) - 1`, `YEAR(TODAY) - YEAR(signup) >= 1`, `MONTH(born) % 12 + 1 = 3`, `HOUR(NOW) >= 9`,
		`ANNIVERSARY(born) = TODAY`, `ANNIVERSARY(born) = TODAY + 1 day`, `signup = TODAY - 7 days`,
		`SUM(purchase.amount) > 5`, `AVG(purchase.price) > 20`, `COUNT(orders) > 3`, `ANY custom.tags = "x"`, `orders.count > 5`,
		`COUNT(purchase WHERE amount > 5 AND sku = "x") >= 2`, `COUNT(b WHERE cart.size > 3) > 1`, `ANY orders HAS (price < list_price)`,
		`NOT ANY tags != "vip"`, `ANY orders HAS (status != "paid")`, `ALL tags != "vip"`, `tags CONTAINS "vip"`, `tags IS SET`,
		`x NOT CONTAINS "a" OR y NOT CONTAINS "b"`, `NOT (x CONTAINS "a" AND x CONTAINS "b")`, `x NOT CONTAINS "a" AND x NOT CONTAINS "b"`,
		`COUNT(a) / COUNT(b) >= 0.2 IN LAST 30 DAYS`, `COUNT(a) IN LAST 7 DAYS > COUNT(b) IN LAST 30 DAYS`, `COUNT(a) > COUNT(b)`,
		`COUNT(a) = 0 BETWEEN 7 AND 30 DAYS AGO`, `seen FROM 2026-01-01 TO 2026-01-01`, `seen WITHIN LAST 1 day`,
	} {
		if ws := lint.Condition(segment.MustParse(text), nil); len(ws) > 0 {
			t.Errorf("%s gives %+v", text, ws)
		}
	}
	// What a schema says counts more than what a name looks like.
	s := &segment.Schema{Fields: map[string]schema.FieldType{"tags": {Kind: segment.KindText}, "note": {Kind: segment.KindText}, "sent": {Kind: segment.KindTime}},
		Events: map[string]schema.EventType{"orders": {Props: map[string]schema.FieldType{"total": {Kind: segment.KindNumber}, "at": {Kind: segment.KindText}}}}}
	for _, text := range []string{`tags = "vip"`, `note = "2026-01-01"`, `sent <= "2025-12-01"`, `SUM(orders.total) > 5`, `COUNT(orders WHERE at = "noon") > 2`} {
		if ws := lint.Condition(segment.MustParse(text), s); len(ws) > 0 {
			t.Errorf("%s gives %+v", text, ws)
		}
	}
	for text, code := range map[string]lint.Code{`labels = "x"`: lint.WarnList, `keys != "x"`: lint.WarnList} {
		s := &segment.Schema{Fields: map[string]schema.FieldType{"labels": {Kind: segment.KindList, Of: segment.KindText}, "keys": {Kind: segment.KindList, Of: segment.KindText}}}
		if ws := lint.Condition(segment.MustParse(text), s); len(ws) != 1 || ws[0].Code != code {
			t.Errorf("%s gives %+v", text, ws)
		}
	}
}

// What users ask for and the language has no words for is refused.
func TestUnsayable(t *testing.T) {
	for want, text := range map[string]string{
		"in a segment for 30 days":           `IN SEGMENT "vip" FOR 30 days`,
		"entered a segment lately":           `JOINED SEGMENT "vip" IN LAST 30 DAYS`,
		"none of the last five mails opened": `COUNT(open) = 0 IN LAST 5 sent`,
		"within 50 km":                       `DISTANCE(lat, lon, 52.5, 13.4) < 50`,
		"the top 10 %":                       `TOP 10 PERCENT BY spent`,
		"1,000 of them":                      `country = "US" LIMIT 1000`,
		"any three in one calendar month":    `COUNT(open) >= 3 IN ANY MONTH`,
		"twice in each of three weeks":       `DID open AT LEAST 2 TIMES IN AT LEAST 3 OF LAST 4 WEEKS`,
		"on no list at all":                  `NOT IN ANY LIST`,
		"lower case":                         `LOWER(email) = "a@b.c"`,
		"the domain":                         `DOMAIN(email) IN ("gmail.com", "gmx.de")`,
		"accents aside":                      `city = "Orleans" IGNORING ACCENTS`,
	} {
		if c, err := segment.Parse(text); err == nil {
			t.Errorf("%s can be said: %s", want, c)
		}
	}
}

// pointsTo reports whether a JSON Pointer leads to something in the definition of a rule.
func pointsTo(c segment.Condition, pointer string) bool {
	text, err := segment.MarshalCondition(c)
	var at any
	if err != nil || json.Unmarshal(text, &at) != nil {
		return false
	}
	for _, name := range strings.Split(pointer, "/")[1:] {
		switch in := at.(type) {
		case map[string]any:
			at = in[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(in) {
				return false
			}
			at = in[i]
		}
		if at == nil {
			return false
		}
	}
	return true
}

// Every warning has a place: a path in the definition, and in a text an offset at which its part may
// start. Every fix is a rule, of which the warning is not given any more.
func TestLawFixes(t *testing.T) {
	fixes := make(map[lint.Code]int)
	check := func(c segment.Condition, s *segment.Schema) {
		ws, err := lint.Text(c.String(), s)
		if err != nil {
			return
		}
		c = segment.MustParse(c.String())
		for _, w := range append(ws, lint.Condition(c, s)...) {
			switch {
			case w.Line > 0 && (w.Offset > len(c.String()) || w.Column < 1):
				t.Fatalf("%s: %+v", c, w)
			case w.Path != "" && !pointsTo(c, w.Path):
				t.Fatalf("%s: nothing at %s: %+v", c, w.Path, w)
			case w.Fix == "":
				continue
			}
			fixes[w.Code]++
			if _, err := segment.Parse(w.Fix); err != nil {
				t.Fatalf("%s: the fix %s: %v", c, w.Fix, err)
			}
			again, err := lint.Text(w.Fix, s)
			if err != nil {
				t.Fatalf("%s: the fix %s: %v", c, w.Fix, err)
			}
			for _, a := range again {
				if a.Code == w.Code && (a.Part == w.Part || a.Part == w.Fix) {
					t.Fatalf("%s: %+v\nand of the fix %+v", c, w, a)
				}
			}
		}
	}
	for _, c := range corpus.Rules(t) {
		check(c, nil)
		check(c, ruletest.Shop())
	}
	for seed := range uint64(1_500) {
		check(wrapped(ruletest.NewGrower(seed), ruletest.NewGrower(seed).Condition(3, false)), nil)
	}
	law(t, segmenttest.Cases(), func(c segmenttest.Case) string {
		check(c.Condition, nil)
		return ""
	})
	t.Log(fixes)
}
