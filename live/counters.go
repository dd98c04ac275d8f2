package live

import (
	"encoding/json"
	"maps"
	"sync"
)

// Counters is a [Meter] that keeps the numbers in memory. It is an expvar.Var, so that
//
//	c := new(live.Counters)
//	expvar.Publish("segment", c)
//
// shows them at /debug/vars. This package does not import expvar itself: that would serve
// /debug/vars in every program that embeds it. The zero Counters is ready, and may be used by
// many goroutines.
type Counters struct {
	mu      sync.Mutex
	numbers map[string]int64
}

// Add adds to a number.
func (c *Counters) Add(name string, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.make()
	c.numbers[name] += n
}

// Set sets a number.
func (c *Counters) Set(name string, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.make()
	c.numbers[name] = n
}

func (c *Counters) make() {
	if c.numbers == nil {
		c.numbers = make(map[string]int64)
	}
}

// Get returns a number, 0 if nothing has been counted under the name.
func (c *Counters) Get(name string) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.numbers[name]
}

// String returns all numbers as a JSON object, ordered by name.
func (c *Counters) String() string {
	c.mu.Lock()
	all := maps.Clone(c.numbers)
	c.mu.Unlock()
	if all == nil {
		return "{}"
	}
	text, err := json.Marshal(all)
	if err != nil {
		return "{}" // no map of numbers comes here
	}
	return string(text)
}
