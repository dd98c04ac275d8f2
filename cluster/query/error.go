package query

import (
	"fmt"
	"strings"
)

// An IncompleteError says that the context has ended before all partitions had answered. What
// was returned with it is of the others, and its At has no states of the missing: who can do
// with a part of the answer may take it.
type IncompleteError struct {
	Missing []int  // partitions, in order
	Why     string // of the first of them, as far as it is known
	Err     error  // of the context
}

// Error names the first few of the partitions.
func (e *IncompleteError) Error() string {
	const most = 8
	var names strings.Builder
	for i, p := range e.Missing {
		if i == most {
			fmt.Fprintf(&names, " and %d others", len(e.Missing)-most)
			break
		}
		fmt.Fprintf(&names, " %d", p)
	}
	return fmt.Sprintf("query: no answer for partitions%s (%s): %v", names.String(), e.Why, e.Err)
}

// Unwrap returns the error of the context.
func (e *IncompleteError) Unwrap() error { return e.Err }

// A RefusedError says that a member has refused the request as such, and would again: who asks
// may not, is no asker of this cluster, or asks for too much.
type RefusedError struct {
	Member string
	Status int    // of HTTP
	Code   string // in one word, such as forbidden; empty if the answer is not of a member
	Detail string
}

// Error says who has refused what.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("query: member %s refuses the question with status %d: %s", e.Member, e.Status, e.Detail)
}
