package segment

import (
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment/rule"
)

// The same contact in every form a Program knows, and random conditions over
// it. The answers expected are always those of Evaluate.

// person is the bound form.
type person struct {
	Country   string  `segment:"country"`
	Age       int     `json:"age,omitempty"`
	Score     float64 `segment:"score"`
	Small     int8    `segment:"small"`
	Big       uint64  `segment:"big"`
	Ratio     float32 `segment:"ratio"`
	VIP       bool    `segment:"vip"`
	Nick      *string `segment:"nick"`
	Joined    time.Time
	Seen      *time.Time `segment:"seen"`
	Day       Value      `segment:"day"`
	Epoch     float64    `segment:"epoch"`
	Tags      []string   `segment:"tags"`
	Scores    []int      `segment:"scores"`
	Company   company    `segment:"company"`
	Orders    []purchase `segment:"orders"`
	Any       any        `segment:"any"`
	Zone      string     `segment:"zone"`
	hidden    string
	log       []Event
	lists     map[string]time.Time
	segments  []string
	histories map[string][]Change
}

type company struct {
	Name string `json:"name"`
	Size *int64 `json:"size"`
}

type purchase struct {
	Product string  `json:"product"`
	Amount  float64 `json:"amount"`
}

func (p *person) Events(name string) iter.Seq[Event] { return Record{Log: p.log}.Events(name) }

func (p *person) List(name string) (time.Time, bool) { t, ok := p.lists[name]; return t, ok }

func (p *person) Segment(id string) bool { return Record{Segments: p.segments}.Segment(id) }

func (p *person) History(path string) iter.Seq[Change] {
	return Record{Changes: p.histories}.History(path)
}

var (
	noon      = time.Date(2026, 3, 31, 12, 30, 0, 5, time.UTC)
	countries = []string{"US", "us", "CA", "DE", "Straße", "", " ", "K", "K", "5", "2026-03-31", "2026-03-31T12:30:00Z", "Zürich"}
	fieldsOf  = []rule.Field{"country", "age", "score", "small", "big", "ratio", "vip", "nick", "Joined", "seen", "day", "epoch",
		"tags", "scores", "company", "company.name", "company.size", "orders", "any", "any.x", "zone", "hidden", "none", "none.x", "id", `a\.b`, "scores.x"}
)

type gen struct{ *rand.Rand }

func choose[T any](g gen, of ...T) T { return of[g.IntN(len(of))] }

func pointer[T any](v T) *T { return &v }

func (g gen) instant() time.Time {
	return noon.Add(time.Duration(g.IntN(9)-4)*choose(g, 1, time.Second, time.Hour, 24*time.Hour, 30*24*time.Hour) + time.Duration(g.IntN(3)-1))
}

func (g gen) number() float64 {
	return choose(g, 0, 1, -1, 5, 5.5, 0.1, 0.30000000000000004, 1e300, -128, 127, 200, 1<<53, 1<<60, 1.5e19, 4e-300, float64(g.IntN(20)))
}

func (g gen) person() *person {
	p := &person{
		Country: choose(g, countries...), Age: choose(g, 0, 5, 18, -1, 1<<62), Score: g.number(), Small: int8(g.IntN(256)), Big: choose[uint64](g, 0, 5, 1<<63, 1<<64-1),
		Ratio: choose[float32](g, 0.1, 5, -2.5), VIP: g.IntN(2) == 0, Day: choose(g, Date(2026, 3, g.IntN(40)), Value{}, Text("2026-03-30")),
		Epoch: float64(g.instant().Unix()) + choose(g, 0, 0.5, 0.123456789), Zone: choose(g, "", "Asia/Tokyo", "America/New_York", "Mars"),
		Any: choose[any](g, nil, 5, "US", map[string]any{"x": 1}, []any{"US", 1}, true, 0.1),
	}
	if g.IntN(2) == 0 {
		p.Nick = pointer(choose(g, countries...))
		p.Seen = pointer(g.instant())
		p.Joined = g.instant()
		p.Company = company{choose(g, countries...), pointer(int64(g.IntN(10)))}
	}
	for range g.IntN(4) {
		p.Tags = append(p.Tags, choose(g, countries...))
		p.Scores = append(p.Scores, g.IntN(8))
		p.Orders = append(p.Orders, purchase{choose(g, "X", "Y"), g.number()})
	}
	for i := range g.IntN(8) {
		p.log = append(p.log, Event{ID: fmt.Sprint(i), Name: choose(g, "open", "buy", "email_open"), At: g.instant(), Props: g.props()})
	}
	if g.IntN(2) == 0 {
		p.lists = map[string]time.Time{"l": g.instant(), "m": g.instant()}
		p.segments = []string{"s"}
		p.histories = map[string][]Change{"country": {{noon.Add(-48 * time.Hour), Text("US")}, {g.instant(), Text(p.Country)}}}
	}
	return p
}

