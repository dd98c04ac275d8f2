package engines_test

import (
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// What rules of a mixture are made of: X and Y are fields, P and Q properties or members,
// E and F events, L lists, V any constant, T a text, N a number, D an instant, W a window,
// C a condition of properties, and M one of members.
var (
	mixedOfDocs = strings.FieldsFunc(`X = V|X != V|X IN (V, V, T)|X > N|X <= N|X CONTAINS V|X CONTAINS T|X CONTAINS ANY OF (T, N)|X CONTAINS ALL OF (V, T)|ANY X = V|NO X = V|ALL X = V|ALL X > N|NO X <= N|ANY X > N|AT LEAST 2 X > N|ANY X IN (T, N, V)|NO X IN (T, NULL)|X IS NULL|X IS BLANK|LENGTH(X) > N|X STARTS WITH T|X ENDS WITH T|X CONTAINS T IGNORING CASE|X = T IGNORING CASE
ANY L HAS (M)|NO L HAS (M)|ALL L HAS (M)|AT LEAST 2 L HAVE (M)|ANY L HAS (M AND M)|ANY L HAS (M OR M)|NO L HAS (M AND NOT (M))|ANY L HAS (AT LEAST 2 OF (M, M, M))|ALL L HAS (M OR M AND M)|ANY L HAS (ANY s HAS (M))|ANY L HAS (ANY p = V)|NO L HAS (s CONTAINS V)|ANY ll HAS (ANY ELEMENT = V)|ANY ll HAS (ELEMENT > N)|NO ll HAS (ELEMENT = V OR ELEMENT > N)|ALL ll HAS (ELEMENT CONTAINS V)|X = Y|X < Y|X + N > V|X * 2 >= N|X / 2 < N|X - D < 3 days`, func(r rune) bool { return r == '|' || r == '\n' })
	mixedMembers  = strings.FieldsFunc(`p = V|p = T|q > N|q <= N|q != V|q IN (N, T)|s.p = V|s.q > N|s CONTAINS V|p IS NULL|p IS SET|NOT (q > N)|q BETWEEN N AND N|p STARTS WITH T|p = q|ANY s = V|NOT s.p = V|q >= N|p CONTAINS T`, func(r rune) bool { return r == '|' })
	mixedOfEvents = strings.FieldsFunc(`COUNT(E) >= 2 W|COUNT(E) = 1 W|COUNT(E) > 0 W|NEVER DID E|DID E W|DID E WHERE (C) W|COUNT(E WHERE C) >= 2 W|COUNT(E WHERE C) = 0 W|SUM(E.P) > N W|SUM(E.P) <= N|AVG(E.P) >= N W|MIN(E.P) <= N|MAX(E.P) > V W|DISTINCT(E.P) >= 2|DISTINCT(E.P) = 1 W|LAST(E.P) = V|LAST(E.P) > V|FIRST(E.P) = T|FIRST(E.P) IS NULL|LAST(E.P WHERE C) = V|LAST(E.P) IN (V, T, NULL)|LAST(E.P) != V
LAST(E) WITHIN LAST 3 days|LAST(E) OLDER THAN 2 days|FIRST(E) WITHIN LAST 3 days|FIRST(E) OLDER THAN 2 days|LAST(E) > D|FIRST(E) < D|LAST(E WHERE C) OLDER THAN 1 day|FIRST(E WHERE C) WITHIN LAST 9 days|LAST(E) > LAST(F)|LAST(E.P) = LAST(F.Q)|COUNT(E) > COUNT(F) W|SUM(E.P) > SUM(F.Q)|COUNT(E) + COUNT(F) > N W|COUNT(E) / COUNT(F) >= 1|COUNT(E) > X|LAST(E) > X|LAST(E.P) = X|AVG(E.P) > X
DID E THEN F|DID E THEN F WITHIN 2 days W|DID E THEN NOT F WITHIN 3 days|DID E WHERE (C) THEN F WHERE (C) W|DID E THEN NOT F WHERE (C) WITHIN 9 days|DID E THEN F THEN E|DID E IN AT LEAST 2 OF LAST 4 DAYS|DID E IN AT LEAST 1 OF LAST 4 WEEKS|NEVER DID E IN AT LEAST 2 OF LAST 9 DAYS|COUNT(E.P) >= 2|COUNT(E WHERE C) > COUNT(E WHERE C)|COUNT(E) >= 1 AND SUM(E.P) > N AND MAX(E.Q) > N|COUNT(E) >= 2 W OR SUM(F.P) > N W OR DID E WHERE (C)|COUNT(E) >= 2 W AND COUNT(E) < 5 W|COUNT(E WHERE C) >= 1 OR COUNT(E) > 2 W
COUNT(E) = 0 W OR COUNT(F) > 1|COUNT(E) >= 2 OR SUM(F.P) > N|LAST(E.P) = V OR LAST(F.P) = T|MAX(E.P AS TIME) > D|LAST(E.P AS TIME) WITHIN LAST 3 days`, func(r rune) bool { return r == '|' || r == '\n' })
	mixedOthers     = strings.FieldsFunc(`IN LIST "vip"|NOT IN LIST "vip"|JOINED LIST "vip" W|JOINED LIST "é" > D|JOINED LIST "vip" WITHIN LAST 3 days|JOINED LIST "vip" OLDER THAN 2 days|JOINED LIST "vip" > LAST(E)|IN SEGMENT "g"|NOT IN SEGMENT "g"|plan CHANGED W|a CHANGED|plan HAS BEEN T FOR AT LEAST 1 day|a HAS BEEN V FOR 3 days|EVERYONE|id = T|id IN (T, "7", "c12", "2", "00000000-0000-4abc-8def-0123456789ab")|id > T|id STARTS WITH "0"|LENGTH(id) > 3|id = X`, func(r rune) bool { return r == '|' })
	mixedWindows    = []string{"", "", "IN LAST 2 DAYS", "IN LAST 12 HOURS", "SINCE 2026-01-31", "BEFORE 2026-01-31T10:00:00.25Z", "DURING THIS MONTH", "PREVIOUS 2 WEEKS", "THIS FISCAL QUARTER STARTING FEBRUARY", "NEXT 2 MONTHS", "DURING YESTERDAY", "IN LAST 9 MONTHS", "BETWEEN 9 days AND 1 day AGO", "SINCE JOINED LIST \"vip\""}
	mixedEventNames = []string{"visit", "email_open", "email_click", "sms", "buy", "refund", "email_*", "visit | buy", "email_open | sms", "*", "buy | refund", "visit | sms | buy"}
	mixedTexts      = append([]string{`"a%b"`, `"a_b"`, `"a"`, `"%"`, `"_"`, `"\\"`, `"A%"`, `"5"`}, nativeTexts...)
	mixedNumbers    = []string{"0", "1", "2", "2.5", "5", "-3", "1000", "12345678901234567890", "0.1", "1e30", "7"}
)

// fields are the paths that rules name.
func (m *mixture) fields() []string {
	names := slices.Sorted(maps.Keys(m.tables.Fields))
	return append(names, "a", "b", "l", "`odd name`", "`é`", "A", "b.p", "b.q", "deep.b.c", "deep.b.c.p", "deep.b", "l.p", "company.doc.a", "company.doc.deep.b.c", "nowhere")
}

// notes keeps what contacts have, by its path, as rules write it: constants are mostly
// some of these.
func (m *mixture) notes(path string, v segment.Value) {
	switch v.Kind() {
	case segment.KindObject:
		for _, x := range v.Members() {
			if path != "" {
				x.Name = path + "." + x.Name
			}
			m.notes(x.Name, x.Value)
		}
		return
	case segment.KindList:
		for _, x := range v.List() {
			m.notes(path, x)
		}
		return
	case segment.KindText:
		m.seen[path] = append(m.seen[path], fmt.Sprintf("%q", v.Text()))
	case segment.KindTime:
		m.seen[path] = append(m.seen[path], v.Time().UTC().Format(time.RFC3339Nano))
	case segment.KindBool:
		m.seen[path] = append(m.seen[path], strings.ToUpper(fmt.Sprint(v.Bool())))
	case segment.KindNumber, segment.KindDate:
		m.seen[path] = append(m.seen[path], v.String())
	}
}

// written fills in a form.
func (m *mixture) written(form string) string {
	fields := m.fields()
	last := ""
	by := func(c byte) string {
		switch c {
		case 'X', 'Y':
			last = m.one(fields...)
			return last
		case 'P', 'Q':
			last = m.one("x", "y", "z", "u", "w", "a", "b.p")
			return last
		case 'E', 'F':
			return m.one(mixedEventNames...)
		case 'L':
			return m.one("os", "orders", "deep.b.d", "ll", "company.doc.os", "l")
		case 'V':
			if seen := m.seen[strings.ReplaceAll(last, "`", "")]; len(seen) > 0 && m.Intn(4) > 0 {
				return m.one(seen...)
			}
			return m.one(m.one(mixedTexts...), m.one(mixedNumbers...), m.one(nativeDays...), m.one(nativeOther...))
		case 'T':
			return m.one(mixedTexts...)
		case 'N':
			return m.one(mixedNumbers...)
		case 'D':
			return m.one(nativeDays...)
		case 'W':
			return m.one(mixedWindows...)
		case 'C':
			form := m.one(m.one(nativeForms...), m.one(mixedOfDocs[:24]...))
			return strings.NewReplacer("X", "P", "Y", "Q").Replace(form)
		case 'M':
			return m.one(mixedMembers...)
		}
		return ""
	}
	for range 4 { // what is filled in may be a form
		var b strings.Builder
		inText := byte(0)
		for i := 0; i < len(form); i++ {
			c := form[i]
			if inText == 0 && (c == '"' || c == '\'' || c == '`') {
				inText = c
			} else if c == inText && form[i-1] != '\\' || c == inText && strings.HasSuffix(form[:i], `\\`) {
				inText = 0
			}
			alone := inText == 0 && (i == 0 || !isLetter(form[i-1])) && (i+1 == len(form) || !isLetter(form[i+1]))
			if alone {
				if text := by(c); text != "" || c == 'W' {
					b.WriteString(text)
					continue
				}
			}
			b.WriteByte(c)
		}
		form = b.String()
	}
	return form
}

// rule is a random rule.
func (m *mixture) rule(depth int) string {
	if depth > 0 && m.Intn(3) > 0 {
		a, b := m.rule(depth-1), m.rule(depth-1)
		switch m.Intn(7) {
		case 0:
			return "NOT (" + a + ")"
		case 1:
			return "AT LEAST 2 OF (" + a + ", " + b + ", " + m.rule(depth-1) + ")"
		case 2, 3:
			return "(" + a + " OR " + b + ")"
		}
		return "(" + a + " AND " + b + ")"
	}
	of := m.Intn(8)
	if m.Intn(3) > 0 { // tables of one seed are mostly asked for one kind of thing
		of = m.mood
	}
	switch of {
	case 0, 1:
		return m.written(m.one(mixedOfDocs...))
	case 2:
		return m.written(m.one(nativeForms...))
	case 3:
		return m.written(m.one(mixedOthers...))
	}
	return m.written(m.one(mixedOfEvents...))
}

// condition is one that parses.
func (m *mixture) condition() segment.Condition {
	for {
		c, err := segment.Parse(m.rule(m.Intn(3)))
		if err != nil {
			continue
		}
		if _, err := segment.Compile(c); err == nil {
			return c
		}
	}
}

// TestMixture compares, for random rules over random tables of many kinds at once, the
// statement with Evaluate over the contacts as they are loaded.
func TestMixture(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		wanted := rulesToTry(e, 240, 60)
		total, all := tally{}, natives(e)
		for s := *seed; total.tried < wanted && !t.Failed(); s++ {
			m := &mixture{Rand: rand.New(rand.NewSource(s)), T: t, e: e, all: all, mood: int(s) % 8}
			m.make()
			stored := m.loaded()
			for range min(60, wanted) {
				c, at := m.condition(), time.Unix(decided, 0).UTC().Add(time.Duration(m.Intn(5)-2)*36*time.Hour)
				if m.Intn(4) == 0 {
					at = at.In(time.FixedZone("", 7*3600))
				}
				if _, err := sqlgen.Select(dialectOf(e), m.tables, c, at); err != nil && strings.Contains(err.Error(), "there is no") {
					continue // it names what the tables have no place for
				}
				total.tried++
				ok, exact := total.one(t, e, m.tables, fmt.Sprintf("seed %d", s), c, at, stored)
				if exact {
					total.exact++
				}
				if ok {
					total.one(t, e, m.tables, fmt.Sprintf("seed %d", s), rule.Not{C: c}, at, stored)
				}
				if ok && e.Name() != "clickhouse" && m.Intn(3) == 0 {
					if err := m.keeps(c, at, stored); err != nil {
						total.differed++
						t.Errorf("seed %d: %s at %s: %.6000v", s, c, at, err)
					}
				}
				if total.differed > 5 {
					t.Fatal("too many differences")
				}
			}
		}
		t.Logf("%d rules, %d of them decided by the database alone", total.tried, total.exact)
	})
}

// loaded are the contacts as the loader reads them.
func (m *mixture) loaded() (stored []segment.Record) {
	m.Helper()
	m.seen = map[string][]string{}
	ids, byID := loadAll(m.T, m.e, m.tables)
	slices.Sort(ids)
	for _, id := range ids {
		x := *byID[id].(*segment.Record)
		for _, f := range slices.Sorted(maps.Keys(x.Fields)) {
			m.notes(f, x.Fields[f])
		}
		for _, e := range x.Log {
			m.notes("", e.Props.Value())
		}
		stored = append(stored, x)
	}
	return stored
}
