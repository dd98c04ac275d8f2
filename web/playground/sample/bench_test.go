package sample

import (
	"bytes"
	"testing"
)

// How long the shop takes to be opened, which is part of each start of the playground.
func BenchmarkOpen(b *testing.B) {
	var made bytes.Buffer
	if err := Make(&made); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := Open(bytes.NewReader(made.Bytes()))
		if err != nil {
			b.Fatal(err)
		}
		_ = s.Close()
	}
}
