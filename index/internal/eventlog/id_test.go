package eventlog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// someIDs has every form of id, and what only looks like one.
func someIDs() []string {
	ids := []string{
		"0", "7", "255", "256", "00", "007", "999999999999999999", "1000000000000000000", "18446744073709551616", "018446744073709551615",
		"-5", "+5", "1e5", " 12345", "12345 ", "éé12345", "e00000001", "e0000001", "e000000000000000001", "e0000000000000000001",
		"order-2026-000012", "order-2026-00012", "order-2026-0012", strings.Repeat("p", 24) + "12345", strings.Repeat("p", 25) + "12345",
		"123e4567-e89b-12d3-a456-426614174000", "123E4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-42661417400g",
		"123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456_426614174000", "12345678-1234-1234-1234-123456789012",
		"deadbeef", "deadbee", "DEADBEEF", "deadbeefg", "00000000", "0000000", strings.Repeat("ab", 32), strings.Repeat("ab", 33),
		"a", "\x00", "a\x00", "a\x00\x00", "\xff\xfe", strings.Repeat("long ", 7), strings.Repeat("longer ", 1000),
		strings.Repeat("x", 31), strings.Repeat("x", 32),
	}
	for n := range 40 {
		ids = append(ids, strings.Repeat("1", n+1), strings.Repeat("0", n+1), "z"+strings.Repeat("9", n+1))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func TestCodesAreIDs(t *testing.T) {
	var p patterns
	codes := map[string]string{}
	for _, id := range someIDs() {
		code, _ := p.encode(nil, id, true)
		if got := decode(code, p.known); got != id {
			t.Errorf("%q comes back as %q", id, got)
		}
		again, ok := p.encode(nil, id, false)
		if !ok || string(again) != string(code) {
			t.Errorf("%q has two codes: %x and %x, %v", id, code, again, ok)
		}
		if n := codeLen(append(code, "rest"...)); n != len(code) {
			t.Errorf("%q: a code of %d bytes says %d", id, len(code), n)
		}
		if other, has := codes[string(code)]; has {
			t.Errorf("%q and %q have one code", id, other)
		}
		codes[string(code)] = id
	}
	for code := range codes {
		for other := range codes {
			if code != other && strings.HasPrefix(code, other) {
				t.Errorf("the code of %q begins that of %q", codes[other], codes[code])
			}
		}
	}
}

func TestCodesAreShort(t *testing.T) {
	for id, most := range map[string]int{
		"123456": 4, "123e4567-e89b-12d3-a456-426614174000": 17, "evt-1234567": 4, "507f1f77bcf86cd799439011": 13, "visit": 6,
	} {
		var p patterns
		if code, _ := p.encode(nil, id, true); len(code) > most {
			t.Errorf("%q takes %d bytes, want %d", id, len(code), most)
		}
	}
}

func TestPatternsAreBounded(t *testing.T) {
	var p patterns
	for i := range maxPatterns + 10 {
		id := fmt.Sprintf("prefix%d-00001", i)
		code, _ := p.encode(nil, id, true)
		again, ok := p.encode(nil, id, false)
		if got := decode(code, p.known); got != id || !ok || string(again) != string(code) {
			t.Fatalf("%q comes back as %q; again %x, %v", id, got, again, ok)
		}
	}
	if len(p.known) != maxPatterns {
		t.Errorf("%d patterns, want %d", len(p.known), maxPatterns)
	}
	if _, ok := p.encode(nil, "another-00001", false); !ok {
		t.Errorf("an id is unknown for its prefix, but has none")
	}
}