func (g gen) props() Document {
	amount := choose(g, "0.1", "0.2", "10", "-3", "1e2", "12.50", "0.30000000000000004", "123456789012345678901", `"x"`, "null", "1e-7", "0.12345678901234567890")
	return choose(g, Document(`{"amount":`+amount+`,"sku":"X","n":{"k":`+amount+`}}`), Document(`{"sku":"\u0058","amount":`+amount+`}`),
		Document(`{}`), nil, Document(`{"amount":1,"amount":2}`), Document(`[1]`), Document(`{"amount":5`))
}

// forms returns a contact in every form.
func forms(p *person) map[string]Contact {
	b := Bind(p)
	fields := map[string]Value{}
	for _, f := range fieldsOf {
		if v := b.Field(string(f)); len(f.Names()) == 1 && !v.IsNull() {
			fields[f.Names()[0]] = v
		}
	}
	record := &Record{ID: "ann", Fields: fields, Log: p.log, Lists: p.lists, Segments: p.segments, Changes: p.histories}
	layout := NewLayout("age", "country", "score", "small", "big", "vip", "tags", "none", "company", "Joined", "seen", "day", "epoch", "scores", "orders")
	typed := *record
	typed.Layout, typed.Slots = layout, layout.Values(fields)
	return map[string]Contact{"bound": b, "record": record, "value": *record, "typed": &typed, "document": asDocument(fields), "foreign": foreign{record}}
}

type foreign struct{ Contact }

// asDocument writes fields as JSON; times and dates become text.
func asDocument(fields map[string]Value) Document {
	m := map[string]any{}
	for k, v := range fields {
		m[k] = plainJSON(v)
	}
	text, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return text
}

func plainJSON(v Value) any {
	switch v.Kind() {
	case KindBool:
		return v.Bool()
	case KindNumber:
		if i, ok := v.Int(); ok {
			return i
		}
		if v.Form() == rule.FormUint {
			return v.Word()
		}
		return v.Float()
	case KindText:
		return v.Text()
	case KindTime:
		return v.Time()
	case KindDate:
		y, m, d := v.Date()
		return fmt.Sprintf("%04d-%02d-%02d", y, m, d)
	case KindList:
		list := []any{}
		for _, e := range v.List() {
			list = append(list, plainJSON(e))
		}
		return list
	case KindObject:
		m := map[string]any{}
		for _, e := range v.Members() {
			m[e.Name] = plainJSON(e.Value)
		}
		return m
	}
	return nil
}

func (g gen) value() Value {
	return choose(g, Text(choose(g, countries...)), Number(g.number()), Int(int64(g.IntN(8))), Bool(g.IntN(2) == 0), Time(g.instant()),
		Date(2026, 3, 25+g.IntN(10)), Value{}, Duration(time.Hour), List(Text("US")), Number(1.0/3), Uint(1<<63), JSON(`0.12345678901234567890`))
}

func (g gen) values() []Value {
	vs := make([]Value, g.IntN(6))
	for i := range vs {
		vs[i] = g.value()
	}
	if g.IntN(2) == 0 {
		for i := range vs {
			vs[i] = Text(choose(g, countries...))
		}
	}
	return vs
}

func (g gen) texts() []string {
	vs := make([]string, g.IntN(3))
	for i := range vs {
		vs[i] = choose(g, "U", "u", "s", "Str", "ß", "k", "", "2026")
	}
	return vs
}

func (g gen) field() rule.Field { return choose(g, fieldsOf...) }

