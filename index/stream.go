package index

import (
	"time"

	"github.com/segmentrules/segment/index/internal/eventlog"
)

// countOf is how many events lie in a window that ends at an instant.
func countOf(stream eventlog.Stream, window span, at time.Time) int {
	n := stream.UpTo(at)
	if n == 0 || window == endless {
		return n
	}
	return n - stream.UpTo(window.negated().after(at))
}

// kthOf is when the k-th newest of the events up to an instant was; ok is false if they
// are fewer.
func kthOf(stream eventlog.Stream, at time.Time, k int) (t time.Time, ok bool) {
	n := stream.UpTo(at)
	if k > n {
		return t, false
	}
	return stream.At(n - k), true
}

// futureOf is when the first event after an instant is; ok is false if there is none.
func futureOf(stream eventlog.Stream, at time.Time) (t time.Time, ok bool) {
	n := stream.UpTo(at)
	if n == stream.Len() {
		return t, false
	}
	return stream.At(n), true
}
