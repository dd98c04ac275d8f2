package segment_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/lint"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// README begins with this program; tidy_test.go keeps the two alike.
func Example() {
	rule, _ := segment.Compile(segment.MustParse(`country = "US" AND COUNT(opened) >= 1 IN LAST 30 DAYS`))
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	ann := segment.Record{Fields: map[string]segment.Value{"country": segment.Text("US")}, Log: []segment.Event{{Name: "opened", At: at}}}
	next, _ := rule.Next(ann, at)
	fmt.Println(rule.Match(ann, at), next) // true 2026-03-31 09:00:00 +0000 UTC: not a nanosecond later
	// Output:
	// true 2026-03-31 09:00:00 +0000 UTC
}

func ExampleParse_errors() {
	_, err := segment.Parse(`country IN ("US", "CA" AND age > 18 yeers`)
	var errs segment.Errors
	if errors.As(err, &errs) {
		fmt.Println(errs[0])
		fmt.Println(errs[0].Snippet())
	}
	// Output:
	// 1:24: expected `,` or `)`, found `AND`
	// country IN ("US", "CA" AND age > 18 yeers
	//                        ^
}

// The comment of Condition shows this tree.
func ExampleCondition() {
	c := rule.And{
		rule.In{X: rule.Field("country"), Values: []segment.Value{segment.Text("US"), segment.Text("CA")}},
		rule.Or{
			rule.Compare{Left: rule.Field("plan"), Op: rule.OpEq, Right: segment.Text("pro")},
			rule.InList("VIP"),
		},
	}
	fmt.Println(c)
	// Output:
	// country IN ("US", "CA") AND (plan = "pro" OR IN LIST "VIP")
}

func ExampleBind() {
	type customer struct {
		Country string    `segment:"country"`
		Spent   float64   `segment:"total_spent"`
		Last    time.Time `segment:"last_purchase"`
	}
	c := customer{Country: "CA", Spent: 812.50, Last: time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC)}
	p, err := segment.Compile(segment.MustParse(`country IN ("US", "CA") AND total_spent > $500 AND last_purchase > 30 days ago`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Match(segment.Bind(&c), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)))
	// Output:
	// true
}

func ExampleNewBinder() {
	type customer struct {
		Country sql.NullString `json:"country"`
		Spent   *big.Rat       `json:"spent"`
		Seen    int            `json:"seen,omitempty"`
	}
	b, err := segment.NewBinder[customer]()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(errors.Is(b.Check(segment.MustParse(`contry = "US"`)), segment.ErrUnknown))
	c := customer{Country: sql.NullString{String: "US", Valid: true}, Spent: big.NewRat(25, 2)}
	rule := segment.MustParse(`country = "US" AND spent = 12.5 AND seen IS NULL`)
	fmt.Println(segment.Evaluate(rule, b.Bind(&c), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)))

	u := segment.Update{Contact: "ann", At: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Set: segment.SetOf(&c)}
	fmt.Println(segment.SchemaOf[customer]().CheckUpdate(u))
	text, err := json.Marshal(u)
	fmt.Println(string(text), err)
	// Output:
	// true
	// true
	// <nil>
	// {"contact":"ann","at":"2026-03-01T00:00:00Z","set":{"country":"US","seen":null,"spent":12.5}} <nil>
}

func ExampleNewDocument() {
	doc, err := segment.NewDocument([]byte(`{"plan": "pro", "tags": ["vip", "beta"], "company": {"size": 40}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	rule := segment.MustParse(`plan != "free" AND tags CONTAINS "vip" AND company.size >= 10`)
	fmt.Println(segment.Evaluate(rule, doc, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)))
	// Output:
	// true
}

func ExampleUnmarshalCondition() {
	c, err := segment.UnmarshalCondition([]byte(`{"logic": "AND", "conditions": [
		{"field": "lifetime_value", "operator": "greater_than", "value": 500},
		{"field": "last_activity", "operator": "within_days", "value": 30}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c)
	// Output:
	// lifetime_value > 500 AND last_activity WITHIN LAST 30 days
}

func ExampleProgram_Explain() {
	p, err := segment.Compile(segment.MustParse(`country IN ("US", "CA") AND COUNT(opened) >= 2 IN LAST 30 days`))
	if err != nil {
		fmt.Println(err)
		return
	}
	day := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 9, 0, 0, 0, time.UTC) }
	ann := &segment.Record{
		ID:     "ann",
		Fields: map[string]segment.Value{"country": segment.Text("US")},
		Log:    []segment.Event{{Name: "opened", At: day(time.March, 1)}},
	}
	fmt.Println(p.Explain(ann, day(time.March, 2)))
	// Output:
	// ✗ ALL OF — 1 of 2 hold; never changes by itself
	//   ✓ country IN ("US", "CA") — country is "US"
	//   ✗ COUNT(opened) >= 2 IN LAST 30 days — 1 so far, 1 short; newest 2026-03-01T09:00:00Z
}

func ExampleSimplify() {
	c := segment.MustParse(`NOT (plan != "pro" AND NOT (plan = "team" OR plan = "pro"))`)
	fmt.Println(segment.Simplify(c))
	// Output: plan IN ("pro", "team")
}

func Example_lint() {
	c := segment.MustParse(`active = TRUE AND (age < 18 AND age > 65)`)
	for _, w := range lint.Condition(c, nil) {
		fmt.Println(w)
	}
	// Output: `age < 18 AND age > 65` can never hold
}

func ExampleSchema_Check() {
	s := &segment.Schema{Fields: map[string]schema.FieldType{"Total_Spent": {Kind: segment.KindNumber}}}
	fmt.Println(s.Check(segment.MustParse(`Total_Spent = "a lot"`)))
	_, err := s.Parse(`Totl_Spent > 500`)
	fmt.Println(err)
	// Output:
	// /value: `Total_Spent` is a number and "a lot" is a text: they never compare
	// 1:1: unknown field `Totl_Spent`; did you mean `Total_Spent`?
}
