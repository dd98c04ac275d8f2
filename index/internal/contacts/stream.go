package contacts

import (
	"time"

	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/size"
)

// CountOf is how many events lie in a window that ends at an instant.
func CountOf(stream eventlog.Stream, window size.Length, at time.Time) int {
	n := stream.UpTo(at)
	if n == 0 || window == size.Endless {
		return n
	}
	return n - stream.UpTo(window.Negated().After(at))
}

// KthOf is when the k-th newest of the events up to an instant was; ok is false if they
// are fewer.
func KthOf(stream eventlog.Stream, at time.Time, k int) (t time.Time, ok bool) {
	n := stream.UpTo(at)
	if k > n {
		return t, false
	}
	return stream.At(n - k), true
}

// NextOf is when the first event after an instant is; ok is false if there is none.
func NextOf(stream eventlog.Stream, at time.Time) (t time.Time, ok bool) {
	n := stream.UpTo(at)
	if n == stream.Len() {
		return t, false
	}
	return stream.At(n), true
}
