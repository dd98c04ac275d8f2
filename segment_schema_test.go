package segment

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shop is a schema with one of everything.
func shop() *Schema {
	return &Schema{
		Fields: map[string]FieldType{
			"Total_Spent":  {Kind: KindNumber, Required: true},
			"age":          {Kind: KindNumber},
			"email":        {Kind: KindText, Fold: true},
			"plan":         {Kind: KindText, Values: []string{"free", "pro", "team"}},
			"signup_at":    {Kind: KindTime, Epoch: EpochSeconds},
			"seen":         {Kind: KindTime},
			"Birthday":     {Kind: KindDate},
			"active":       {Kind: KindBool},
			"tags":         {Kind: KindList, Of: KindText, Fold: true},
			"orders":       {Kind: KindList, Of: KindObject, Elements: map[string]FieldType{"sku": {Kind: KindText}, "amount": {Kind: KindNumber}}},
			"company.size": {Kind: KindNumber},
			"address":      {Kind: KindObject},
			"extra":        {},
		},
		Events: map[string]EventType{
			"email_opened": {Aliases: []string{"Opened"}, Nouns: []string{"email", "emails"}, Props: map[string]FieldType{"campaign": {Kind: KindText, Fold: true}}},
			"purchase":     {Props: map[string]FieldType{"amount": {Kind: KindNumber}, "due": {Kind: KindTime, Epoch: EpochMillis}}},
			"visit":        {},
		},
		Calculated: map[string]string{
			"Account_Age": "NOW - signup_at",
			"Average":     "Revenue / COUNT(purchase)",
			"Revenue":     "SUM(purchase.amount)",
		},
		Lists:        []string{"VIP Customers"},
		Segments:     []string{"Active Users"},
		WeekStartsOn: Sunday,
		Retention:    Span{400, Day},
	}
}

