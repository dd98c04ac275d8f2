package index_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

var lastOfAll = time.Date(9999, time.December, 31, 23, 59, 59, 999_999_999, time.UTC)

// A segment whose id or name is not UTF-8 is refused where it comes in, by an index
// and by a matcher: its snapshot could not be read.
func TestNamesAreUTF8(t *testing.T) {
	for _, s := range []segment.Segment{{ID: "a\xff"}, {ID: "a", Name: "b\xc3("}, {ID: ""}} {
		s.Condition = rule.Everyone{}
		ix := index.New(index.Options{})
		_, err := ix.Define(s, newYear)
		_, _, dry := ix.DryRun(s, newYear)
		_, match := index.NewMatcher(s)
		for _, err := range []error{err, dry, match} {
			var e *segment.Error
			if !errors.As(err, &e) || !errors.Is(err, segment.ErrValue) || e.Path != "/id" && e.Path != "/name" {
				t.Errorf("%q: %v", s, err)
			}
		}
		if _, err := again(ix); err != nil || len(ix.Defined()) > 0 {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// No call takes an instant that an update could not follow: after each the index can
// be written to and restored.
func TestInstantsThatNoClockHas(t *testing.T) {
	all := segment.Segment{ID: "all", Condition: rule.Everyone{}}
	for _, at := range []time.Time{lastOfAll.Add(1), time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(1<<60, 0),
		time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -7200)), {}, time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)} {
		for _, shards := range []int{1, 3} {
			ix := inShards(shards, index.Options{})
			if _, err := ix.Define(all, newYear); err != nil {
				t.Fatal(err)
			}
			_, apply := ix.Apply(segment.Update{Contact: "ann", At: at})
			_, define := ix.Define(all, at)
			_, drop := ix.Drop("all", at)
			_, _, dry := ix.DryRun(all, at)
			for i, err := range []error{apply, define, drop, dry} {
				if !errors.Is(err, segment.ErrValue) {
					t.Errorf("%v, call %d: %v", at, i, err)
				}
			}
			for _, limit := range []int{0, 1} {
				if ds, done := ix.Advance(at, limit); len(ds) > 0 || !done || !ix.Now().Equal(newYear) {
					t.Errorf("%v: Advance %v %v, the clock is %v", at, ds, done, ix.Now())
				}
			}
			if _, err := ix.Apply(segment.Update{Contact: "ann", At: newYear}); err != nil {
				t.Errorf("%v: %v", at, err)
			}
			if _, err := again(ix); err != nil {
				t.Errorf("%v: %v", at, err)
			}
		}
	}
}

// What is due only after the year 9999 is never due, and the last instant is one as
// all others.
func TestTheLastInstant(t *testing.T) {
	ix := index.New(index.Options{})
	for id, text := range map[string]string{"old": `born OLDER THAN 9000 years`, "far": `AGE(born) > 3000000 days`, "never": `DID opened IN LAST 30 DAYS`} {
		if _, err := ix.Define(segment.Segment{ID: id, Condition: segment.MustParse(text)}, newYear); err != nil {
			t.Fatal(err)
		}
	}
	apply(t, ix, segment.Update{Contact: "ann", At: newYear, Set: map[string]segment.Value{"born": segment.Time(newYear)},
		Events: []segment.Event{{ID: "1", Name: "opened", At: lastOfAll}}})
	for {
		due, ok := ix.Due()
		if !ok {
			break
		}
		if due.After(lastOfAll) {
			t.Fatalf("due at %v", due)
		}
		ix.Advance(due, 0)
		if !ix.Now().Equal(due) {
			t.Fatalf("due at %v, and the clock is %v", due, ix.Now())
		}
	}
	ix.Advance(lastOfAll, 0)
	apply(t, ix, segment.Update{Contact: "bob", At: lastOfAll, Events: []segment.Event{{ID: "1", Name: "opened", At: lastOfAll}}})
	if _, err := again(ix); err != nil {
		t.Error(err)
	}
}

