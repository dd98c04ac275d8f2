package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/segmentrules/segment/interop"
)

// TestSystemsAreListed compares the lists of import and export with those of the library.
func TestSystemsAreListed(t *testing.T) {
	for command, want := range map[string][]string{"import": interop.Systems(), "export": interop.Exports()} {
		r := segmentWith(nil, nil, command, "--list")
		if got := strings.Fields(r.out); r.code != 0 || !slices.Equal(got, want) {
			t.Errorf("%s --list: %s", command, r)
		}
	}
}
