package rule

import (
	"encoding"
	"fmt"
)

// A Condition is the rule of a segment: a tree that is true or false of one
// contact at one instant. The underlying concrete type is one of
//
//	And  Or  Not  Count  Everyone  Zoned          // logic
//	Compare  Between  In  IsNull  IsBlank         // values
//	Contains  Like  Matches  InCIDR  Each
//	When  Changed  HasBeen                        // time and history
//	Sequence  Regularity                          // engagement (the rest is a Compare over a Metric)
//	InList  InSegment                             // membership
//
// Nodes are plain values: build them as literals, compare them with [Equal]
// (== panics on the slices inside), walk them with [Walk]. They hold no
// positions, caches or results. These are all there are; a
// nil Condition, or a foreign type that embeds one, is refused by [segment.Compile]
// and false for [segment.Evaluate].
//
// There is no node for a negated operator: `x != 1` is Not{Compare{x, Eq, 1}},
// so that it is the exact complement by construction. String prints it back as
// `x != 1`.
type Condition interface {
	// String returns the canonical rule text: Parse gives back an equal tree (see
	// [Canonical] for groups of one condition or none, which rule text does not have).
	fmt.Stringer
	// MarshalText returns that text as encoding/json and others ask for it, and an error
	// where no text says the tree. It cannot be read back into a Condition, which is an
	// interface: see [segment.Rule].
	encoding.TextMarshaler
	isCondition()
}

// And holds if all of its conditions hold; so the empty And is true. It prints as
// EVERYONE, and an And of one condition as that: see [Canonical].
type And []Condition

// Or holds if any of its conditions holds; so the empty Or is false. It prints as
// NOT EVERYONE, and an Or of one condition as that: see [Canonical].
type Or []Condition

// Not is the exact complement of C.
type Not struct{ C Condition }

// A Quantity says how a number of things that hold is compared with K.
type Quantity uint8

// The quantities of [Count].
const (
	QuantityAtLeast Quantity = iota
	QuantityAtMost
	QuantityExactly
)

// Count holds if the number of conditions of Of that hold is at least, at most
// or exactly K: `AT LEAST 2 OF (a, b, c)`.
type Count struct {
	Quantity Quantity
	K        int
	Of       []Condition
}

// Everyone holds for every contact: `EVERYONE`. Its complement, NOT EVERYONE,
// holds for none.
type Everyone struct{}

// Zoned evaluates C with another calendar: `C IN ZONE "America/New_York"`, or
// `C IN ZONE timezone`, where Zone is a [Field] that holds the zone's name.
// Where the name is missing or unknown, the calendar stays as it was.
type Zoned struct {
	C    Condition
	Zone Expr
}

// An Op is a comparison operator. The negated ones do not exist: see [Not].
type Op uint8

// The comparison operators, in words: equals, less than, at most, more than,
// at least.
const (
	OpEq Op = iota
	OpLt
	OpLe
	OpGt
	OpGe
)

// Compare compares two expressions: `Total_Spent > 500`. It is false where
// either is missing or their kinds do not fit. Fold makes text compare under
// simple case folding: `IGNORING CASE`.
type Compare struct {
	Left  Expr
	Op    Op
	Right Expr
	Fold  bool
}

// Between holds if Lo <= X and X <= Hi, both included; of dates, both days
// are whole.
type Between struct {
	X, Lo, Hi Expr
	Fold      bool
}

// In holds if X equals one of Values: `State IN ("CA", "NY")`. A null among them is a
// missing X: `State IN ("CA", NULL)` is `State = "CA" OR State IS NULL`.
type In struct {
	X      Expr
	Values []Value
	Fold   bool
}

// IsNull holds if X is missing. `IS SET` is its complement.
type IsNull struct{ X Expr }

// IsBlank holds if X is missing, white space only, an empty list or an empty
// object.
type IsBlank struct{ X Expr }

// A ContainsMode says how many of several given values are asked for.
type ContainsMode uint8

// The modes of [Contains].
const (
	ContainsAny ContainsMode = iota
	ContainsAll
)

// Contains holds if the list X has, or the text X has as a substring, any or
// all of Values.
type Contains struct {
	X      Expr
	Mode   ContainsMode
	Values []Value
	Fold   bool
}

