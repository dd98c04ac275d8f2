package interop

import (
	"github.com/segmentrules/segment/rule"
)

// Conditions in SQL, as far as segments are written in it: comparisons, arithmetic, IN, LIKE,
// BETWEEN, IS NULL, and events of the contact by a join or a sub-select.
//
// SQL has three truth values: a comparison with NULL is unknown, so is its negation, and both
// leave the contact out. So each test is kept as two conditions: where it is true, and where
// it is false.

// An sql reads one definition. What differs between systems is in its functions.
type sql struct {
	*prose
	Tables []sqlTable // of the statement that is being read, the innermost last
	Column func(q *sql, names []token) sqlValue
	Call   func(q *sql, name token, args []sqlValue) (sqlValue, bool)
	// relation is the table of a name; an unknown one is an error.
	Relation func(q *sql, name token) (sqlTable, bool)
	found    *sqlFound // in HAVING: the events that WHERE has come down to
	latest   string    // the name of MAX(event_timestamp)
	counts   bool      // COUNT(…) is selected
	counted  *sqlFound // of a sub-select of COUNT(…): the events that are counted
}

// A sqlTable is a table of a statement.
type sqlTable struct {
	Name, alias string
	Level       int      // how many statements it is within
	Of          sqlReads // sqlEvent of a table with any number of rows for a contact
	Event       string   // the name of its events, empty if a column has it
	Lists       bool     // its rows are memberships of lists
}

// sqlReads says what a value or a test reads.
type sqlReads uint8

const (
	sqlContact sqlReads = 1 << iota
	sqlEvent            // a property of an event
	sqlSpecial          // the name or the instant of an event, a list: no property
)

// A sqlRole is what a column is that is no plain field.
type sqlRole uint8

const (
	sqlPlain     sqlRole = iota
	sqlLists             // the lists that the contact is on
	sqlArray             // a list of values
	sqlEventName         // the name of the event
	sqlEventTime         // its instant
	sqlID                // the id of the contact, in any table
	sqlListID            // in a table of memberships: the list
	sqlUnread            // what no rule can ask
)

// A sqlValue is a value, or a test.
type sqlValue struct {
	At     *node
	X      rule.Expr
	Role   sqlRole
	Reads  sqlReads
	null   bool        // it is NULL
	May    []rule.Expr // what of it may be missing
	upper  bool        // UPPER or LOWER of a text: compares without case
	lower  bool
	Timed  bool       // an instant: a text beside it is one
	Test   *sqlTest   // of a condition; x is nil
	values []sqlValue // of ARRAY[…]; x is nil
	Lost   bool       // it has been told as a loss
}

// A sqlTest is a condition: a leaf, or several with AND or OR.
type sqlTest struct {
	at    *node
	Reads sqlReads
	// of a leaf
	Yes, no rule.Condition // where it is true, where it is false; nil if lost
	names   []string       // it asks for the name of the event
	when    *sqlWhen       // it compares the instant of the event
	link    bool           // it links a table with its contact
	lost    bool
	// of several
	parts    []*sqlTest
	either   bool // OR
	negative bool // it is to be read as its negation
}

// A sqlWhen compares the instant of an event.
type sqlWhen struct {
	op rule.Op
	x  rule.Expr
}

// negated is the negation.
func (t *sqlTest) negated() *sqlTest {
	n := *t
	n.negative = !t.negative
	return &n
}

// Holds is where the test is true, or with negative where it is false.
func (t *sqlTest) Holds(negative bool) rule.Condition {
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
		return anyOf(cs...)
	}
	return all(cs...)
}

// joined is several tests with AND or OR.
func joined(either bool, parts []*sqlTest) *sqlTest {
	if len(parts) == 1 {
		return parts[0]
	}
	t := &sqlTest{at: parts[0].at, either: either, parts: parts}
	for _, p := range parts {
		t.Reads |= p.Reads
	}
	return t
}

// Leaf is a test of values: false where it does not hold and nothing of the values is missing.
func (q *sql) Leaf(yes rule.Condition, xs ...sqlValue) sqlValue {
	t := &sqlTest{at: xs[0].At, Yes: yes, lost: yes == nil}
	no := []rule.Condition{not(yes)}
	for _, x := range xs {
		t.Reads |= x.Reads
		if x.Lost {
			t.Yes, t.lost = nil, true
		}
		for _, m := range x.May {
			no = append(no, isSet(m))
		}
	}
	if !t.lost {
		t.no = all(no...)
	}
	return sqlValue{At: t.at, Test: t, Reads: t.Reads}
}

// Both is a leaf with both conditions given.
func (q *sql) Both(x sqlValue, yes, no rule.Condition) sqlValue {
	return sqlValue{At: x.At, Reads: x.Reads, Test: &sqlTest{at: x.At, Yes: yes, no: no, Reads: x.Reads, lost: yes == nil}}
}

// Innermost is the first table of the innermost statement.
func (q *sql) Innermost() int {
	n := len(q.Tables)
	for n > 0 && q.Tables[n-1].Level == q.Tables[len(q.Tables)-1].Level {
		n--
	}
	return n
}

// Aliases are the names that tables have here.
func (q *sql) Aliases() (names []string) {
	for _, t := range q.Tables {
		if names = append(names, t.Name); t.alias != "" {
			names = append(names, t.alias)
		}
	}
	return names
}
