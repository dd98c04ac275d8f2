package segmenttest

import "testing"

func TestRunReference(t *testing.T) { Run(t, reference) }