func TestSchemaParse(t *testing.T) {
	unix := Call{FnUnix, []Expr{Field("signup_at")}}
	revenue := Calculated{"Revenue", Metric{Agg: AggSum, Prop: "amount", Events: Events{Names: []string{"purchase"}}}}
	purchases := Metric{Events: Events{Names: []string{"purchase"}}}
	tests := []struct {
		text string
		want Condition
	}{
		{`email = "ANN@x.io"`, Compare{Field("email"), Eq, Text("ANN@x.io"), true}},
		{`email ENDS WITH "@x.io"`, Like{Field("email"), Suffix, []string{"@x.io"}, true}},
		{`plan = "pro"`, Compare{Field("plan"), Eq, Text("pro"), false}},
		{`signup_at OLDER THAN 30 days`, When{unix, Window{Kind: WindowOlder, A: Span{30, Day}}}},
		{`UNIX(signup_at) OLDER THAN 30 days`, When{unix, Window{Kind: WindowOlder, A: Span{30, Day}}}},
		{`Account_Age > 365 days`, Compare{Calculated{"Account_Age", Arith{Sub, Call{Fn: FnNow}, unix}}, Gt, Span{365, Day}, false}},
		{`Average > 20`, Compare{Calculated{"Average", Arith{Div, revenue, purchases}}, Gt, Int(20), false}},
		{`Birthday_Anniversary = TODAY`, Compare{Calculated{"Birthday_Anniversary", Call{FnAnniversary, []Expr{Field("Birthday")}}}, Eq, Call{Fn: FnToday}, false}},
		{`Signup_Anniversary = TODAY`, Compare{Calculated{"Signup_Anniversary", Call{FnAnniversary, []Expr{unix}}}, Eq, Call{Fn: FnToday}, false}},
		{`Opened >= 5 emails IN LAST 30 days`, Compare{Metric{Events: Events{Names: []string{"email_opened"}}, Window: Window{Kind: WindowLast, A: Span{30, Day}}}, Ge, Int(5), false}},
		{`COUNT(Opened) = 0 THIS WEEK`, Compare{Metric{Events: Events{Names: []string{"email_opened"}}, Window: Window{Kind: WindowThis, Unit: Week, StartsOn: Sunday}}, Eq, Int(0), false}},
		{`COUNT(Opened) = 0 THIS WEEK STARTING MONDAY`, Compare{Metric{Events: Events{Names: []string{"email_opened"}}, Window: Window{Kind: WindowThis, Unit: Week, StartsOn: Monday}}, Eq, Int(0), false}},
		{`COUNT(email_opened WHERE campaign = "x") = 0`, Compare{Metric{Events: Events{[]string{"email_opened"}, Compare{Field("campaign"), Eq, Text("x"), true}}}, Eq, Int(0), false}},
		{`LAST(purchase.due) < NOW`, Compare{Call{FnUnixMilli, []Expr{Metric{Agg: AggLast, Prop: "due", Events: Events{Names: []string{"purchase"}}}}}, Lt, Call{Fn: FnNow}, false}},
		{`ANY tags = "Vip"`, Each{Any, 0, Field("tags"), Compare{Elem{}, Eq, Text("Vip"), true}}},
		{`tags CONTAINS "Vip"`, Contains{Field("tags"), AnyOf, []Value{Text("Vip")}, true}},
		{`ANY orders HAS (sku = "X" AND amount > 10)`, Each{Any, 0, Field("orders"), And{Compare{Field("sku"), Eq, Text("X"), false}, Compare{Field("amount"), Gt, Int(10), false}}}},
		{`address.city = "Berlin"`, Compare{Field("address.city"), Eq, Text("Berlin"), false}},
	}
	for _, tt := range tests {
		got, err := shop().Parse(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if !Equal(got, tt.want) {
			t.Errorf("%s (-want +got):\n%s", tt.text, cmp.Diff(tt.want, got))
		}
		if again, err := shop().Resolve(got); err != nil || !Equal(again, got) {
			t.Errorf("%s: resolved twice: %v\n%s", tt.text, err, cmp.Diff(got, again))
		}
		if err := shop().Check(got); err != nil {
			t.Errorf("%s: what Parse returns does not check: %v", tt.text, err)
		}
		if again, err := shop().Parse(got.String()); err != nil || !Equal(again, got) {
			t.Errorf("%s: prints as %s, which reads as another: %v\n%s", tt.text, got, err, cmp.Diff(got, again))
		}
	}
}

func TestSchemaParseErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{`Totl_Spent > 5`, "1:1: unknown field `Totl_Spent`; did you mean `Total_Spent`?"},
		{"age > 5 AND\n  Acount_Age > 5 days", "2:3: unknown field `Acount_Age`; did you mean `Account_Age`?"},
		{`age > 1 AND age = "x"`, "1:13: `age` is a number and \"x\" is a text: they never compare"},
		{`COUNT(purchse) > 1`, "1:7: unknown event `purchse`; did you mean `purchase`?"},
		{`COUNT(vist_*) > 1`, "1:7: no event begins with `vist_`"},
		{`SUM(purchase.amont) > 1`, "1:14: unknown property `amont`; did you mean `amount`?"},
		{`COUNT(purchase WHERE amout > 1) > 1`, "1:22: unknown property `amout`; did you mean `amount`?"},
		{`ANY orders HAS (skuu = "x")`, "1:17: unknown field of the element `skuu`; did you mean `sku`?"},
		{`IN LIST "VIP Customer"`, "1:9: unknown list \"VIP Customer\"; did you mean \"VIP Customers\"?"},
		{`NOT IN SEGMENT "Active User"`, "1:16: unknown segment \"Active User\"; did you mean \"Active Users\"?"},
		{`plan = "por"`, "1:1: `plan` is never \"por\"; did you mean \"pro\"?"},
		{`plan IN ("free", "gold")`, "1:1: `plan` is never \"gold\""},
		{`age STARTS WITH "1"`, "1:1: `age` is a number; STARTS WITH and ENDS WITH needs a text"},
		{`age CONTAINS "1"`, "1:1: `age` is a number; CONTAINS needs a text or a list"},
		{`active OLDER THAN 3 days`, "1:1: `active` is TRUE or FALSE; a window of time needs an instant or a date"},
		{`AGE(age) > 3 days`, "1:5: `age` is a number; AGE needs an instant or a date"},
		{`active > TRUE`, "1:1: `active` is TRUE or FALSE, which has no order"},
		{`tags > 3`, "1:1: `tags` is a list and 3 is a number: they never compare"},
		{`tags CONTAINS 3`, "1:1: `tags` holds a text: it never contains 3"},
		{`email > 2026-01-31`, "1:1: `email` is a text and 2026-01-31 is a date: they never compare"},
		{`seen > "yesterday"`, "1:1: `seen` is an instant and \"yesterday\" is a text: they never compare"},
		{`age BETWEEN "a" AND "b"`, "1:1: `age` is a number and \"a\" is a text: it is never between"},
		{`email + 1 > 5`, "`email` is a text and 1 is a number: they cannot be computed with"},
		{`SUM(email_opened.campaign) > 1`, "1:5: SUM needs a number; `campaign` is a text"},
		{`Average > 3 days`, "1:1: `Average` is a number and `3 days` is a duration: they never compare"},
		{`COUNT(purchase WHERE IN LIST "VIP Customers") > 1`, "cannot stand in WHERE"},
		{`ANY orders HAS (COUNT(purchase) > 1)`, "cannot stand in HAS"},
	}
	for _, tt := range tests {
		_, err := shop().Parse(tt.text)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s\n got %v\nwant %s", tt.text, err, tt.want)
		}
	}
	_, err := shop().Parse(`agee > 5 AND emial = "x" AND IN LIST "x"`)
	if es := (Errors)(nil); !errors.As(err, &es) || len(es) != 3 {
		t.Errorf("all errors in one pass: %v", err)
	}
	var e *Error
	_, err = shop().Parse("age > 1 AND agee > 5")
	if want := "age > 1 AND agee > 5\n            ^"; !errors.As(err, &e) || e.Snippet() != want {
		t.Errorf("snippet %q, want %q", e.Snippet(), want)
	}
}

