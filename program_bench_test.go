package segment

import (
	"iter"
	"slices"
	"testing"
	"time"
)

// lead is a contact for the benchmarks; bench/ measures the peers beside us.
type lead struct {
	Country  string    `json:"country"`
	Spent    float64   `json:"total_spent"`
	Opens    float64   `json:"email_opens"`
	Purchase float64   `json:"last_purchase_at"`
	Seen     time.Time `json:"seen"`
	Tags     []string  `json:"tags"`
	Title    string    `json:"job_title"`
	Visits   int64     `json:"visits"`
	VIP      bool      `json:"vip"`
}

func theLead() *lead {
	return &lead{Country: "US", Spent: 1834.5, Opens: 9, Purchase: float64(noon.Unix() - 17*86400), Seen: noon.Add(-time.Hour), Tags: []string{"beta", "spring"}, Title: "Senior Product Manager", Visits: 3}
}

// leadForms are the contacts in memory: of them Match must not allocate.
func leadForms() map[string]Contact {
	l := theLead()
	fields := map[string]Value{"country": Text(l.Country), "total_spent": Number(l.Spent), "email_opens": Number(l.Opens), "last_purchase_at": Number(l.Purchase),
		"seen": Time(l.Seen), "tags": List(Text("beta"), Text("spring")), "job_title": Text(l.Title), "visits": Int(3), "vip": Bool(false)}
	layout := NewLayout("country", "total_spent", "email_opens", "last_purchase_at", "seen", "tags", "job_title", "visits", "vip")
	var log []Event
	for i := range 20 {
		log = append(log, Event{Name: []string{"open", "buy"}[i%2], At: noon.Add(time.Duration(i-20) * 24 * time.Hour), Props: Document(`{"amount": 12.50, "sku": "a\u0062c", "n": {"k": 3}}`)})
	}
	return map[string]Contact{"bound": Bind(l), "typed": &Record{Layout: layout, Slots: layout.Values(fields), Log: log, Lists: map[string]time.Time{"l": noon}, Changes: map[string][]Change{"country": {{noon.Add(-time.Hour), Text("US")}}}},
		"record": &Record{Fields: fields, Log: log}, "document": asDocument(fields), "host": &hostLead{&Record{Fields: fields}, slices.Values(log)}}
}

// A hostLead is a contact of a host's own, whose methods do not allocate.
type hostLead struct {
	*Record
	log iter.Seq[Event]
}

func (h *hostLead) Events(string) iter.Seq[Event] { return h.log }

var ruleA = And{In{Field("country"), []Value{Text("US"), Text("CA")}, false}, Compare{Call{FnUnix, []Expr{Field("last_purchase_at")}}, Ge, Arith{Sub, Call{Fn: FnNow}, Span{30, Day}}, false},
	Compare{Field("total_spent"), Gt, Int(500), false}, Compare{Field("email_opens"), Gt, Int(5), false}}

func metricOf(agg Agg, prop Field, where Condition) Metric {
	return Metric{Agg: agg, Events: Events{Names: []string{"buy", "o*"}, Where: where}, Prop: prop, Window: Window{Kind: WindowLast, A: Span{10, Day}}}
}

