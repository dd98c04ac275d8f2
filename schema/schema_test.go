package schema_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

func TestSchemaParse(t *testing.T) {
	unix := rule.Call{Fn: rule.FnUnix, Args: []rule.Expr{rule.Field("signup_at")}}
	revenue := rule.Calculated{Name: "Revenue", X: rule.Metric{Agg: rule.AggSum, Prop: "amount", Events: rule.Events{Names: []string{"purchase"}}}}
	purchases := rule.Metric{Events: rule.Events{Names: []string{"purchase"}}}
	tests := []struct {
		text string
		want rule.Condition
	}{
		{`email = "ANN@x.io"`, rule.Compare{Left: rule.Field("email"), Op: rule.OpEq, Right: rule.Text("ANN@x.io"), Fold: true}},
		{`email ENDS WITH "@x.io"`, rule.Like{X: rule.Field("email"), End: rule.LikeSuffix, Values: []string{"@x.io"}, Fold: true}},
		{`plan = "pro"`, rule.Compare{Left: rule.Field("plan"), Op: rule.OpEq, Right: rule.Text("pro"), Fold: false}},
		{`signup_at OLDER THAN 30 days`, rule.When{X: unix, Window: rule.Window{Kind: rule.WindowOlder, A: rule.Span{N: 30, Unit: rule.UnitDay}}}},
		{`UNIX(signup_at) OLDER THAN 30 days`, rule.When{X: unix, Window: rule.Window{Kind: rule.WindowOlder, A: rule.Span{N: 30, Unit: rule.UnitDay}}}},
		{`Account_Age > 365 days`, rule.Compare{Left: rule.Calculated{Name: "Account_Age", X: rule.Arith{Op: rule.ArithSub, Left: rule.Call{Fn: rule.FnNow}, Right: unix}}, Op: rule.OpGt, Right: rule.Span{N: 365, Unit: rule.UnitDay}, Fold: false}},
		{`Average > 20`, rule.Compare{Left: rule.Calculated{Name: "Average", X: rule.Arith{Op: rule.ArithDiv, Left: revenue, Right: purchases}}, Op: rule.OpGt, Right: rule.Int(20), Fold: false}},
		{`Birthday_Anniversary = TODAY`, rule.Compare{Left: rule.Calculated{Name: "Birthday_Anniversary", X: rule.Call{Fn: rule.FnAnniversary, Args: []rule.Expr{rule.Field("Birthday")}}}, Op: rule.OpEq, Right: rule.Call{Fn: rule.FnToday}, Fold: false}},
		{`Signup_Anniversary = TODAY`, rule.Compare{Left: rule.Calculated{Name: "Signup_Anniversary", X: rule.Call{Fn: rule.FnAnniversary, Args: []rule.Expr{unix}}}, Op: rule.OpEq, Right: rule.Call{Fn: rule.FnToday}, Fold: false}},
		{`Opened >= 5 emails IN LAST 30 days`, rule.Compare{Left: rule.Metric{Events: rule.Events{Names: []string{"email_opened"}}, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 30, Unit: rule.UnitDay}}}, Op: rule.OpGe, Right: rule.Int(5), Fold: false}},
		{`COUNT(Opened) = 0 THIS WEEK`, rule.Compare{Left: rule.Metric{Events: rule.Events{Names: []string{"email_opened"}}, Window: rule.Window{Kind: rule.WindowThis, Unit: rule.UnitWeek, StartsOn: rule.WeekdaySunday}}, Op: rule.OpEq, Right: rule.Int(0), Fold: false}},
		{`seen DURING PREVIOUS 2 FISCAL YEARS`, rule.When{X: rule.Field("seen"), Window: rule.Window{Kind: rule.WindowPrevious, Unit: rule.UnitYear, N: 2, Fiscal: true, StartsIn: time.October}}},
		{`seen DURING NEXT FISCAL QUARTER STARTING JANUARY`, rule.When{X: rule.Field("seen"), Window: rule.Window{Kind: rule.WindowFollowing, Unit: rule.UnitQuarter, Fiscal: true, StartsIn: time.January}}},
		{`seen DURING NEXT 2 WEEKS`, rule.When{X: rule.Field("seen"), Window: rule.Window{Kind: rule.WindowFollowing, Unit: rule.UnitWeek, N: 2, StartsOn: rule.WeekdaySunday}}},
		{`COUNT(Opened) = 0 THIS WEEK STARTING MONDAY`, rule.Compare{Left: rule.Metric{Events: rule.Events{Names: []string{"email_opened"}}, Window: rule.Window{Kind: rule.WindowThis, Unit: rule.UnitWeek, StartsOn: rule.WeekdayMonday}}, Op: rule.OpEq, Right: rule.Int(0), Fold: false}},
		{`COUNT(email_opened WHERE campaign = "x") = 0`, rule.Compare{Left: rule.Metric{Events: rule.Events{Names: []string{"email_opened"}, Where: rule.Compare{Left: rule.Field("campaign"), Op: rule.OpEq, Right: rule.Text("x"), Fold: true}}}, Op: rule.OpEq, Right: rule.Int(0), Fold: false}},
		{`LAST(purchase.due) < NOW`, rule.Compare{Left: rule.Call{Fn: rule.FnUnixMilli, Args: []rule.Expr{rule.Metric{Agg: rule.AggLast, Prop: "due", Events: rule.Events{Names: []string{"purchase"}}}}}, Op: rule.OpLt, Right: rule.Call{Fn: rule.FnNow}, Fold: false}},
		{`ANY tags = "Vip"`, rule.Each{Quantifier: rule.QuantifierAny, K: 0, X: rule.Field("tags"), C: rule.Compare{Left: rule.Elem{}, Op: rule.OpEq, Right: rule.Text("Vip"), Fold: true}}},
		{`tags CONTAINS "Vip"`, rule.Contains{X: rule.Field("tags"), Mode: rule.ContainsAny, Values: []rule.Value{rule.Text("Vip")}, Fold: true}},
		{`ANY orders HAS (sku = "X" AND amount > 10)`, rule.Each{Quantifier: rule.QuantifierAny, K: 0, X: rule.Field("orders"), C: rule.And{rule.Compare{Left: rule.Field("sku"), Op: rule.OpEq, Right: rule.Text("X"), Fold: false}, rule.Compare{Left: rule.Field("amount"), Op: rule.OpGt, Right: rule.Int(10), Fold: false}}}},
		{`address.city = "Berlin"`, rule.Compare{Left: rule.Field("address.city"), Op: rule.OpEq, Right: rule.Text("Berlin"), Fold: false}},
	}
	for _, tt := range tests {
		got, err := ruletest.Shop().Parse(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if !rule.Equal(got, tt.want) {
			t.Errorf("%s (-want +got):\n%s", tt.text, cmp.Diff(tt.want, got))
		}
		if again, err := ruletest.Shop().Resolve(got); err != nil || !rule.Equal(again, got) {
			t.Errorf("%s: resolved twice: %v\n%s", tt.text, err, cmp.Diff(got, again))
		}
		if err := ruletest.Shop().Check(got); err != nil {
			t.Errorf("%s: what Parse returns does not check: %v", tt.text, err)
		}
		if again, err := ruletest.Shop().Parse(got.String()); err != nil || !rule.Equal(again, got) {
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
		{`age > 1 AND seen IN ("yesterday", "2026-01-01")`, "`seen` is an instant and \"yesterday\" is a text: they never compare"},
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
		_, err := ruletest.Shop().Parse(tt.text)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s\n got %v\nwant %s", tt.text, err, tt.want)
		}
	}
	_, err := ruletest.Shop().Parse(`agee > 5 AND emial = "x" AND IN LIST "x"`)
	if es := (rule.Errors)(nil); !errors.As(err, &es) || len(es) != 3 {
		t.Errorf("all errors in one pass: %v", err)
	}
	var e *rule.Error
	_, err = ruletest.Shop().Parse("age > 1 AND agee > 5")
	if want := "age > 1 AND agee > 5\n            ^"; !errors.As(err, &e) || e.Snippet() != want {
		t.Errorf("snippet %q, want %q", e.Snippet(), want)
	}
}