// Without a text the place is a path into the tree.
func TestSchemaCheckPath(t *testing.T) {
	s := shop()
	tests := []struct {
		c    Condition
		path string
		code Code
	}{
		{And{Everyone{}, Not{eq("agee", Int(1))}}, "[1].C.Left", ErrUnknown},
		{Count{AtLeast, 1, []Condition{In{X: Field("age"), Values: []Value{Int(1), Text("x")}}, Everyone{}}}, ".Of[0].Values[1]", ErrType},
		{Compare{Elem{}, Eq, Int(1), false}, ".Left", ErrType},
		{Zoned{InList("x"), Field("age")}, ".C", ErrUnknown},
		{Not{nil}, ".C", ErrValue},
	}
	for _, tt := range tests {
		var e *Error
		if err := s.Check(tt.c); !errors.As(err, &e) || e.Path != tt.path || !errors.Is(err, tt.code) {
			t.Errorf("%#v: got %v, want path %s", tt.c, err, tt.path)
		}
	}
	if err := (*Schema)(nil).Check(eq("anything", Int(1))); err != nil {
		t.Error(err)
	}
	if err := (&Schema{Open: true, Fields: map[string]FieldType{"a": {Kind: KindNumber}}}).Check(And{eq("b", Int(1)), InList("x")}); err != nil {
		t.Error(err)
	}
}

