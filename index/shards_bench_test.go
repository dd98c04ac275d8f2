package index_test

import (
	"fmt"
	"math/rand"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// A market is 1,000 segments over contacts of whom fields change and who do
// things, always the same.
type market struct {
	r  *rand.Rand
	at time.Time
	n  int // contacts
	id int
}

func openMarket(b *testing.B, k keeper, contacts int) *market {
	b.Helper()
	m := &market{r: rand.New(rand.NewSource(1)), at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), n: contacts}
	for i := range 1000 {
		text := fmt.Sprintf(`plan = "p%d" AND f%d > %d`, i%20, i%10, i/10)
		if i%3 == 0 {
			text = fmt.Sprintf(`COUNT(opened) >= %d IN LAST %d days AND f%d > %d`, 1+i%50, 1+i%30, i%10, i/10)
		}
		if _, err := k.Define(segment.Segment{ID: fmt.Sprintf("segment-%d", i), Condition: segment.MustParse(text)}, m.at); err != nil {
			b.Fatal(err)
		}
	}
	for i := 0; i < contacts; i += 1000 {
		us := make([]segment.Update, 1000)
		for j := range us {
			us[j] = m.update()
			us[j].Contact = fmt.Sprintf("contact-%d", i+j)
			us[j].Set["plan"] = segment.Text(fmt.Sprint("p", j%20))
			for f := range 10 {
				us[j].Set[fmt.Sprint("f", f)] = segment.Int(int64(m.r.Intn(100)))
			}
		}
		if _, err := k.Apply(us...); err != nil {
			b.Fatal(err)
		}
	}
	return m
}

func (m *market) update() segment.Update {
	m.at = m.at.Add(time.Second)
	u := segment.Update{Contact: fmt.Sprintf("contact-%d", m.r.Intn(m.n)), At: m.at, Set: map[string]segment.Value{
		fmt.Sprint("f", m.r.Intn(10)): segment.Int(int64(m.r.Intn(100))),
	}}
	if m.r.Intn(20) == 0 {
		u.Set["plan"] = segment.Text(fmt.Sprint("p", m.r.Intn(20)))
	}
	m.id++
	if m.r.Intn(4) == 0 {
		u.Events = []segment.Event{{ID: fmt.Sprint(m.id), Name: "opened", At: m.at}}
	}
	return u
}

// rivals are an index, without and with metrics, and sharded ones.
var rivals = []struct {
	name string
	make func(*testing.B) keeper
}{
	{"Index", func(*testing.B) keeper { return index.New(index.Options{}) }},
	{"Shards1", func(*testing.B) keeper { return inShards(1, index.Options{}) }},
	{"Shards2", func(*testing.B) keeper { return inShards(2, index.Options{}) }},
	{"Shards4", func(*testing.B) keeper { return inShards(4, index.Options{}) }},
}

// An operation is a batch of 1,000 updates.
func BenchmarkShardedApply(b *testing.B) {
	for _, rival := range rivals {
		b.Run(rival.name, func(b *testing.B) {
			k := rival.make(b)
			m := openMarket(b, k, 20_000)
			us := make([]segment.Update, 1000)
			diffs := 0
			for b.Loop() {
				b.StopTimer()
				for i := range us {
					us[i] = m.update()
				}
				b.StartTimer()
				ds, err := k.Apply(us...)
				if err != nil {
					b.Fatal(err)
				}
				diffs += len(ds)
			}
			b.ReportMetric(float64(diffs)/float64(b.N)/1000, "diffs/update")
		})
	}
}

// An operation is a day in which nothing happens, of 20,000 contacts.
func BenchmarkShardedAdvance(b *testing.B) {
	for _, limit := range []int{0, 1000, 10} {
		for _, rival := range rivals {
			b.Run(fmt.Sprintf("limit=%d/%s", limit, rival.name), func(b *testing.B) {
				diffs := 0
				for b.Loop() {
					b.StopTimer()
					k := rival.make(b)
					m := openMarket(b, k, 20_000)
					b.StartTimer()
					for done := false; !done; {
						var ds []segment.Diff
						ds, done = k.Advance(m.at.AddDate(0, 0, 1), limit)
						diffs += len(ds)
					}
				}
				b.ReportMetric(float64(diffs)/float64(b.N), "diffs")
			})
		}
	}
}

// An operation is one update, which brings some diffs.
func BenchmarkMetricsApply(b *testing.B) {
	for _, rival := range []struct {
		name    string
		options index.Options
		without bool
	}{{"without", index.Options{}, true}, {"with", index.Options{}, false}, {"stays", index.Options{Stays: true}, false}} {
		b.Run(rival.name, func(b *testing.B) {
			ix := index.New(rival.options)
			m := openMarket(b, ix, 20_000)
			if rival.without {
				ix.WithoutMetrics()
			}
			us := make([]segment.Update, 1000)
			n := 0
			for b.Loop() {
				if n%len(us) == 0 {
					b.StopTimer()
					for i := range us {
						us[i] = m.update()
					}
					b.StartTimer()
				}
				if _, err := ix.Apply(us[n%len(us)]); err != nil {
					b.Fatal(err)
				}
				n++
			}
		})
	}
}
