// Package rules holds the conditions of many segments, taken apart, and decides
// them for one contact at one instant.
//
// Every distinct condition without AND, OR and NOT stands once, however many segments
// state it. The way from a change to the segments that it may move is then short:
// from an input that changed to the attributes that read it, from the old and the new
// value of an attribute to the leaves whose truth flips, from these past guards to the
// plans of segments; only these are evaluated.
//
// For example, `plan = "pro" AND age > 30` and `age > 30 OR vip = TRUE` are two plans
// over three leaves; if the age of a contact changes from 30 to 31, one leaf flips and
// leads to both plans, unless a guard says that the plan is not "pro" before and after.
//
// Words:
//
//   - attribute: a distinct expression that leaves are about, such as a field or a
//     count of events.
//   - leaf: a distinct condition about one attribute, or one that is asked over the
//     whole contact.
//   - plan: the condition of one segment, as a program over leaves.
//   - row: which leaves of an attribute hold for a value, a bit for each leaf.
//   - fan-out: the plans that state a leaf. An entry of it has two guards.
//   - guard: a leaf that stands beside another in an AND. While it fails, the other
//     cannot matter.
//   - access: the leaf under which a plan is listed for contacts of which nothing is
//     known yet.
//   - expiry: an event name and an age. When an event of that name comes to the age,
//     it leaves a window, and what reads the window may change.
//   - threshold: a number with which leaves compare an attribute that changes by time.
//     Nothing flips until one is passed.
//   - schedule: what reads the events of one name, with the expiries in order.
//   - affected: the attributes and leaves that read what changes at once.
//   - stable until: an instant before which a condition stays what it is.
//   - shortcut: a way to the value of an expression without running a program.
//
// Files in reading order: rules.go; classify.go, leaf.go, attribute.go and expiry.go
// (what conditions are about); plan.go, program.go, access.go and fanout.go (plans and
// the ways to them); evaluate.go, row.go and row_cache.go, shortcut.go (what holds
// now); affected.go, schedule.go, threshold.go, evaluate_next.go and stable.go (what
// changes, and when by time); references.go and order.go (segments among each other);
// clone.go (a copy that may change); layout.go (where it all lies in memory).
//
// Rules are changed by one goroutine. An Evaluator is scratch memory of one goroutine;
// many evaluators may share rules that do not change.
package rules
