package segment_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/segmentrules/segment"
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
