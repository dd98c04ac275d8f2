package engines

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
)

// shared are the engines of one test binary, each opened when first needed.
var shared = func() map[string]func() (Engine, error) {
	m := map[string]func() (Engine, error){}
	for _, name := range Names() {
		m[name] = sync.OnceValues(func() (Engine, error) {
			e, err := Open(name)
			if err == nil {
				running.Lock()
				running.engines = append(running.engines, e)
				running.Unlock()
			}
			return e, err
		})
	}
	return m
}()

var running struct {
	sync.Mutex
	engines []Engine
}

// All runs f for every engine, in a subtest of the engine's name. The engines
// are shared by all tests of the binary, so tables need names of their own.
func All(t *testing.T, f func(*testing.T, Engine)) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) { f(t, Need(t, name)) })
	}
}

// Need returns the test binary's engine of that name, started if it is the
// first to need it. Where it cannot be had the test is skipped, or fails if
// SEGMENT_NEED_ENGINES is 1.
func Need(t testing.TB, name string) Engine {
	t.Helper()
	open := shared[name]
	if open == nil {
		t.Fatalf("there is no engine %q", name)
	}
	e, err := open()
	if errors.Is(err, ErrAbsent) && os.Getenv("SEGMENT_NEED_ENGINES") != "1" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Main runs the tests and closes the engines they opened; what it returns is
// for os.Exit:
//
//	func TestMain(m *testing.M) { os.Exit(engines.Main(m)) }
func Main(m *testing.M) int {
	code := m.Run()
	running.Lock()
	defer running.Unlock()
	for _, e := range running.engines {
		if err := e.Close(); err != nil {
			fmt.Fprintf(os.Stderr, "closing %s: %v\n", e.Name(), err)
			code = max(code, 1)
		}
	}
	running.engines = nil
	return code
}
