package main

import "testing"

// TestAgree: a comparison of speed counts only between equal answers.
func TestAgree(t *testing.T) {
	cs, err := prepare()
	if err != nil {
		t.Fatal(err)
	}
	if err := agree(cs, 300); err != nil {
		t.Error(err)
	}
}

func BenchmarkRules(b *testing.B) {
	cs, err := prepare()
	if err != nil {
		b.Fatal(err)
	}
	in := inputOf(TheContact())
	for _, c := range cs {
		for _, rule := range ruleNames {
			match := c.rules[rule](in)
			b.Run(c.name+"/"+c.form+"/"+rule, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					match()
				}
			})
		}
	}
}