// Without a text the place is that in the definition of the tree.
func TestSchemaCheckPath(t *testing.T) {
	s := ruletest.Shop()
	tests := []struct {
		c    rule.Condition
		path string
		code rule.Code
	}{
		{rule.And{rule.Everyone{}, rule.Not{C: ruletest.Eq("agee", rule.Int(1))}}, "/conditions/1/field", rule.ErrUnknown},
		{rule.Count{Quantity: rule.QuantityAtLeast, K: 1, Of: []rule.Condition{rule.In{X: rule.Field("age"), Values: []rule.Value{rule.Int(1), rule.Text("x")}}, rule.Everyone{}}}, "/of/0/value/1", rule.ErrType},
		{rule.Compare{Left: rule.Elem{}, Op: rule.OpEq, Right: rule.Int(1), Fold: false}, "/element", rule.ErrType},
		{rule.Zoned{C: rule.InList("x"), Zone: rule.Field("age")}, "/list", rule.ErrUnknown},
		{rule.Not{C: nil}, "", rule.ErrValue},
	}
	for _, tt := range tests {
		var e *rule.Error
		if err := s.Check(tt.c); !errors.As(err, &e) || e.Path != tt.path || !errors.Is(err, tt.code) {
			t.Errorf("%#v: got %v, want path %s", tt.c, err, tt.path)
		}
	}
	if err := (*schema.Schema)(nil).Check(ruletest.Eq("anything", rule.Int(1))); err != nil {
		t.Error(err)
	}
	if err := (&schema.Schema{Open: true, Fields: map[string]schema.FieldType{"a": {Kind: rule.KindNumber}}}).Check(rule.And{ruletest.Eq("b", rule.Int(1)), rule.InList("x")}); err != nil {
		t.Error(err)
	}
}

