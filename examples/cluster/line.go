package main

import (
	"encoding/json"
	"io"
	"sync"
	"time"
)

// A line is what a child says on its standard output, as one line of JSON.
type line struct {
	What      string `json:"what"` // one of the constants below
	Partition int    `json:"partition,omitempty"`
	Position  uint64 `json:"position,omitempty"` // of the commit
	Text      string `json:"text,omitempty"`     // of the trouble
}

// What a line may say.
const (
	saysReady   = "ready"   // it is at work
	saysCommit  = "commit"  // it has committed
	saysFenced  = "fenced"  // its commit was refused: another worker has committed since
	saysTrouble = "trouble" // an error, after which it goes on
)

// A teller writes lines, whoever calls it.
type teller struct {
	mu sync.Mutex
	to *json.Encoder
}

func newTeller(w io.Writer) *teller { return &teller{to: json.NewEncoder(w)} }

// say writes a line. If nobody reads any more, the process is about to be ended.
func (t *teller) say(l line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_ = t.to.Encode(l)
}

// patience is how long is waited for a child to be at work, or to be gone.
const patience = 30 * time.Second