// An event dated in the future that a WHERE does not want moves no timer, and its
// snapshot is sound all the same.
func TestVerifyTakesEventsNobodyWants(t *testing.T) {
	for _, many := range []int{0, 70} { // with more than 64 timed segments timers are set by conditions
		ix := index.New(index.Options{})
		define := func(id, text string) {
			if _, err := ix.Define(segment.Segment{ID: id, Condition: segment.MustParse(text)}, newYear); err != nil {
				t.Fatal(err)
			}
		}
		define("x", `COUNT(purchase WHERE sku = "X") >= 1`)
		define("sum", `SUM(purchase.n WHERE sku = "X") > 3 IN LAST 30 DAYS`)
		for i := range many {
			define(fmt.Sprint(i), fmt.Sprintf(`COUNT(purchase WHERE sku = "X%d") >= 1 IN LAST 7 DAYS`, i))
		}
		for i := range 20 {
			apply(t, ix, segment.Update{Contact: fmt.Sprint(i % 3), At: newYear.Add(time.Duration(i)), Events: []segment.Event{
				{ID: fmt.Sprint(i), Name: "purchase", At: newYear.AddDate(0, i, 0), Props: []byte(`{"sku":"Y","n":5}`)}}})
		}
		if _, err := again(ix); err != nil {
			t.Errorf("%d more segments: %v", many, err)
		}
		apply(t, ix, segment.Update{Contact: "1", At: ix.Now(), Events: []segment.Event{
			{ID: "wanted", Name: "purchase", At: newYear.AddDate(2, 0, 0), Props: []byte(`{"sku":"X","n":5}`)}}})
		if _, err := again(ix); err != nil {
			t.Errorf("%d more segments: %v", many, err)
		}
	}
}

// A calendar comes back as what it is: the zone that a name means here may be another.
func TestCalendarsComeBack(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC) // 23:30 in winter time, the next day in summer time
	for _, loc := range []*time.Location{time.FixedZone("CET", 3600), time.FixedZone("Europe/Berlin", 3600), time.FixedZone("UTC", 7200),
		time.FixedZone("Local", -3600), time.FixedZone("", 1800), time.FixedZone("\xff", 1), berlin, time.UTC, time.Local} {
		for _, shards := range []int{1, 3} {
			ix := inShards(shards, index.Options{Location: loc})
			if _, err := ix.Define(segment.Segment{ID: "first", Condition: segment.MustParse(`DAY(TODAY) = 1`)}, at); err != nil {
				t.Fatal(err)
			}
			apply(t, ix, segment.Update{Contact: "ann", At: at})
			back, err := again(ix)
			if err != nil {
				t.Errorf("%q: %v", loc, err)
				continue
			}
			want, _ := ix.Advance(at.AddDate(0, 2, 0), 0)
			got, _ := back.Advance(at.AddDate(0, 2, 0), 0)
			if fmt.Sprint(want) != fmt.Sprint(got) || ix.Hash() != back.Hash() {
				t.Errorf("%q: %v, and restored %v", loc, want, got)
			}
			if _, err := index.Restore(bytes.NewReader(snapshot(t, ix)), index.Options{Location: loc}); err != nil {
				t.Errorf("%q: %v", loc, err)
			}
		}
	}
	fixed := index.New(index.Options{Location: time.FixedZone("Europe/Berlin", 3600)})
	if _, err := index.Restore(bytes.NewReader(snapshot(t, fixed)), index.Options{Location: berlin}); err == nil || !strings.Contains(err.Error(), "they differ at") {
		t.Errorf("another zone of the name is taken: %v", err)
	}
	far := index.New(index.Options{Location: time.FixedZone("far", 1<<40)})
	if err := far.Snapshot(new(bytes.Buffer)); err == nil {
		t.Error("a zone that nobody can read again is written")
	}
}

// A hoarder makes up what hosts may hand in, good and bad.
type hoarder struct {
	*rand.Rand
	instants []time.Time
}

// text is any text, now and then not UTF-8.
func (h *hoarder) text() string {
	switch h.Intn(6) {
	case 0:
		b := make([]byte, h.Intn(4))
		h.Read(b)
		return string(b)
	case 1:
		return [...]string{"\x00", "\ufffd", "a.b", `a\.b`, "", " ", "id", "é", "e\u0301", "\u2028", "\xed\xa0\x80", strings.Repeat("long", 99)}[h.Intn(12)]
	}
	return fmt.Sprint("n", h.Intn(5))
}

func (h *hoarder) at() time.Time { return h.instants[h.Intn(len(h.instants))] }

// value is any value that a field might have.
func (h *hoarder) value(depth int) segment.Value {
	switch k := h.Intn(12); {
	case k == 0 && depth > 0:
		return segment.List(h.value(depth-1), h.value(depth-1))
	case k == 1 && depth > 0:
		return segment.Object(segment.Member{Name: h.text(), Value: h.value(depth - 1)})
	case k == 2:
		return segment.Time(h.at())
	case k == 3:
		return segment.Date(h.Intn(10002), time.Month(h.Intn(14)), h.Intn(33))
	case k == 4:
		return segment.Duration(time.Duration(h.Uint64()))
	case k == 5:
		return segment.Uint(h.Uint64())
	case k == 6:
		return segment.JSON([...]string{`0.30000000000000001`, `123456789012345678901.5`, `{"date":"2026-01-31"}`, `{"$time":"x"}`, `[{"fraction":"1/3"}]`, `-0`}[h.Intn(6)])
	case k == 7:
		return segment.Value{}
	}
	return segment.Text(h.text())
}