// An LikeEnd is the end of a text that [Like] looks at.
type LikeEnd uint8

// The ends of a text.
const (
	LikePrefix LikeEnd = iota
	LikeSuffix
)

// Like holds if the text X starts (or ends) with any of Values:
// `title STARTS WITH "VP"`.
type Like struct {
	X      Expr
	End    LikeEnd
	Values []string
	Fold   bool
}

// Matches holds if the text X contains a match of the RE2 pattern, which is
// unanchored: `email MATCHES "^[a-z]+@"`.
type Matches struct {
	X       Expr
	Pattern string
	Fold    bool
}

// InCIDR holds if the text X is an IP address within one of the Nets, each an
// address or a prefix ("10.0.0.0/8").
type InCIDR struct {
	X    Expr
	Nets []string
}

// A Quantifier says of how many elements of a list a condition must hold.
type Quantifier uint8

// The quantifiers of [Each]. Over a missing or empty list ANY is false, NO is
// true and ALL is false.
const (
	QuantifierAny Quantifier = iota
	QuantifierAll
	QuantifierNone
	QuantifierMin
)

// Each binds the elements of the list X one after the other and counts for how
// many C holds: `ANY orders HAS (product = "X" AND amount > 10)`. Inside C a
// [Field] is a field of the element (an object), and [Elem] the element itself
// (`ANY tags = "vip"`). K is used by AtLeastK only.
type Each struct {
	Quantifier Quantifier
	K          int
	X          Expr
	C          Condition
}

// When holds if the instant X lies in the window. Of a date X it is the first
// instant of the day.
type When struct {
	X      Expr
	Window Window
}

// Changed holds if the field took another value within the window:
// `plan CHANGED IN LAST 30 DAYS`. Taking a first value, and losing it, are
// changes; setting the same value again is none.
type Changed struct {
	Field  Field
	As     Kind // KindTime or KindNumber: another spelling of the same instant or number is no change; KindNull: any is
	Window Window
}

// HasBeen holds if the field equals Value and has done so without
// interruption for at least the span: `status HAS BEEN "running" FOR AT LEAST
// 7 days`.
type HasBeen struct {
	Field Field
	As    Kind // how its values are read: KindTime or KindNumber; KindNull as they are
	Value Value
	For   Span
	Fold  bool
}

// A Step is one event of a [Sequence]. Of the first step Within is zero; of a
// later one it is the longest time since the step before, or zero for any.
// Not, on the last step only, asks that no such event came: Within must be set.
type Step struct {
	Events Events
	Within Span
	Not    bool
}

// Sequence holds if some event of the first step, within Window, is followed
// by one of the second, strictly later and at most Within after it, and so on:
// `DID cart_add THEN NOT purchase WITHIN 24 hours`.
type Sequence struct {
	Steps  []Step
	Window Window
}

// Regularity holds if in at least K of the last N units there is an event:
// `DID opened IN AT LEAST 3 OF LAST 4 WEEKS`. The units roll: the first ends
// at the instant of evaluation, the next where it began.
type Regularity struct {
	Events Events
	K, N   int
	Unit   Unit
}

// InList holds if the contact is on the list.
type InList string

// InSegment holds if the contact is a member of the segment with this id (or
// name, which the host decides).
type InSegment string

func (And) isCondition() {}

func (Or) isCondition() {}

func (Not) isCondition() {}

func (Count) isCondition() {}

func (Everyone) isCondition() {}

func (Zoned) isCondition() {}

func (Compare) isCondition() {}

func (Between) isCondition() {}

func (In) isCondition() {}

func (IsNull) isCondition() {}

func (IsBlank) isCondition() {}

func (Contains) isCondition() {}

func (Like) isCondition() {}

func (Matches) isCondition() {}

func (InCIDR) isCondition() {}

func (Each) isCondition() {}

func (When) isCondition() {}

func (Changed) isCondition() {}

func (HasBeen) isCondition() {}

func (Sequence) isCondition() {}

func (Regularity) isCondition() {}

func (InList) isCondition() {}

func (InSegment) isCondition() {}