func (g gen) expr(depth int) rule.Expr {
	if depth <= 0 || g.IntN(3) > 0 {
		return g.field()
	}
	switch g.IntN(9) {
	case 0:
		return rule.Joined(choose(g, "l", "q"))
	case 1, 2:
		return g.metric(depth - 1)
	case 3:
		return rule.Call{Fn: rule.Fn(g.IntN(int(rule.FnLast) + 1)), Args: []rule.Expr{g.expr(depth - 1), Text("salt")}}
	case 8:
		return rule.Call{Fn: rule.FnCoalesce, Args: []rule.Expr{g.expr(depth - 1), g.expr(depth - 1), choose[rule.Expr](g, g.value(), g.field())}}
	case 4:
		return rule.Call{Fn: rule.FnUnix, Args: []rule.Expr{g.field()}}
	case 5:
		return rule.Arith{Op: rule.ArithOp(g.IntN(5)), Left: g.expr(depth - 1), Right: g.expr(depth - 1)}
	case 6:
		return rule.Arith{Op: choose(g, rule.ArithAdd, rule.ArithSub), Left: rule.Call{Fn: choose(g, rule.FnNow, rule.FnToday)}, Right: g.span()}
	case 7:
		return choose[rule.Expr](g, g.value(), g.span(), rule.Elem{}, rule.Calculated{Name: "c", X: g.field()})
	}
	return g.field()
}

func (g gen) span() rule.Span {
	return rule.Span{N: int64(g.IntN(4)), Unit: rule.Unit(g.IntN(int(rule.UnitYear) + 1))}
}

func (g gen) window() rule.Window {
	return rule.Window{Kind: rule.WindowKind(g.IntN(int(rule.WindowBetween) + 1)), A: g.span(), B: g.span(), Unit: choose(g, rule.UnitDay, rule.UnitWeek, rule.UnitMonth, rule.UnitQuarter, rule.UnitYear),
		N: int64(g.IntN(4)), Fiscal: g.IntN(2) == 0, StartsOn: rule.Weekday(g.IntN(8)), StartsIn: time.Month(g.IntN(13)), From: choose[rule.Expr](g, Time(noon.Add(-time.Hour)), Date(2026, 3, 30), rule.Field("seen")),
		To: choose[rule.Expr](g, Time(noon), Date(2026, 3, 31), Value{})}
}

func (g gen) events(depth int) rule.Events {
	e := rule.Events{Names: choose(g, []string{"open"}, []string{"buy"}, []string{"open", "buy"}, []string{"email_*"}, []string{"*"}, nil)}
	if depth > 0 && g.IntN(2) == 0 {
		e.Where = g.inner(depth-1, "sku", "amount", "n.k", "none")
	}
	return e
}

func (g gen) metric(depth int) rule.Metric {
	return rule.Metric{Agg: rule.Agg(g.IntN(int(rule.AggLast) + 1)), Events: g.events(depth), Prop: choose[rule.Field](g, "", "amount", "amount", "sku", "n.k", "n"), Window: g.window()}
}

// inner is a condition over other fields than the contact's.
func (g gen) inner(depth int, fields ...rule.Field) Condition {
	f := choose(g, fields...)
	switch g.IntN(6) {
	case 0:
		return g.condition(depth)
	case 1:
		return rule.Compare{Left: f, Op: rule.Op(g.IntN(5)), Right: choose(g, Int(1), Number(0.1), Text("X"), g.value())}
	case 2:
		return rule.Compare{Left: rule.Elem{}, Op: rule.Op(g.IntN(5)), Right: g.value(), Fold: g.IntN(4) == 0}
	case 3:
		return rule.Not{C: rule.IsNull{X: f}}
	}
	return rule.Compare{Left: f, Op: rule.OpEq, Right: Text("X")}
}

func (g gen) condition(depth int) Condition {
	if depth > 0 {
		switch g.IntN(9) {
		case 0:
			return rule.And(g.conditions(depth))
		case 1:
			return rule.Or(g.conditions(depth))
		case 2:
			return rule.Not{C: g.condition(depth - 1)}
		case 3:
			return rule.Count{Quantity: rule.Quantity(g.IntN(3)), K: g.IntN(3), Of: g.conditions(depth)}
		case 4:
			return rule.Zoned{C: g.condition(depth - 1), Zone: choose[rule.Expr](g, Text("Asia/Tokyo"), rule.Field("zone"), Text("Mars"))}
		}
	}
	return g.leaf(depth)
}

func (g gen) conditions(depth int) []Condition {
	cs := make([]Condition, g.IntN(4))
	for i := range cs {
		cs[i] = g.condition(depth - 1)
	}
	return cs
}

