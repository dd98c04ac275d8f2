package rules

import (
	"sync/atomic"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A lazyProgram is a condition compiled when it is first asked for. It may be asked
// for by many goroutines at once. What it is made of has been compiled as part of
// a whole, so it compiles; if it did not, it would be false.
type lazyProgram struct {
	p atomic.Pointer[segment.Program]
}

// of returns the program, compiled of the condition if this is the first time.
func (c *lazyProgram) of(condition func() segment.Condition) *segment.Program {
	if p := c.p.Load(); p != nil {
		return p
	}
	p, err := segment.Compile(condition())
	if err != nil {
		p, _ = segment.Compile(rule.Or{})
	}
	c.p.CompareAndSwap(nil, p)
	return c.p.Load()
}