func TestSchemaValidate(t *testing.T) {
	deep := map[string]string{"c00": "1"}
	for i := 1; i < 40; i++ {
		name := func(i int) string { return "c" + string(rune('0'+i/10)) + string(rune('0'+i%10)) }
		deep[name(i)] = name(i-1) + " + " + name(i-1)
	}
	field := func(f schema.FieldType) schema.Schema {
		return schema.Schema{Fields: map[string]schema.FieldType{"f": f}}
	}
	tests := []struct {
		name string
		s    schema.Schema
		code rule.Code
		want string
	}{
		{"cycle", schema.Schema{Calculated: map[string]string{"a": "b + 1", "b": "c * 2", "c": "a"}}, rule.ErrCycle, "/calculated/a: calculated fields refer to themselves: a -> b -> c -> a"},
		{"itself", schema.Schema{Calculated: map[string]string{"a": "a"}}, rule.ErrCycle, "a -> a"},
		{"doubling", schema.Schema{Calculated: deep}, rule.ErrLimit, "written out"},
		{"syntax", schema.Schema{Calculated: map[string]string{"a": "1 +"}}, rule.ErrSyntax, "/calculated/a"},
		{"condition", schema.Schema{Calculated: map[string]string{"a": "x > 1"}}, rule.ErrSyntax, "/calculated/a"},
		{"unknown", schema.Schema{Fields: map[string]schema.FieldType{"x": {}}, Calculated: map[string]string{"a": "y + 1"}}, rule.ErrUnknown, "/calculated/a: unknown field `y`"},
		{"two fields", schema.Schema{Fields: map[string]schema.FieldType{"x": {}}, Calculated: map[string]string{"x": "1"}}, rule.ErrValue, "field of this name"},
		{"alias twice", schema.Schema{Events: map[string]schema.EventType{"a": {Aliases: []string{"X", "x"}}}}, rule.ErrValue, "/events/a/aliases: the alias `x` stands twice"},
		{"alias of two", schema.Schema{Events: map[string]schema.EventType{"a": {Aliases: []string{"X"}}, "b": {Aliases: []string{"X"}}}}, rule.ErrValue, "stands for `a` and for `b`"},
		{"alias is a name", schema.Schema{Events: map[string]schema.EventType{"a": {Aliases: []string{"b"}}, "b": {}}}, rule.ErrValue, "name of another event"},
		{"zone", schema.Schema{Zone: "Mars/Olympus"}, rule.ErrUnknown, "/zone"},
		{"kind", field(schema.FieldType{Kind: rule.KindVersion}), rule.ErrValue, "/fields/f"},
		{"epoch", field(schema.FieldType{Kind: rule.KindText, Epoch: schema.EpochSeconds}), rule.ErrType, "/fields/f/epoch"},
		{"of", field(schema.FieldType{Kind: rule.KindText, Of: rule.KindText}), rule.ErrType, "/fields/f/of"},
		{"values", field(schema.FieldType{Kind: rule.KindNumber, Values: []string{"1"}}), rule.ErrType, "/fields/f/values"},
		{"fold", field(schema.FieldType{Kind: rule.KindNumber, Fold: true}), rule.ErrType, "/fields/f/ignoring_case"},
		{"elements", field(schema.FieldType{Kind: rule.KindText, Elements: map[string]schema.FieldType{"a": {}}}), rule.ErrType, "/fields/f/elements"},
		{"retention", schema.Schema{Retention: rule.Span{N: -1, Unit: rule.UnitDay}}, rule.ErrValue, "/retention"},
		{"lists", schema.Schema{Lists: []string{"a", "a"}}, rule.ErrValue, "/lists"},
	}
	for _, tt := range tests {
		err := tt.s.Validate()
		if err == nil || !errors.Is(err, tt.code) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s: %s", tt.name, err, tt.code, tt.want)
		}
	}
	if err := ruletest.Shop().Validate(); err != nil {
		t.Error(err)
	}
	if err := (&schema.Schema{}).Validate(); err != nil {
		t.Error(err)
	}
}

func TestSchemaJSON(t *testing.T) {
	want := *ruletest.Shop()
	want.Limits = rule.Limits{Depth: 10, Errors: 3}
	want.Zone, want.Open = "Europe/Berlin", true
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got schema.Schema
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
		{`{"fiscal_year_starts": "arpil"}`, `unknown word "arpil"`},
		{`{"limits": {"depth": 0}}`, `/limits/depth: expected a whole number from 1 on`},
		{`{"events": {"a/b": {"aliases": [1]}}}`, `/events/a~1b/aliases/0: expected a text, found a number`},
		{`{"events": {"a": {"aliases": ["x"]}, "b": {"aliases": ["X"]}}}`, "stands for `a` and for `b`"},
		{`[]`, "expected an object, found a list"},
		{`{`, ""},
	}
	for _, tt := range errs {
		var s schema.Schema
		if err := s.UnmarshalJSON([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s\n got %v\nwant %s", tt.text, err, tt.want)
		}
	}
}
