package segment

import (
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment/internal/race"
	"github.com/segmentrules/segment/rule"
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

var ruleA = rule.And{rule.In{X: rule.Field("country"), Values: []Value{Text("US"), Text("CA")}, Fold: false}, rule.Compare{Left: rule.Call{Fn: rule.FnUnix, Args: []rule.Expr{rule.Field("last_purchase_at")}}, Op: rule.OpGe, Right: rule.Arith{Op: rule.ArithSub, Left: rule.Call{Fn: rule.FnNow}, Right: rule.Span{N: 30, Unit: rule.UnitDay}}, Fold: false},
	rule.Compare{Left: rule.Field("total_spent"), Op: rule.OpGt, Right: Int(500), Fold: false}, rule.Compare{Left: rule.Field("email_opens"), Op: rule.OpGt, Right: Int(5), Fold: false}}

func metricOf(agg rule.Agg, prop rule.Field, where Condition) rule.Metric {
	return rule.Metric{Agg: agg, Events: rule.Events{Names: []string{"buy", "o*"}, Where: where}, Prop: prop, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 10, Unit: rule.UnitDay}}}
}

// TestNoAlloc: a Match over a contact in memory does not allocate, whatever the leaf.
func TestNoAlloc(t *testing.T) {
	where := rule.And{rule.Compare{Left: rule.Field("amount"), Op: rule.OpGt, Right: Number(0.5), Fold: false}, rule.Compare{Left: rule.Field("sku"), Op: rule.OpEq, Right: Text("abc"), Fold: false}, rule.Compare{Left: rule.Field("n.k"), Op: rule.OpLe, Right: Int(5), Fold: false}}
	monthly := rule.Window{Kind: rule.WindowThis, Unit: rule.UnitMonth}
	conditions := map[string]Condition{
		"rule A": ruleA, "not": rule.Not{C: ruleA}, "count": rule.Count{Quantity: rule.QuantityAtLeast, K: 2, Of: []Condition{ruleA, rule.InList("l"), rule.InSegment("s")}},
		"number": rule.Compare{Left: rule.Field("visits"), Op: rule.OpLt, Right: Number(2.5), Fold: false}, "between": rule.Between{X: rule.Field("total_spent"), Lo: Int(1), Hi: Number(2000.5), Fold: false}, "numbers": rule.In{X: rule.Field("visits"), Values: []Value{Int(1), Int(3), Number(0.5)}, Fold: false},
		"text": rule.Compare{Left: rule.Field("country"), Op: rule.OpLt, Right: Text("Z"), Fold: false}, "folded": rule.Compare{Left: rule.Field("country"), Op: rule.OpEq, Right: Text("us"), Fold: true}, "folded texts": rule.In{X: rule.Field("job_title"), Values: []Value{Text("a"), Text("b")}, Fold: true},
		"like": rule.Like{X: rule.Field("job_title"), End: rule.LikeSuffix, Values: []string{"ager"}, Fold: false}, "has": rule.Contains{X: rule.Field("job_title"), Mode: rule.ContainsAll, Values: []Value{Text("Senior"), Text("Man")}, Fold: false}, "tags": rule.Contains{X: rule.Field("tags"), Mode: rule.ContainsAny, Values: []Value{Text("vip"), Text("spring")}, Fold: false},
		"folded tags": rule.Contains{X: rule.Field("tags"), Mode: rule.ContainsAny, Values: []Value{Text("SPRING")}, Fold: true}, "bool": rule.Compare{Left: rule.Field("vip"), Op: rule.OpEq, Right: Bool(true), Fold: false}, "null": rule.IsNull{X: rule.Field("none")}, "blank": rule.IsBlank{X: rule.Field("country")},
		"matches": rule.Matches{X: rule.Field("job_title"), Pattern: "^[A-Z][a-z]+", Fold: false}, "net": rule.InCIDR{X: rule.Field("country"), Nets: []string{"10.0.0.0/8"}}, "any": rule.Each{Quantifier: rule.QuantifierAny, K: 0, X: rule.Field("tags"), C: rule.Compare{Left: rule.Elem{}, Op: rule.OpEq, Right: Text("spring"), Fold: false}},
		"when": rule.When{X: rule.Field("seen"), Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 2, Unit: rule.UnitHour}}}, "this month": rule.When{X: rule.Field("seen"), Window: monthly}, "before": rule.Compare{Left: rule.Field("seen"), Op: rule.OpLt, Right: Time(noon), Fold: false}, "today": rule.Compare{Left: rule.Field("seen"), Op: rule.OpEq, Right: rule.Call{Fn: rule.FnToday}, Fold: false},
		"age": rule.Compare{Left: rule.Call{Fn: rule.FnAge, Args: []rule.Expr{rule.Field("seen")}}, Op: rule.OpGt, Right: Duration(time.Minute), Fold: false}, "month": rule.Compare{Left: rule.Call{Fn: rule.FnMonth, Args: []rule.Expr{rule.Field("seen")}}, Op: rule.OpEq, Right: Int(3), Fold: false}, "score": rule.Compare{Left: rule.Arith{Op: rule.ArithAdd, Left: rule.Arith{Op: rule.ArithMul, Left: rule.Field("visits"), Right: Int(2)}, Right: Int(5)}, Op: rule.OpGe, Right: Int(11), Fold: false},
		"version": rule.Compare{Left: rule.Call{Fn: rule.FnVersion, Args: []rule.Expr{rule.Field("job_title")}}, Op: rule.OpGe, Right: Text("1.2"), Fold: false}, "hash": rule.Compare{Left: rule.Arith{Op: rule.ArithMod, Left: rule.Call{Fn: rule.FnHash, Args: []rule.Expr{rule.Field("country"), Text("salt")}}, Right: Int(100)}, Op: rule.OpLt, Right: Int(50), Fold: false},
		"zone": rule.Zoned{C: rule.When{X: rule.Field("seen"), Window: monthly}, Zone: Text("Asia/Tokyo")}, "list": rule.InList("l"), "segment": rule.InSegment("s"), "changed": rule.Changed{Field: rule.Field("country"), Window: monthly}, "been": rule.HasBeen{Field: rule.Field("country"), Value: Text("US"), For: rule.Span{N: 1, Unit: rule.UnitMinute}, Fold: false},
	}
	buy, open := rule.Events{Names: []string{"buy"}, Where: where}, rule.Events{Names: []string{"o*"}}
	conditions["sequence"] = rule.Sequence{Steps: []rule.Step{{Events: buy}, {Events: open, Within: rule.Span{N: 2, Unit: rule.UnitDay}}, {Events: open, Within: rule.Span{N: 1, Unit: rule.UnitMonth}}}, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 10, Unit: rule.UnitDay}}}
	conditions["sequence not"] = rule.Sequence{Steps: []rule.Step{{Events: open}, {Events: buy, Within: rule.Span{N: 12, Unit: rule.UnitHour}, Not: true}}, Window: rule.Window{Kind: rule.WindowAll}}
	conditions["regular"] = rule.Regularity{Events: buy, K: 2, N: 3, Unit: rule.UnitWeek}
	for agg := rule.AggCount; agg <= rule.AggLast; agg++ {
		conditions["metric "+string('0'+rune(agg))] = rule.Compare{Left: metricOf(agg, "amount", where), Op: rule.OpGt, Right: Number(5.5), Fold: false}
	}
	conditions["metric of instants"] = rule.When{X: metricOf(rule.AggLast, "", nil), Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 10, Unit: rule.UnitDay}}}
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
			if n := testing.AllocsPerRun(20, func() { p.Match(x, noon) }); n > 0 && !race.Enabled {
				t.Errorf("%s of %s: %v allocations", name, form, n)
			}
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	rules := map[string]Condition{"A": ruleA, "sum": rule.Compare{Left: metricOf(rule.AggSum, "amount", nil), Op: rule.OpGt, Right: Int(50), Fold: false}, "count": rule.Compare{Left: metricOf(rule.AggCount, "", nil), Op: rule.OpGe, Right: Int(9), Fold: false}}
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
