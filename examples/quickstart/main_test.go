package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// testdata/flips.json are the sums of the change logs of six of the segments,
// computed elsewhere by another method: they are the flips of the data set's
// expected results (see segmenttest/suites).
func TestChangeLogsAreTheExpectedOnes(t *testing.T) {
	text, err := os.ReadFile("testdata/flips.json")
	if err != nil {
		t.Fatal(err)
	}
	var want Sums
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	shop, all, err := everything()
	if err != nil {
		t.Fatal(err)
	}
	if len(want.Segments) != 6 {
		t.Fatalf("%d change logs are expected, want 6", len(want.Segments))
	}
	for _, w := range want.Segments {
		for _, s := range all {
			if s.ID != w.ID {
				continue
			}
			one := []Segment{s}
			if got := sums(one, newReplay(shop, one).run(end)).Segments[0]; got != w {
				t.Errorf("%s: %+v, want %+v", s.ID, got, w)
			}
		}
	}
}

// The preview counts what the expected results count at that instant.
func TestPreview(t *testing.T) {
	shop, segments, err := everything()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	r := report{w: &b, shop: shop, segments: segments}
	if err := r.preview(previewed, previewAt); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "681  match all of it") {
		t.Errorf("the preview says:\n%s", &b)
	}
}

func everything() (*Shop, []Segment, error) {
	shop, err := load()
	if err != nil {
		return nil, nil, err
	}
	segments, err := parse(definitions)
	return shop, segments, err
}
