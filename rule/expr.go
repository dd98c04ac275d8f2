package rule

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// An Expr is what stands beside a comparison: it has a [Value] for a contact
// at an instant. The underlying concrete type is one of
//
//	Value  Span                  // constants
//	Field  Elem  Joined          // of the contact
//	Metric                       // of its events
//	Call  Arith  Calculated      // computed
type Expr interface {
	fmt.Stringer
	isExpr()
}

// A Field is the path of a field: the names from the top on, joined by dots.
// A dot or a backslash that belongs to a name is written behind a backslash;
// every other character stands for itself. [Path] joins names, [Field.Names]
// takes a path apart.
type Field string

// Elem is the element that the nearest enclosing [Each] has bound.
type Elem struct{}

// Joined is the instant at which the contact joined the list, missing if it is
// not on it: `JOINED LIST "trial" IN LAST 14 DAYS`.
type Joined string

// A Fn is a function of [Call].
type Fn uint8

// The functions. FnNow and FnToday take no argument, FnHash a value and a salt, FnCoalesce two values or more,
// all others one value, beside which FnAnniversary may have [LeapDay]. MONTH and its like read the calendar; a missing or
// unfit argument gives a missing value, but for FnCoalesce, which goes on to the next.
const (
	FnNow         Fn = iota // NOW: the instant of evaluation
	FnToday                 // TODAY: the date of it, in the calendar's zone
	FnLength                // LENGTH(x): elements of a list, characters of a text
	FnAge                   // AGE(x): the duration NOW - x
	FnAnniversary           // ANNIVERSARY(x): a day with x's month and day, of a later year (see Anniversaries); as a value that of the current year
	FnYear                  // YEAR(x)
	FnQuarter               // QUARTER(x): 1 to 4
	FnMonth                 // MONTH(x): 1 to 12
	FnDay                   // DAY(x): 1 to 31
	FnWeekday               // WEEKDAY(x): Monday is 1, Sunday 7
	FnHour                  // HOUR(x): 0 to 23
	FnDate                  // DATE(x): the calendar day of an instant
	FnVersion               // VERSION(x): the text as a semantic version, which then orders
	FnHash                  // HASH(x, salt): a stable number from 0 to 2^63-1
	FnUnix                  // UNIX(x): the instant x seconds after 1970
	FnUnixMilli             // UNIX_MILLI(x): the instant x milliseconds after 1970
	FnTime                  // TIME(x): the instant or date that the text x reads as; those themselves
	FnNumber                // NUMBER(x): the number that the text x reads as; a number itself
	FnCoalesce              // COALESCE(x, y, …): the first of them that is not missing, whatever its kind; missing if all are

	FnLast = FnCoalesce // the last of them
)

// A Call applies a function.
type Call struct {
	Fn   Fn
	Args []Expr
}

// An ArithOp is an arithmetic operator.
type ArithOp uint8

// The arithmetic operators. Mod takes the sign of the dividend, as in Go.
const (
	ArithAdd ArithOp = iota
	ArithSub
	ArithMul
	ArithDiv
	ArithMod
)

// Arith computes with numbers, exactly (0.1 + 0.2 = 0.3, 1/3*3 = 1), and with
// times: instant - instant and date - date are durations; instant ± duration
// is an instant, date ± days, weeks, months, quarters or years a date;
// durations add, and multiply by and divide by numbers; duration ÷ duration is
// a number. All else, a missing operand and division by zero are missing.
type Arith struct {
	Op          ArithOp
	Left, Right Expr
}

// Calculated is a calculated field of a schema, by its name and with the
// expression it stands for. It prints as the name.
type Calculated struct {
	Name string
	X    Expr
}

// An Agg is the aggregate function of a [Metric].
type Agg uint8

// The aggregates. AggFirst and AggLast give the property of the oldest and
// newest event, or its instant if the metric names no property. Over no event
// (or none with a fit property) COUNT, SUM and DISTINCT are 0, the others missing.
const (
	AggCount Agg = iota
	AggSum
	AggAvg
	AggMin
	AggMax
	AggDistinct
	AggFirst
	AggLast
)

// Events selects events by name and properties.
type Events struct {
	// Names: an event counts if it has any of these names. A name that ends
	// in * is a prefix; * alone is any event.
	Names []string
	// Where, if not nil, must hold of the event: in it a [Field] is a property.
	Where Condition
}

