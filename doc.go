// Package segment says what a segment means: which contacts belong to it at
// which instant.
//
// A [Segment] is a name and a [Condition], such as
//
//	country IN ("US", "CA") AND opened >= 5 emails IN LAST 30 DAYS
//
// over the fields of a contact, its events, the lists it is on and other
// segments. [Parse] reads rule text, and [Segment.UnmarshalJSON] the same as
// JSON. [Evaluate] is the definition of what a condition means; [Compile]
// gives a [Program] with the same answers, fast, which also says when an
// answer will change by itself ([Program.Next]) and why it is what it is
// ([Program.Explain]).
//
// Three guarantees hold throughout. Every condition is true or false of every
// contact: a missing value makes a positive test false and its negation true,
// and evaluation never fails. Time is an argument: nothing here reads a clock,
// and the zone of the instant is the calendar. And the package is pure: it
// keeps no state, and all its types may be shared between goroutines as long
// as nobody writes to them.
//
// # Words
//
// A segment is a named condition. A condition is true or false of one contact at
// one instant. A contact has fields, events, and lists that it is on. An update is
// what happened to a contact, a diff is a contact that entered or left a segment.
// A program is a condition made ready to be evaluated many times.
//
// # Other packages
//
// Package rule has the nodes of the tree, for hosts that build conditions by hand;
// schema what a host knows of its contacts; lint warnings. Package index keeps many
// segments over many contacts current; sqlgen writes a rule as SQL.
//
// # Reading order
//
// segment.go the nouns; condition.go, value.go, error.go, schema.go and parse.go
// names of the packages below; document.go, record.go and bind.go ready contacts;
// update.go and definition.go what hosts keep and send. Then evaluate*.go, the
// definition of every meaning; program*.go the same, fast; next*.go when an answer
// will change; explain*.go why it is what it is.
package segment
