package segment_test

import (
	"fmt"

	"github.com/segmentrules/segment"
)

func ExampleSimplify() {
	c := segment.MustParse(`NOT (plan != "pro" AND NOT (plan = "team" OR plan = "pro"))`)
	fmt.Println(segment.Simplify(c))
	// Output: plan IN ("pro", "team")
}

func ExampleLint() {
	c := segment.MustParse(`active = TRUE AND (age < 18 AND age > 65)`)
	for _, w := range segment.Lint(c, nil) {
		fmt.Println(w)
	}
	// Output: `age < 18 AND age > 65` can never hold
}

func ExampleSchema_Check() {
	s := &segment.Schema{Fields: map[string]segment.FieldType{"Total_Spent": {Kind: segment.KindNumber}}}
	fmt.Println(s.Check(segment.MustParse(`Total_Spent = "a lot"`)))
	_, err := s.Parse(`Totl_Spent > 500`)
	fmt.Println(err)
	// Output:
	// `Total_Spent` is a number and "a lot" is a text: they never compare
	// 1:1: unknown field `Totl_Spent`; did you mean `Total_Spent`?
}
