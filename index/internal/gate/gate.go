package gate

import "sync"

// A Gate lets in one writer at a time, and any number of readers. A writer that
// has begun keeps other writers away, and so reads what it likes; readers go on
// meanwhile. These it keeps away only while it alters what they see.
type Gate struct {
	writing sync.Mutex
	seen    sync.RWMutex
}

// Begin waits for the other writers.
func (g *Gate) Begin() { g.writing.Lock() }

// End lets the next writer begin.
func (g *Gate) End() { g.writing.Unlock() }

// Alter is for the writer that has begun: no reader is in while f runs.
func (g *Gate) Alter(f func()) {
	g.seen.Lock()
	defer g.seen.Unlock()
	f()
}

// Lock is for a writer that alters what readers see all the time.
func (g *Gate) Lock() {
	g.writing.Lock()
	g.seen.Lock()
}

// Unlock is the end of Lock.
func (g *Gate) Unlock() {
	g.seen.Unlock()
	g.writing.Unlock()
}

// RLock is for a reader.
func (g *Gate) RLock() { g.seen.RLock() }

// RUnlock is the end of RLock.
func (g *Gate) RUnlock() { g.seen.RUnlock() }

// A Background guards what no reader looks at but [index.Index.Stats], which tells how
// much memory it takes: timers, and what is worked out on the way to them. Who
// alters it without keeping readers away lets go of this lock every now and then.
type Background struct{ working sync.Mutex }

// Work is for the writer that has begun: it calls f for n steps, from some on and up
// to others at a time, during which nobody looks at what no reader sees.
func (g *Background) Work(n int, f func(from, to int)) {
	const atOnce = 64 // a fraction of a millisecond, mostly
	for from := 0; from < n; from += atOnce {
		g.Worked(func() { f(from, min(n, from+atOnce)) })
	}
}

// Worked is a single step of work.
func (g *Background) Worked(f func()) {
	g.working.Lock()
	defer g.working.Unlock()
	f()
}
