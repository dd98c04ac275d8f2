package segment

import "time"

// A Program is a compiled condition. It is immutable and may be used by many
// goroutines at once.
type Program struct{ c Condition }

// Compile compiles a condition.
func Compile(c Condition) (*Program, error) { return &Program{c: c}, nil }

// Match reports what [Evaluate] reports.
func (p *Program) Match(x Contact, at time.Time) bool { return Evaluate(p.c, x, at) }