// update is any update.
func (h *hoarder) update(at time.Time) segment.Update {
	u := segment.Update{Contact: h.text(), At: at}
	switch h.Intn(5) {
	case 0:
		u.Set = map[string]segment.Value{h.text(): h.value(2), h.text(): h.value(2)}
	case 1:
		u.Events = []segment.Event{{ID: h.text(), Name: h.text(), At: h.at(), Props: []byte(fmt.Sprintf(`{%q:1}`, h.text()))},
			{ID: h.text(), Name: "e", At: h.at(), Props: []byte(`{"a":"` + h.text() + `"}`)}}
	case 2:
		u.Join = []string{h.text()}
	case 3:
		u.Leave, u.Retract = []string{h.text()}, []string{h.text()}
	default:
		u.Delete = h.Intn(3) == 0
	}
	return u
}

// TestWhatIsTakenComesBack: whatever calls were accepted, a snapshot can be read, and
// gives an index with the same Hash.
func TestWhatIsTakenComesBack(t *testing.T) {
	zones := []string{"UTC", "America/St_Johns", "Pacific/Apia", "Africa/Monrovia", "America/Juneau", "Asia/Manila", "Australia/Lord_Howe"}
	runs := 120
	if testing.Short() {
		runs = 30
	}
	for seed := range runs {
		h := &hoarder{Rand: rand.New(rand.NewSource(int64(seed)))}
		loc, err := time.LoadLocation(zones[seed%len(zones)])
		if err != nil {
			t.Fatal(err)
		}
		h.instants = append(transitions(loc), time.Time{}, time.Time{}.Add(1), time.Date(0, 1, 1, 0, 0, 0, 0, loc), time.Date(9999, 12, 31, 23, 59, 59, 1, loc), lastOfAll)
		ix := inShards(1+2*(seed%2), index.Options{Location: loc, Stays: seed%3 == 0})
		at, taken := h.instants[h.Intn((len(h.instants)-4)/2)], 0
		for range 40 {
			if h.Intn(3) == 0 {
				if next := h.instants[h.Intn(len(h.instants)-5)]; next.After(at) && h.Intn(4) == 0 {
					at = next
				} else {
					at = at.Add(time.Duration(h.Intn(3)) * 20 * time.Minute)
				}
			}
			var err error
			switch h.Intn(6) {
			case 0:
				c := segment.MustParse([...]string{`MONTH(TODAY) = 7`, `n1 = "x"`, `DID e IN LAST 1 HOUR`, `n2 IS SET AND MONTH(NOW) > 6`, `n1 CHANGED IN LAST 1 DAY`}[h.Intn(5)])
				if h.Intn(3) == 0 {
					c = rule.Compare{Left: rule.Field("n1"), Op: rule.OpEq, Right: segment.Text(h.text())}
				}
				_, err = ix.Define(segment.Segment{ID: h.text(), Name: h.text(), Condition: c}, at)
			case 1:
				ix.Advance(at, h.Intn(3))
			default:
				_, err = ix.Apply(h.update(at))
			}
			if err == nil {
				taken++
			}
		}
		back, err := index.Restore(bytes.NewReader(snapshot(t, ix)), index.Options{Verify: true, Stays: seed%3 == 0})
		if err != nil || back.Hash() != ix.Hash() {
			t.Fatalf("seed %d, %s, %d calls taken, clock %v: %v", seed, loc, taken, ix.Now(), err)
		}
		if a, b := fmt.Sprint(metricsOfAll(ix)), fmt.Sprint(metricsOfAll(back)); a != b {
			t.Fatalf("seed %d: metrics %s, and restored %s", seed, a, b)
		}
	}
}

// metricsOfAll are the metrics of all segments.
func metricsOfAll(ix *index.Index) (all []index.Metrics) {
	for _, s := range ix.Defined() {
		m, _ := ix.Metrics(s.ID)
		m.At, m.Since = m.At.UTC(), m.Since.UTC()
		all = append(all, m)
	}
	return all
}

// transitions are the instants around those at which the offset of a zone changes, up
// to 2030.
func transitions(loc *time.Location) (out []time.Time) {
	out = append(out, newYear)
	for at := time.Date(1800, 1, 1, 0, 0, 0, 0, loc); at.Year() < 2030; {
		_, at = at.ZoneBounds()
		if at.IsZero() {
			break
		}
		out = append(out, at.Add(-time.Minute), at.Add(-1), at, at.Add(1), at.Add(time.Hour))
	}
	return out
}
