package segment_test

import (
	"fmt"
	"time"

	"github.com/segmentrules/segment"
)

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
