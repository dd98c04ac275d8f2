package index

import "sync"

// A gate lets in one writer at a time, and any number of readers. A writer that
// has begun keeps other writers away, and so reads what it likes; readers go on
// meanwhile. These it keeps away only while it alters what they see.
type gate struct {
	writing sync.Mutex
	seen    sync.RWMutex
}

// begin waits for the other writers.
func (g *gate) begin() { g.writing.Lock() }

// end lets the next writer begin.
func (g *gate) end() { g.writing.Unlock() }

// alter is for the writer that has begun: no reader is in while f runs.
func (g *gate) alter(f func()) {
	g.seen.Lock()
	defer g.seen.Unlock()
	f()
}

// Lock is for a writer that alters what readers see all the time.
func (g *gate) Lock() {
	g.writing.Lock()
	g.seen.Lock()
}

// Unlock is the end of Lock.
func (g *gate) Unlock() {
	g.seen.Unlock()
	g.writing.Unlock()
}

// RLock is for a reader.
func (g *gate) RLock() { g.seen.RLock() }

// RUnlock is the end of RLock.
func (g *gate) RUnlock() { g.seen.RUnlock() }

// A background guards what no reader looks at but [Index.Stats], which tells how
// much memory it takes: timers, and what is worked out on the way to them. Who
// alters it without keeping readers away lets go of this lock every now and then.
type background struct{ working sync.Mutex }

// work is for the writer that has begun: it calls f for n steps, from some on and up
// to others at a time, during which nobody looks at what no reader sees.
func (g *background) work(n int, f func(from, to int)) {
	const atOnce = 64 // a fraction of a millisecond, mostly
	for from := 0; from < n; from += atOnce {
		g.worked(func() { f(from, min(n, from+atOnce)) })
	}
}

// worked is a single step of work.
func (g *background) worked(f func()) {
	g.working.Lock()
	defer g.working.Unlock()
	f()
}
