package live

import (
	"math/rand/v2"
	"time"
)

// A Backoff is how long a sink waits before it tries again what has failed: twice as long
// each time, and each time by chance between half of that and all of it, so that many who
// have failed together do not come back together.
type Backoff struct {
	First time.Duration // the first wait; 0 means one second
	Most  time.Duration // the longest; 0 means five minutes
}

// wait returns the wait after so many failures in a row.
func (b Backoff) wait(failures int) time.Duration {
	if b.First <= 0 {
		b.First = time.Second
	}
	if b.Most <= 0 {
		b.Most = 5 * time.Minute
	}
	d := b.First
	for i := 1; i < failures && d < b.Most; i++ {
		d *= 2
	}
	d = max(min(d, b.Most), 2)
	return d/2 + rand.N(d/2+1)
}
