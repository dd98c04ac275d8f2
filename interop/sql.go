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
	tables []sqlTable // of the statement that is being read, the innermost last
	column func(q *sql, names []token) sqlValue
	call   func(q *sql, name token, args []sqlValue) (sqlValue, bool)
	// relation is the table of a name; an unknown one is an error.
	relation func(q *sql, name token) (sqlTable, bool)
	found    *sqlFound // in HAVING: the events that WHERE has come down to
	latest   string    // the name of MAX(event_timestamp)
	counts   bool      // COUNT(…) is selected
	counted  *sqlFound // of a sub-select of COUNT(…): the events that are counted
}

// A sqlTable is a table of a statement.
type sqlTable struct {
	name, alias string
	level       int      // how many statements it is within
	of          sqlReads // sqlEvent of a table with any number of rows for a contact
	event       string   // the name of its events, empty if a column has it
	lists       bool     // its rows are memberships of lists
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
	at     *node
	x      rule.Expr
	role   sqlRole
	reads  sqlReads
	null   bool        // it is NULL
	may    []rule.Expr // what of it may be missing
	upper  bool        // UPPER or LOWER of a text: compares without case
	lower  bool
	timed  bool       // an instant: a text beside it is one
	test   *sqlTest   // of a condition; x is nil
	values []sqlValue // of ARRAY[…]; x is nil
	lost   bool       // it has been told as a loss
}

// A sqlTest is a condition: a leaf, or several with AND or OR.
type sqlTest struct {
	at    *node
	reads sqlReads
	// of a leaf
	yes, no rule.Condition // where it is true, where it is false; nil if lost
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

// holds is where the test is true, or with negative where it is false.
func (t *sqlTest) holds(negative bool) rule.Condition {
	negative = negative != t.negative
	if t.parts == nil {
		if negative {
			return t.no
		}
		return t.yes
	}
	var cs []rule.Condition
	for _, p := range t.parts {
		if c := p.holds(negative); !p.link {
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
		t.reads |= p.reads
	}
	return t
}

// leaf is a test of values: false where it does not hold and nothing of the values is missing.
func (q *sql) leaf(yes rule.Condition, xs ...sqlValue) sqlValue {
	t := &sqlTest{at: xs[0].at, yes: yes, lost: yes == nil}
	no := []rule.Condition{not(yes)}
	for _, x := range xs {
		t.reads |= x.reads
		if x.lost {
			t.yes, t.lost = nil, true
		}
		for _, m := range x.may {
			no = append(no, isSet(m))
		}
	}
	if !t.lost {
		t.no = all(no...)
	}
	return sqlValue{at: t.at, test: t, reads: t.reads}
}

// both is a leaf with both conditions given.
func (q *sql) both(x sqlValue, yes, no rule.Condition) sqlValue {
	return sqlValue{at: x.at, reads: x.reads, test: &sqlTest{at: x.at, yes: yes, no: no, reads: x.reads, lost: yes == nil}}
}