func TestSchemaValidate(t *testing.T) {
	deep := map[string]string{"c00": "1"}
	for i := 1; i < 40; i++ {
		name := func(i int) string { return "c" + string(rune('0'+i/10)) + string(rune('0'+i%10)) }
		deep[name(i)] = name(i-1) + " + " + name(i-1)
	}
	field := func(f FieldType) Schema { return Schema{Fields: map[string]FieldType{"f": f}} }
	tests := []struct {
		name string
		s    Schema
		code Code
		want string
	}{
		{"cycle", Schema{Calculated: map[string]string{"a": "b + 1", "b": "c * 2", "c": "a"}}, ErrCycle, "/calculated/a: calculated fields refer to themselves: a -> b -> c -> a"},
		{"itself", Schema{Calculated: map[string]string{"a": "a"}}, ErrCycle, "a -> a"},
		{"doubling", Schema{Calculated: deep}, ErrLimit, "written out"},
		{"syntax", Schema{Calculated: map[string]string{"a": "1 +"}}, ErrSyntax, "/calculated/a"},
		{"condition", Schema{Calculated: map[string]string{"a": "x > 1"}}, ErrSyntax, "/calculated/a"},
		{"unknown", Schema{Fields: map[string]FieldType{"x": {}}, Calculated: map[string]string{"a": "y + 1"}}, ErrUnknown, "/calculated/a: unknown field `y`"},
		{"two fields", Schema{Fields: map[string]FieldType{"x": {}}, Calculated: map[string]string{"x": "1"}}, ErrValue, "field of this name"},
		{"alias twice", Schema{Events: map[string]EventType{"a": {Aliases: []string{"X", "x"}}}}, ErrValue, "/events/a/aliases: the alias `x` stands twice"},
		{"alias of two", Schema{Events: map[string]EventType{"a": {Aliases: []string{"X"}}, "b": {Aliases: []string{"X"}}}}, ErrValue, "stands for `a` and for `b`"},
		{"alias is a name", Schema{Events: map[string]EventType{"a": {Aliases: []string{"b"}}, "b": {}}}, ErrValue, "name of another event"},
		{"zone", Schema{Zone: "Mars/Olympus"}, ErrUnknown, "/zone"},
		{"kind", field(FieldType{Kind: KindVersion}), ErrValue, "/fields/f"},
		{"epoch", field(FieldType{Kind: KindText, Epoch: EpochSeconds}), ErrType, "/fields/f/epoch"},
		{"of", field(FieldType{Kind: KindText, Of: KindText}), ErrType, "/fields/f/of"},
		{"values", field(FieldType{Kind: KindNumber, Values: []string{"1"}}), ErrType, "/fields/f/values"},
		{"fold", field(FieldType{Kind: KindNumber, Fold: true}), ErrType, "/fields/f/ignoring_case"},
		{"elements", field(FieldType{Kind: KindText, Elements: map[string]FieldType{"a": {}}}), ErrType, "/fields/f/elements"},
		{"retention", Schema{Retention: Span{-1, Day}}, ErrValue, "/retention"},
		{"lists", Schema{Lists: []string{"a", "a"}}, ErrValue, "/lists"},
	}
	for _, tt := range tests {
		err := tt.s.Validate()
		if err == nil || !errors.Is(err, tt.code) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s: %s", tt.name, err, tt.code, tt.want)
		}
	}
	if err := shop().Validate(); err != nil {
		t.Error(err)
	}
	if err := (&Schema{}).Validate(); err != nil {
		t.Error(err)
	}
}

func TestSchemaJSON(t *testing.T) {
	want := *shop()
	want.Limits = Limits{Depth: 10, Errors: 3}
	want.Zone, want.Open = "Europe/Berlin", true
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Schema
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	errs := []struct{ text, want string }{
		{`{"feilds": {}}`, `1:12: /feilds: unknown key "feilds"; did you mean fields?`},
		{`{"fields": {"a": {"kind": "nubmer"}}}`, `/fields/a/kind: unknown word "nubmer"; expected bool, number, text, time, date, duration, list, object; did you mean number?`},
		{`{"fields": {"a": {"kind": 1}}}`, `1:27: /fields/a/kind: expected a text, found a number`},
		{`{"fields": {"a": {}, "a": {}}}`, "duplicate"},
		{`{"open": 1}`, `/open: expected true or false, found a number`},
		{`{"retention": "soon"}`, `/retention: expected a number and a unit`},
		{`{"week_starts_on": "caturday"}`, `unknown word "caturday"`},
		{`{"limits": {"depth": 0}}`, `/limits/depth: expected a whole number from 1 on`},
		{`{"events": {"a/b": {"aliases": [1]}}}`, `/events/a~1b/aliases/0: expected a text, found a number`},
		{`{"events": {"a": {"aliases": ["x"]}, "b": {"aliases": ["X"]}}}`, "stands for `a` and for `b`"},
		{`[]`, "expected an object, found a list"},
		{`{`, ""},
	}
	for _, tt := range errs {
		var s Schema
		if err := s.UnmarshalJSON([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s\n got %v\nwant %s", tt.text, err, tt.want)
		}
	}
}
