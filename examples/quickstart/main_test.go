package main

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
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
	if len(want.Segments) != 6 {
		t.Fatalf("%d change logs are expected, want 6", len(want.Segments))
	}
	var b bytes.Buffer
	if err := run(&b, true, ""); err != nil {
		t.Fatal(err)
	}
	var got Sums
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Segments) != 8 {
		t.Errorf("%d segments are summed up, want 8", len(got.Segments))
	}
	for _, w := range want.Segments {
		if !slices.Contains(got.Segments, w) {
			t.Errorf("%+v is not among %+v", w, got.Segments)
		}
	}
}

// The report counts what the expected results count: the members of a06 on
// Christmas 2018, and the contacts who entered a15 and left it again.
func TestReport(t *testing.T) {
	var b bytes.Buffer
	if err := run(&b, false, ""); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"18,148 contacts, 25,164 orders",
		"    681  match all of it",
		"WHY is 11000 Jon Yang in a08 on 30 June 2019?",
		"  a15  Territory 9 only, active           5,751    5,751                5,751           0\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the report does not say %q:\n%s", want, &b)
		}
	}
	if err := run(&b, false, "a99"); err == nil {
		t.Error("an unknown segment is no error")
	}
}
