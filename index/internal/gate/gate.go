package gate

import (
	"bytes"
	"runtime"
	"sync"
)

// A Gate lets in one writer at a time, and any number of readers. A writer that
// has begun keeps other writers away, and so reads what it likes; readers go on
// meanwhile. These it keeps away only while it alters what they see.
type Gate struct {
	state   sync.Mutex // guards the three below
	changed sync.Cond  // one of them has changed; its lock is state
	writing bool       // a writer has begun
	lent    bool       // it lets somebody hold the gate meanwhile: see Lend
	held    bool       // who does
	lender  string     // the goroutine that lends it
	seen    sync.RWMutex
}

// await waits, with state locked, until something is so.
func (g *Gate) await(so func() bool) {
	if g.changed.L == nil {
		g.changed.L = &g.state
	}
	for !so() {
		g.changed.Wait()
	}
}

// set changes what await waits for.
func (g *Gate) set(f func()) {
	g.state.Lock()
	defer g.state.Unlock()
	f()
	g.changed.Broadcast()
}

// Begin waits for the other writers, and reports whether the caller may write: not within
// Lend, where the writer that has begun waits for the caller.
func (g *Gate) Begin() bool {
	g.state.Lock()
	defer g.state.Unlock()
	if g.lent && g.lender == goroutine() {
		return false
	}
	g.await(func() bool { return !g.writing })
	g.writing = true
	return true
}

// goroutine is the name of the goroutine that runs, as traces of the stack have it. It is
// asked for only while a writer lends the gate: there is no other way to find out that who
// calls is called by that writer, and would wait for ever.
func goroutine() string {
	var trace [64]byte
	name, _, _ := bytes.Cut(trace[:runtime.Stack(trace[:], false)], []byte(" ["))
	return string(name)
}

// End lets the next writer begin.
func (g *Gate) End() { g.set(func() { g.writing = false }) }

// Lend is for the writer that has begun, while it alters nothing and calls a function
// of the host: that may call what needs Hold.
func (g *Gate) Lend(f func()) {
	g.set(func() { g.lent, g.lender = true, goroutine() })
	defer func() {
		g.state.Lock()
		defer g.state.Unlock()
		g.await(func() bool { return !g.held })
		g.lent = false
	}()
	f()
}

// Hold keeps writers and readers away, for who leaves what they see as it is, but notes
// something in it. It waits for the writer that has begun, unless that lends the gate.
func (g *Gate) Hold(f func()) {
	borrowed := false
	g.state.Lock()
	g.await(func() bool { return !g.writing || g.lent && !g.held })
	if borrowed = g.writing; borrowed {
		g.held = true
	} else {
		g.writing = true
	}
	g.state.Unlock()
	defer g.set(func() {
		if borrowed {
			g.held = false
		} else {
			g.writing = false
		}
	})
	g.Alter(f)
}

// Alter is for the writer that has begun: no reader is in while f runs.
func (g *Gate) Alter(f func()) {
	g.seen.Lock()
	defer g.seen.Unlock()
	f()
}

// Lock is for a writer that alters what readers see all the time. It reports what Begin does.
func (g *Gate) Lock() bool {
	if !g.Begin() {
		return false
	}
	g.seen.Lock()
	return true
}

// Unlock is the end of Lock.
func (g *Gate) Unlock() {
	g.seen.Unlock()
	g.End()
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
