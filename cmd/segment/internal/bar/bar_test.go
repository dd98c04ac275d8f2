package bar

import (
	"bytes"
	"strings"
	"testing"
)

// TestFullOnlyAtTheEnd looks at what is shown before and after the end of the work.
func TestFullOnlyAtTheEnd(t *testing.T) {
	var b bytes.Buffer
	bar := New(&b, "reading", 1000, true, true)
	bar.Add(400)
	if !strings.Contains(b.String(), " 40% ") {
		t.Errorf("shown: %q", b.String())
	}
	bar.Add(600)
	if strings.Contains(b.String(), "100%") {
		t.Errorf("full before the end: %q", b.String())
	}
	bar.Done(true)
	if !strings.Contains(b.String(), "100%") {
		t.Errorf("not full at the end: %q", b.String())
	}
}

// TestBrokenOffIsNotFull ends a bar before the end of the work.
func TestBrokenOffIsNotFull(t *testing.T) {
	var b bytes.Buffer
	bar := New(&b, "reading", 1000, true, true)
	bar.Add(1000)
	bar.Done(false)
	if strings.Contains(b.String(), "100%") {
		t.Errorf("shown: %q", b.String())
	}
	var none *Bar
	none.Add(5)
	none.Tick()
	none.Done(true)
}