func (g gen) leaf(depth int) Condition {
	x, fold := g.expr(depth), g.IntN(4) == 0
	switch g.IntN(20) {
	case 0, 1, 2, 3:
		return rule.Compare{Left: x, Op: rule.Op(g.IntN(5)), Right: g.value(), Fold: fold}
	case 4:
		return rule.Compare{Left: x, Op: rule.Op(g.IntN(5)), Right: g.expr(depth), Fold: fold}
	case 5:
		return rule.Compare{Left: g.value(), Op: rule.Op(g.IntN(5)), Right: x, Fold: fold}
	case 6:
		return rule.Between{X: x, Lo: choose[rule.Expr](g, g.value(), Int(1), g.expr(depth)), Hi: choose[rule.Expr](g, g.value(), Int(6)), Fold: fold}
	case 7:
		return rule.In{X: x, Values: g.values(), Fold: fold}
	case 8:
		return choose[Condition](g, rule.IsNull{X: x}, rule.IsBlank{X: x}, rule.Everyone{})
	case 9:
		return rule.Contains{X: x, Mode: rule.ContainsMode(g.IntN(2)), Values: g.values(), Fold: fold}
	case 10:
		return rule.Like{X: x, End: rule.LikeEnd(g.IntN(2)), Values: g.texts(), Fold: fold}
	case 11:
		return choose[Condition](g, rule.Matches{X: x, Pattern: choose(g, "^[a-z]+$", "(", "S"), Fold: fold}, rule.InCIDR{X: x, Nets: []string{"10.0.0.0/8", "bad"}})
	case 12:
		return rule.Each{Quantifier: rule.Quantifier(g.IntN(4)), K: g.IntN(3), X: choose[rule.Expr](g, rule.Field("orders"), rule.Field("tags"), rule.Field("scores"), x), C: g.inner(depth-1, "product", "amount")}
	case 13, 14:
		return rule.When{X: choose[rule.Expr](g, x, rule.Field("seen"), rule.Field("Joined"), rule.Call{Fn: rule.FnUnix, Args: []rule.Expr{rule.Field("epoch")}}), Window: g.window()}
	case 15:
		return choose[Condition](g, rule.Changed{Field: choose[rule.Field](g, "country", "age"), Window: g.window()}, rule.HasBeen{Field: "country", Value: Text("US"), For: g.span(), Fold: fold})
	case 16:
		return rule.Sequence{Steps: []rule.Step{{Events: g.events(depth)}, {Events: g.events(depth), Within: g.span(), Not: g.IntN(3) == 0}}, Window: g.window()}
	case 17:
		return rule.Regularity{Events: g.events(depth), K: g.IntN(4), N: g.IntN(5), Unit: rule.Unit(1 + g.IntN(8))}
	case 18:
		return choose[Condition](g, rule.InList(choose(g, "l", "m", "q")), rule.InSegment(choose(g, "s", "t")))
	}
	return rule.Compare{Left: g.metric(depth), Op: rule.Op(g.IntN(5)), Right: choose(g, Int(int64(g.IntN(4))), Number(0.30000000000000004), g.value()), Fold: fold}
}

// TestMatchIsEvaluate is the law of Program: one answer for every tree, form of
// contact and instant.
func TestMatchIsEvaluate(t *testing.T) {
	zones := []*time.Location{time.UTC, mustZone(t, "America/New_York"), mustZone(t, "Pacific/Apia")}
	held := map[string][2]int{}
	rounds := 3_000
	if testing.Short() {
		rounds = 500
	}
	for seed := range uint64(rounds) {
		g := gen{rand.New(rand.NewPCG(seed, 7))}
		c := g.condition(3)
		p := compile(c)
		for range 3 {
			who, at := g.person(), g.instant().In(choose(g, zones...))
			for name, x := range forms(who) {
				want := Evaluate(c, x, at)
				if got := p.Match(x, at); got != want {
					t.Fatalf("seed %d: Match = %v, Evaluate = %v\nof %s at %s\ncondition %#v\ncontact %+v", seed, got, want, name, at, c, *who)
				}
				n := held[name]
				if n[0]++; want {
					n[1]++
				}
				held[name] = n
			}
		}
	}
	for name, n := range held {
		if n[1]*10 < n[0] || n[1]*10 > n[0]*9 {
			t.Errorf("%s: %d of %d held: the conditions do not tell contacts apart", name, n[1], n[0])
		}
	}
}

