// Package gate lets readers go on while a writer prepares what it will change.
//
// Three locks do it. A writer first keeps other writers away, and may then read all
// there is, for as long as it takes. Readers are kept away only for the moment in
// which it alters what they see. A third lock is for what no reader sees but the one
// who counts memory.
package gate
