// Package segmenttest holds what everything that keeps segments current must
// agree on: [System], what such a thing can do; [Reference], one that is slow
// and right; [Run], the stories and laws that every one must pass; and typed
// generators for property tests, of this module and of its hosts.
//
// A story is a text file with time in it: contacts, segments, updates and
// instants, and after each what must have changed. testdata/stories has them; the
// language is in README.md. A law is a property that random histories must have.
// [Reference] answers by evaluating every rule for every contact at every step.
//
// # Reading order
//
// system.go what a system can do; run.go the doors; script*.go the stories: reading,
// running, expecting, rewriting; laws*.go the laws; reference*.go the reference;
// generate*.go random rules, contacts and histories; shrink.go what makes a failing
// one small.
package segmenttest