// TestNoAlloc: a Match over a contact in memory does not allocate, whatever the leaf.
func TestNoAlloc(t *testing.T) {
	where := And{Compare{Field("amount"), Gt, Number(0.5), false}, Compare{Field("sku"), Eq, Text("abc"), false}, Compare{Field("n.k"), Le, Int(5), false}}
	monthly := Window{Kind: WindowThis, Unit: Month}
	conditions := map[string]Condition{
		"rule A": ruleA, "not": Not{ruleA}, "count": Count{AtLeast, 2, []Condition{ruleA, InList("l"), InSegment("s")}},
		"number": Compare{Field("visits"), Lt, Number(2.5), false}, "between": Between{Field("total_spent"), Int(1), Number(2000.5), false}, "numbers": In{Field("visits"), []Value{Int(1), Int(3), Number(0.5)}, false},
		"text": Compare{Field("country"), Lt, Text("Z"), false}, "folded": Compare{Field("country"), Eq, Text("us"), true}, "folded texts": In{Field("job_title"), []Value{Text("a"), Text("b")}, true},
		"like": Like{Field("job_title"), Suffix, []string{"ager"}, false}, "has": Contains{Field("job_title"), AllOf, []Value{Text("Senior"), Text("Man")}, false}, "tags": Contains{Field("tags"), AnyOf, []Value{Text("vip"), Text("spring")}, false},
		"folded tags": Contains{Field("tags"), AnyOf, []Value{Text("SPRING")}, true}, "bool": Compare{Field("vip"), Eq, Bool(true), false}, "null": IsNull{Field("none")}, "blank": IsBlank{Field("country")},
		"matches": Matches{Field("job_title"), "^[A-Z][a-z]+", false}, "net": InCIDR{Field("country"), []string{"10.0.0.0/8"}}, "any": Each{Any, 0, Field("tags"), Compare{Elem{}, Eq, Text("spring"), false}},
		"when": When{Field("seen"), Window{Kind: WindowLast, A: Span{2, Hour}}}, "this month": When{Field("seen"), monthly}, "before": Compare{Field("seen"), Lt, Time(noon), false}, "today": Compare{Field("seen"), Eq, Call{Fn: FnToday}, false},
		"age": Compare{Call{FnAge, []Expr{Field("seen")}}, Gt, Duration(time.Minute), false}, "month": Compare{Call{FnMonth, []Expr{Field("seen")}}, Eq, Int(3), false}, "score": Compare{Arith{Add, Arith{Mul, Field("visits"), Int(2)}, Int(5)}, Ge, Int(11), false},
		"version": Compare{Call{FnVersion, []Expr{Field("job_title")}}, Ge, Text("1.2"), false}, "hash": Compare{Arith{Mod, Call{FnHash, []Expr{Field("country"), Text("salt")}}, Int(100)}, Lt, Int(50), false},
		"zone": Zoned{When{Field("seen"), monthly}, Text("Asia/Tokyo")}, "list": InList("l"), "segment": InSegment("s"), "changed": Changed{Field("country"), monthly}, "been": HasBeen{Field("country"), Text("US"), Span{1, Minute}, false},
	}
	buy, open := Events{Names: []string{"buy"}, Where: where}, Events{Names: []string{"o*"}}
	conditions["sequence"] = Sequence{Steps: []Step{{Events: buy}, {Events: open, Within: Span{2, Day}}, {Events: open, Within: Span{1, Month}}}, Window: Window{Kind: WindowLast, A: Span{10, Day}}}
	conditions["sequence not"] = Sequence{Steps: []Step{{Events: open}, {Events: buy, Within: Span{12, Hour}, Not: true}}, Window: Window{Kind: WindowAll}}
	conditions["regular"] = Regularity{Events: buy, K: 2, N: 3, Unit: Week}
	for agg := AggCount; agg <= AggLast; agg++ {
		conditions["metric "+string('0'+rune(agg))] = Compare{metricOf(agg, "amount", where), Gt, Number(5.5), false}
	}
	conditions["metric of instants"] = When{metricOf(AggLast, "", nil), Window{Kind: WindowLast, A: Span{10, Day}}}
	for name, c := range conditions {
		p, err := Compile(c)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for form, x := range leadForms() {
			if got, want := p.Match(x, noon), Evaluate(c, x, noon); got != want {
				t.Errorf("%s of %s: Match = %v, Evaluate = %v", name, form, got, want)
			}
			if form == "host" && (name == "changed" || name == "been") {
				continue // which go over what the host's History makes
			}
			if n := testing.AllocsPerRun(20, func() { p.Match(x, noon) }); n > 0 && !underRace {
				t.Errorf("%s of %s: %v allocations", name, form, n)
			}
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	rules := map[string]Condition{"A": ruleA, "sum": Compare{metricOf(AggSum, "amount", nil), Gt, Int(50), false}, "count": Compare{metricOf(AggCount, "", nil), Ge, Int(9), false}}
	for name, c := range rules {
		p, err := Compile(c)
		if err != nil {
			b.Fatal(err)
		}
		for form, x := range leadForms() {
			b.Run(name+"/"+form, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					p.Match(x, noon)
				}
			})
		}
	}
}

func BenchmarkDocumentField(b *testing.B) {
	doc := leadForms()["document"]
	b.ReportAllocs()
	for b.Loop() {
		doc.Field("vip")
	}
}
