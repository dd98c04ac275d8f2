// Package index keeps many segments over many contacts current: when a contact
// changes, when an event or a list changes, when a definition changes, and when
// time passes and nothing else happens. What a segment means is said by package
// segment; this one makes it fast.
//
// [Index] keeps the contacts. It takes updates and instants, and returns who
// entered and who left. [Matcher] keeps no contacts: it is for hosts that have
// them in a database of their own.
//
// # Words
//
//   - contact: whoever is in segments or is not; it has fields, events and lists.
//   - row: the number under which a shard keeps a contact; all that is known of the
//     contact is kept by it.
//   - shard: the part of an index that keeps some of the contacts, and the rules of
//     all segments; an index has one, or as many as [Options.Shards] says.
//   - leaf: a distinct condition without AND, OR, NOT and AT LEAST, kept once however
//     many segments state it; it flips when it comes to hold or ceases to.
//   - attribute: an expression that leaves compare with constants, such as a field or
//     a count of events.
//   - plan: one segment as it is decided, a program over leaves.
//   - fan-out: the plans that state a leaf, which is where its flip leads.
//   - guard: another leaf of a plan, without which a flip cannot matter to the plan.
//   - affected: the attributes and leaves that read what an update changes.
//   - membership change: a contact entering or leaving a segment, before it is told as
//     a [segment.Diff].
//   - timer: the instant before which nothing about a contact changes by time alone;
//     it may be too early, and is never too late.
//   - expiry: an age of events at which something that reads them may change, for
//     example 30 days for a count of the last 30 days.
//   - threshold: a number at which leaves about a count flip, so that they need not be
//     looked at while the count stays on one side of it.
//   - view: what is known of all contacts at one moment; it stays as it is while the
//     index goes on, and previews and definitions are worked out over it.
//
// # The way of an update
//
// Say the age of a contact is set from 30 to 31, and a segment asks for age > 30.
//
//  1. apply.go: [Index.Apply] takes the lock and checks all updates. With several
//     shards, applyDealt gives each update to the shard of its contact.
//  2. advance.go: sit lets time run to the instant of the update, so that what was due
//     before is done first.
//  3. apply.go: fold carries out an update in parts: fields, events, lists. Each part
//     first asks the rules what is affected (internal/rules/affected.go).
//  4. propagate.go: mutate looks at what is affected, changes the contact, and looks
//     again. What an attribute is, it hears from contact.go; which leaves hold for that
//     is a row of bits (internal/rules/row.go).
//  5. internal/contacts/store.go: Set changes the field, and keeps the value before.
//  6. propagate.go: compare takes the bits before and after; those that differ are the
//     leaves that flipped. Here it is one, age > 30.
//  7. propagate.go: fanOut goes from a leaf to the plans that state it, and leaves out
//     those whose guards fail (internal/rules/fanout.go has the lists). The rest are
//     queued, and decide runs each: held before, holds now. What differs is a
//     membership change, which may flip leaves of segments that refer to this one.
//  8. due_segments.go: nextFor says when anything affected may change by time; if the
//     timer of the contact is set for later, it is moved there.
//  9. propagate.go: gather puts the membership changes of the instant in order and
//     makes diffs of them. shards.go: number gives each its revision.
//
// # Reading the code
//
// The parts are packages below internal, the lowest first: rowset (sets of rows), wire
// (bytes), column, eventlog and timer (how fields, events and timers are kept), gate
// (readers and writers), zone (the zone of a calendar), size (memory and lengths of
// time), contacts (who and what is known of them), meter (what segments have done),
// rules (the conditions of all segments, for one contact), scan (a condition, for all
// contacts).
//
// The files of this package are in chapters, and no file names what a later chapter
// declares. In reading order:
//
//   - an index and its shards: index.go and shard.go (what an index is made of),
//     shards.go and progress.go (several shards at once), contact.go and places.go (a
//     contact as conditions see it), propagate.go (how a change spreads), due.go and
//     due_segments.go (what time will do), retention.go (which events are kept),
//     freeze.go and query.go (views, and sets of contacts), metrics.go, stats.go and
//     memory.go (numbers about all that)
//   - changes: apply.go (updates), calls.go (many calls at once), import.go (rows of which some
//     may be wrong), advance.go and shards_advance.go (time)
//   - definitions: define.go, define_plan.go, define_install.go, define_timers.go and
//     define_dryrun.go
//   - questions: ask.go, preview.go, preview_missing.go (who matches only because a value
//     is missing), matcher.go (segments without contacts), and json.go
//   - snapshots: snapshot_options.go, hash.go, snapshot.go, host.go (what a host needs that
//     keeps an index over restarts), restore.go and the files that begin so
//
// The state of a shard is one struct, in shard.go, which the methods in all chapters
// work on. So the types of what it holds for a later chapter, such as a definition
// that is being put in place, are declared in the first.
package index