func mustZone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Skipf("the zone %s is not on this machine: %v", name, err)
	}
	return loc
}

func TestNilContacts(t *testing.T) {
	p, err := Compile(rule.And{rule.IsNull{X: rule.Field("x")}, rule.Compare{Left: rule.Metric{Events: rule.Events{Names: []string{"*"}}}, Op: rule.OpEq, Right: Int(0), Fold: false}, rule.Not{C: rule.InList("l")}})
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]Contact{"nil": nil, "record": (*Record)(nil), "bound": Bind[person](nil), "document": Document(nil)} {
		if !p.Match(x, noon) || !Evaluate(p.c, x, noon) {
			t.Errorf("a nil %s is not a contact of which nothing is known", name)
		}
	}
}

func TestBindNames(t *testing.T) {
	type base struct {
		Email string `json:"email,omitempty"`
		Name  string `json:"name"`
	}
	type host struct {
		*base
		Name  string `segment:"name" json:"other"`
		Plain int
		Out   string `json:"-"`
		Deep  **int  `json:"deep"`
		Raw   json.RawMessage
		Bytes []byte
		When  time.Time
		For   time.Duration
		F32   float32
	}
	n := 7
	pn := &n
	x := Bind(&host{base: &base{"a@b", "inner"}, Name: "outer", Plain: 3, Out: "x", Deep: &pn, Raw: json.RawMessage(`{"k":[1]}`), Bytes: []byte("x"), For: time.Hour, F32: 0.1})
	for path, want := range map[string]Value{
		"email": Text("a@b"), "name": Text("outer"), "other": {}, "Plain": Int(3), "plain": {}, "Out": {}, "-": {}, "deep": Int(7),
		"Raw.k": List(Int(1)), "Bytes": {}, "When": {}, "For": Duration(time.Hour), "F32": Number(0.1), "base": {}, "Plain.x": {},
	} {
		if got := x.Field(path); !got.Equal(want) && !(got.IsNull() && want.IsNull()) {
			t.Errorf("Field(%q) = %v, want %v", path, plainJSON(got), plainJSON(want))
		}
	}
	if got := Bind(&host{}).Field("email"); !got.IsNull() {
		t.Errorf("a field of a nil embedded struct is %v, not missing", plainJSON(got))
	}
}

func TestBindSelfReference(t *testing.T) {
	type node struct {
		Name string  `json:"name"`
		Next *node   `json:"next"`
		All  []*node `json:"all"`
	}
	n := &node{Name: "a"}
	n.Next, n.All = n, []*node{n, n}
	c := rule.Each{Quantifier: rule.QuantifierAny, K: 0, X: rule.Field("all"), C: rule.Compare{Left: rule.Field("name"), Op: rule.OpEq, Right: Text("a"), Fold: false}}
	if !Evaluate(c, Bind(n), noon) {
		t.Error("a list of structs that point back to their owner was not read")
	}
	if got := Bind(n).Field(strings.Repeat("next.", 50) + "name"); !got.IsNull() && got.Text() != "a" {
		t.Errorf("a path through itself gives %v", plainJSON(got))
	}
}

// TestProgramShared: one Program, many goroutines, contacts of all forms that
// it meets for the first time. Run it under -race.
func TestProgramShared(t *testing.T) {
	g := gen{rand.New(rand.NewPCG(3, 3))}
	who := g.person()
	c := rule.Or{rule.Compare{Left: rule.Field("score"), Op: rule.OpGt, Right: Int(1e9), Fold: false}, rule.Zoned{C: rule.Like{X: rule.Field("zone"), End: rule.LikePrefix, Values: []string{"?"}, Fold: false}, Zone: rule.Field("zone")}, rule.Compare{Left: rule.Field("age"), Op: rule.OpGe, Right: Int(-5), Fold: false}}
	p := compile(c)
	xs := forms(who)
	var wg sync.WaitGroup
	for range 4 {
		for name, x := range xs {
			want := Evaluate(c, x, noon)
			wg.Go(func() {
				for range 50 {
					if p.Match(x, noon) != want {
						t.Errorf("%s: another answer when shared", name)
					}
				}
			})
		}
	}
	wg.Wait()
}
