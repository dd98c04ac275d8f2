package suites

import (
	"path/filepath"
	"testing"

	"github.com/segmentrules/segment/segmenttest"
)

// policies are the stories that need the suite's own meaning of a word. A
// story that is told rightly without its policy is an error, so that the list
// stays exact.
var policies = map[string]Policy{
	"dittofeed-39": {EmptyIsUnset: true},
}

// TestStories tells every story to the reference.
func TestStories(t *testing.T) {
	stories, err := Stories(filepath.Join(Dir(t), "visible", "suites"))
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, s := range stories {
		checked, wrong, err := s.Tell(segmenttest.Reference(), policies[s.ID])
		if err != nil {
			t.Error(err)
		}
		for _, w := range wrong {
			t.Errorf("%s (%s) %s", s.ID, s.Title, w)
		}
		total += checked
		if policies[s.ID].isZero() {
			continue
		}
		if _, wrong, err := s.Tell(segmenttest.Reference(), Policy{}); err != nil || len(wrong) == 0 {
			t.Errorf("%s is right without its policy (%v)", s.ID, err)
		}
	}
	if len(stories) < 30 || total < 111 {
		t.Errorf("%d stories with %d checks, want at least 30 with 111", len(stories), total)
	}
	t.Logf("%d stories, %d checks", len(stories), total)
}

func (p Policy) isZero() bool { return !p.TextForms && !p.EmptyIsUnset && p.Cents == nil }
