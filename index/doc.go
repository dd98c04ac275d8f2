// Package index keeps many segments over many contacts current: when a contact
// changes, when an event or a list changes, when a definition changes, and when
// time passes and nothing else happens. What a segment means is said by package
// segment; this one makes it fast.
//
// [Index] keeps the contacts. It takes updates and instants, and returns who
// entered and who left. [Matcher] keeps no contacts: it is for hosts that have
// them in a database of their own.
//
// # The way of an update
//
// [Index.Apply] checks the updates and lets time run to them. For each it looks at
// what the conditions that read the changed fields, events or lists say before,
// carries out the change, and looks again. The conditions whose truth has flipped
// lead to the segments that state them; these are decided, and what is not as it
// was is a [segment.Diff].
//
// # Reading the code
//
// The parts are packages below internal, the lowest first: rowset (sets of rows), wire (bytes), column,
// eventlog and timer (how fields, events and timers are kept), gate (readers and
// writers), size (memory and lengths of time), contacts (who and what is known of
// them), meter (what segments have done), rules (the conditions of all segments,
// for one contact), scan (a condition, for all contacts).
//
// Files of this package in reading order: index.go and shard.go (an index, and the part of it that has
// some of the contacts); apply.go (updates), propagate.go
// (how a change spreads), contact.go and places.go (a stored contact as conditions
// see it), advance.go, due.go and due_segments.go (time), retention.go (which events
// are kept); define.go, then define_plan.go, define_install.go, define_timers.go and
// define_dryrun.go (definitions); query.go, ask.go, freeze.go and preview.go
// (questions); metrics.go, stats.go and memory.go; snapshot.go, restore.go and those
// after it, and hash.go (the state as bytes); shards.go, shards_advance.go and
// progress.go (several shards at once); matcher.go (segments without contacts).
package index
