package segmenttest

import (
	"flag"
	"testing"
)

var rewriteFlag = flag.Bool("rewrite", false, "write into the stories what happened")

func reference(*testing.T) System { return Reference() }

func TestStories(t *testing.T) {
	RunFiles(t, reference, "testdata/stories/*.txt", *rewriteFlag)
}
