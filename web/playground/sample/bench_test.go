package sample

import "testing"

// How long the shop takes to be made, most of the start of the playground beside compiling.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		s, err := Open()
		if err != nil {
			b.Fatal(err)
		}
		_ = s.Close()
	}
}