// A Metric is an aggregate of the contact's events in a window:
// `SUM(purchase.amount WHERE sku = "X") IN LAST 90 DAYS`. In rule text a window that
// ends a comparison is that of every aggregate of it that has none of its own:
// `COUNT(a) > COUNT(b) IN LAST 30 DAYS` counts both in 30 days, and
// `COUNT(a) > (COUNT(b) IN LAST 30 DAYS)` gives it to b alone.
type Metric struct {
	Agg    Agg
	Events Events
	Prop   Field // the property aggregated; empty for AggCount, and for AggFirst and AggLast of the instant
	As     Kind  // how the property is read: KindTime as TIME(x), KindNumber as NUMBER(x) does; KindNull as it is
	Window Window
}

// A Unit of time. Up to Week a unit has a fixed length (a day is 24 hours, a
// week 7 days); from Month on it is a calendar unit.
type Unit uint8

// The units.
const (
	UnitSecond Unit = iota + 1
	UnitMinute
	UnitHour
	UnitDay
	UnitWeek
	UnitMonth
	UnitQuarter
	UnitYear
)

// A Span is a length of time in a unit: `30 days`, `1 month`. The zero Span is
// no span. As the value of an expression a calendar span is the length of the
// months that end at the instant of evaluation.
type Span struct {
	N    int64
	Unit Unit
}

// A WindowKind says how a [Window] bounds an instant.
type WindowKind uint8

// The kinds of window. T is the instant of evaluation; a span is subtracted
// on the calendar if its unit is a calendar unit.
const (
	WindowAll       WindowKind = iota // at <= T: no window
	WindowLast                        // LAST A:             T-A < at <= T
	WindowAgo                         // BETWEEN A AND B AGO: T-B < at <= T-A
	WindowOlder                       // MORE THAN A AGO:     at <= T-A
	WindowNext                        // NEXT A:              T < at <= T+A
	WindowLater                       // MORE THAN A FROM NOW: at > T+A
	WindowThis                        // TODAY, THIS WEEK …:  in the calendar unit that holds T
	WindowPrevious                    // YESTERDAY, PREVIOUS 3 MONTHS …: in the unit before that, or the N units
	WindowFollowing                   // TOMORROW, DURING NEXT 3 MONTHS …: in the unit after that, or the N units
	WindowSince                       // SINCE From:          From <= at
	WindowBefore                      // BEFORE To:           at < To
	WindowBetween                     // BETWEEN From AND To: From <= at < To; of dates both days whole
)

// A Window bounds instants relative to the instant of evaluation T. Where it
// is the window of events, at <= T holds besides: an event in the future does
// not count.
//
// WindowThis, WindowPrevious and WindowFollowing are whole periods of the calendar, and the
// last two are without the running one: on 15 May `DURING NEXT 2 MONTHS` is June and July.
// WindowNext is rolling: `WITHIN NEXT 2 months` is up to 15 July.
//
// A bound is a day, an instant, or an expression that is one, such as in SINCE LAST(buy) and
// SINCE JOINED LIST "trial". In rule text + and - with a length of time move it (SINCE TODAY - 30
// days); other arithmetic in it stands in parentheses.
type Window struct {
	Kind     WindowKind
	A, B     Span
	Unit     Unit       // of WindowThis, WindowPrevious and WindowFollowing: Day, Week, Month, Quarter or Year
	N        int64      // of WindowPrevious and WindowFollowing: how many units, from 2 on; zero is one
	Fiscal   bool       // for Unit Quarter and Year: that of the fiscal year
	StartsOn Weekday    // the first day of a week, for Unit Week
	StartsIn time.Month // the first month of a fiscal year, if Fiscal; zero is not said: January, unless a schema says otherwise
	From, To Expr       // instants or dates; a missing one makes the window empty
}

// A Weekday is a day of the week, Monday first. The zero Weekday is not said:
// Monday, unless a [schema.Schema] says otherwise.
type Weekday uint8

// The days of the week.
const (
	WeekdayMonday Weekday = iota + 1
	WeekdayTuesday
	WeekdayWednesday
	WeekdayThursday
	WeekdayFriday
	WeekdaySaturday
	WeekdaySunday
)

func (Value) isExpr() {}

func (Span) isExpr() {}

func (Field) isExpr() {}

func (Elem) isExpr() {}

func (Joined) isExpr() {}

func (Call) isExpr() {}

func (Arith) isExpr() {}

func (Calculated) isExpr() {}

func (Metric) isExpr() {}

// Named reports whether an event of this name is selected.
func (sel Events) Named(name string) bool {
	return slices.ContainsFunc(sel.Names, func(n string) bool {
		prefix, ok := strings.CutSuffix(n, "*")
		return n == name || ok && strings.HasPrefix(name, prefix)
	})
}
