package sqltext

import (
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Conditions in SQL, as far as segments are written in it: comparisons, arithmetic, IN, LIKE,
// BETWEEN, IS NULL, and events of the contact by a join or a sub-select.
//
// SQL has three truth values: a comparison with NULL is unknown, so is its negation, and both
// leave the contact out. So each test is kept as two conditions: where it is true, and where
// it is false.

// A Query reads one definition. What differs between systems is in its functions.
type Query struct {
	*source.Prose
	Tables []Table // of the statement that is being read, the innermost last
	Column func(q *Query, names []source.Token) Value
	Call   func(q *Query, name source.Token, args []Value) (Value, bool)
	// Relation is the table of a name; an unknown one is an error.
	Relation func(q *Query, name source.Token) (Table, bool)
	found    *sqlFound // in HAVING: the events that WHERE has come down to
	latest   string    // the name of MAX(event_timestamp)
	counts   bool      // COUNT(…) is selected
	counted  *sqlFound // of a sub-select of COUNT(…): the events that are counted
}

// A Table is a table of a statement.
type Table struct {
	Name, alias string
	Level       int    // how many statements it is within
	Of          Reads  // Event of a table with any number of rows for a contact
	Event       string // the name of its events, empty if a column has it
	Lists       bool   // its rows are memberships of lists
}

// Reads says what a value or a test reads.
type Reads uint8

// What a value or a test can read.
const (
	Contact Reads = 1 << iota
	Event         // a property of an event
	Special       // the name or the instant of an event, a list: no property
)

// A Role is what a column is that is no plain field.
type Role uint8

// The roles of columns.
const (
	Plain     Role = iota
	Lists          // the lists that the contact is on
	Array          // a list of values
	EventName      // the name of the event
	EventTime      // its instant
	ID             // the id of the contact, in any table
	ListID         // in a table of memberships: the list
	Unread         // what no rule can ask
)

// A Value is a value, or a test.
type Value struct {
	At     *source.Node
	X      rule.Expr
	Role   Role
	Reads  Reads
	null   bool        // it is NULL
	May    []rule.Expr // what of it may be missing
	upper  bool        // UPPER or LOWER of a text: compares without case
	lower  bool
	Timed  bool    // an instant: a text beside it is one
	Test   *Test   // of a condition; x is nil
	values []Value // of ARRAY[…]; x is nil
	Lost   bool    // it has been told as a loss
}

// A Test is a condition: a leaf, or several with AND or OR.
type Test struct {
	at    *source.Node
	Reads Reads
	// of a leaf
	Yes, no rule.Condition // where it is true, where it is false; nil if lost
	names   []string       // it asks for the name of the event
	when    *sqlWhen       // it compares the instant of the event
	link    bool           // it links a table with its contact
	lost    bool
	// of several
	parts    []*Test
	either   bool // OR
	negative bool // it is to be read as its negation
}

// A sqlWhen compares the instant of an event.
type sqlWhen struct {
	op rule.Op
	x  rule.Expr
	at *source.Node
}

// negated is the negation.
func (t *Test) negated() *Test {
	n := *t
	n.negative = !t.negative
	return &n
}

// Holds is where the test is true, or with negative where it is false.
func (t *Test) Holds(negative bool) rule.Condition {
	negative = negative != t.negative
	if t.parts == nil {
		if negative {
			return t.no
		}
		return t.Yes
	}
	var cs []rule.Condition
	for _, p := range t.parts {
		if c := p.Holds(negative); !p.link {
			cs = append(cs, c)
		}
	}
	if t.either != negative {
		return build.AnyOf(cs...)
	}
	return build.All(cs...)
}

// Joined is several tests with AND or OR.
func Joined(either bool, parts []*Test) *Test {
	if len(parts) == 1 {
		return parts[0]
	}
	t := &Test{at: parts[0].at, either: either, parts: parts}
	for _, p := range parts {
		t.Reads |= p.Reads
	}
	return t
}

// Leaf is a test of values: false where it does not hold and nothing of the values is missing.
func (q *Query) Leaf(yes rule.Condition, xs ...Value) Value {
	t := &Test{at: xs[0].At, Yes: yes, lost: yes == nil}
	no := []rule.Condition{build.Not(yes)}
	for _, x := range xs {
		t.Reads |= x.Reads
		if x.Lost {
			t.Yes, t.lost = nil, true
		}
		for _, m := range x.May {
			no = append(no, build.IsSet(m))
		}
	}
	if !t.lost {
		t.no = build.All(no...)
	}
	return Value{At: t.at, Test: t, Reads: t.Reads}
}

// Both is a leaf with both conditions given.
func (q *Query) Both(x Value, yes, no rule.Condition) Value {
	return Value{At: x.At, Reads: x.Reads, Test: &Test{at: x.At, Yes: yes, no: no, Reads: x.Reads, lost: yes == nil}}
}

// Innermost is the first table of the innermost statement.
func (q *Query) Innermost() int {
	n := len(q.Tables)
	for n > 0 && q.Tables[n-1].Level == q.Tables[len(q.Tables)-1].Level {
		n--
	}
	return n
}

// Aliases are the names that tables have here.
func (q *Query) Aliases() (names []string) {
	for _, t := range q.Tables {
		if names = append(names, t.Name); t.alias != "" {
			names = append(names, t.alias)
		}
	}
	return names
}
