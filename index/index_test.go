package index_test

import (
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/segmenttest"
)

// system makes an [index.Index] a [segmenttest.System].
type system struct{ *index.Index }

func (s system) Members(id string) []string {
	return slices.Sorted(s.Index.Members(id).All())
}

func TestIndex(t *testing.T) {
	segmenttest.Run(t, func(t *testing.T) segmenttest.System {
		return system{index.New(index.Options{Location: time.UTC})}
	})
}
