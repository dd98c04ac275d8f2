package sqlgen

import (
	"time"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/cell"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// A dialect writes what databases write differently; [standard] has what most of
// them write alike. All pieces it returns give a value or NULL for whatever a row
// holds, and never fail: one row that aborts the statement would take all others
// with it.
type dialect interface {
	// quote writes a name of a table or column.
	quote(name string) string
	// placeholder writes the n-th placeholder, from 1 on, with its type.
	placeholder(n int, a arg) string
	// settings ends a statement.
	settings() string
	// notTrue holds where f is false or NULL.
	notTrue(f frag) frag
	// notIn holds where a key is not in the column k of a query.
	notIn(key, q frag) frag
	// deepIn holds where a key is in the column k of a query, of which the database makes
	// no join, such as within an OR.
	deepIn(key, q frag) frag
	limits() limits

	cellDialect
	valueDialect
	numberDialect
	textDialect
	timeDialect
	writtenDialect
	jsonDialect
	heldDialect
}

// heldDialect is about columns of types that are texts or lists to a rule. A dialect
// that has not such types, which [Tables.Validate] refuses, need not write them.
type heldDialect interface {
	// labelText is a uuid, a label of an enum, or a citext, as a text.
	labelText(x frag) frag
	// uuidInArray holds if a JSON array, of texts of uuids alone, has the uuid; an index of
	// the column answers it.
	uuidInArray(x, array frag) frag
	// ciTextIn holds if a citext is one of some texts, by an index of the column.
	ciTextIn(x frag, vs []string) frag
	// arrayNode is a list of texts as a node.
	arrayNode(x frag) frag
	// hasElements holds for lists of texts that are not empty.
	hasElements(x frag) frag
	// arrayHas is a test that an index of a column of lists can answer, true of all
	// lists that have the text; TRUE if there is none.
	arrayHas(x frag, v string) frag
}

// A manyKeys is a dialect whose database plans by how many ids it expects in an array:
// thousands if they are an array of arrays.
type manyKeys interface {
	// typ is what the ids are in the database: argText, argInt or argUUID.
	keyInArrays(x, arrays frag, typ argType) frag
	// sameText holds where a text is exactly one of those in the arrays.
	sameText(x, arrays frag) frag
}

// limits are what a database holds.
type limits struct {
	// digits is how many digits numbers have that are computed exactly.
	digits int
	// noNUL says that no text of the database holds a NUL.
	noNUL bool
	// cutsNUL says that texts may hold a NUL, but arguments are cut there.
	cutsNUL bool
	// narrowest is how many digits any column of decimals has at least room for; a
	// constant with more may be refused beside it. 0 is no such limit.
	narrowest int
	// aligned is how many digits are enough for two numbers that are compared, each
	// written with the places of the one that has more; 0 is any. DuckDB and
	// ClickHouse convert both to such a type, and fail if there is none.
	aligned int
	// unsigned says that an integer may be one of 64 bits without a sign.
	unsigned bool
	// joinsByEquality says that the database joins by an equality of two aggregates that
	// WHERE asks for, and then gives the rows too for which one of them is missing.
	// ClickHouse 26.5 does.
	joinsByEquality bool
	// onlyFinite says that no float of the database is infinite or NaN.
	onlyFinite bool
	// narrows says that aggregates are faster if they are limited to the contacts for
	// which the rest of the rule holds; see narrow.go.
	narrows bool
	// narrowsSequences says that of sequences alone.
	narrowsSequences bool
	// byContact says that sequences are quickest if they are looked for in the events of
	// one contact after the other.
	byContact bool
	// overflows says that an instant plus some seconds is an error beyond the last one.
	overflows bool
	// oldest and newest are the first and last instants that the database holds, and
	// firstDay and lastDay the days, as numbers since 1970.
	oldest, newest    time.Time
	firstDay, lastDay int
	// firstIsDefault says that the first day is what a column has that was given none.
	firstIsDefault bool
	// contains says that there is an index for what documents contain; see contained.go.
	contains bool
	// antiJoins says that NOT EXISTS within the ON of a join is planned as an anti-join.
	antiJoins bool
	// uncorrelated says that a subquery cannot read the row outside of it.
	uncorrelated bool
	// anyBytes says that texts may be no UTF-8.
	anyBytes bool
	// scansArrays says that texts that are compared with those of a JSON array are not
	// looked up in an index.
	scansArrays bool
	// distinctOn says that SELECT DISTINCT ON takes the first row of each contact.
	distinctOn bool
	// sumsIntegers says that the sum of integers of 64 bits may have more bits.
	sumsIntegers bool
	// numbered says that placeholders have numbers, so that one may stand at several
	// places; elsewhere each ? is a placeholder of its own.
	numbered bool
	// arrays says that a thousand placeholders are slow: many ids are sent as one array.
	arrays bool
	capacity
}

// A capacity is how large a statement may be. Beyond it the database refuses the
// statement, or takes seconds to plan it whatever the tables hold: then conditions are
// left to Go, see fit.go.
type capacity struct {
	params     int // placeholders
	tables     int // tables that are joined in one FROM, that of the contacts among them
	subqueries int // semi-joins and anti-joins
	bytes      int // of the statement's text
	nested     int // tests of the elements of a list within one another
}

// cellDialect asks for values as the loader reads them.
type cellDialect interface {
	// cell writes a value in a form.
	cell(x frag, form cell.Form) frag
	// ordered is an id so that it is ordered and compared by one and the same
	// collation, with an index where there is one.
	ordered(id frag) frag
}

// numberDialect computes with numbers exactly.
type numberDialect interface {
	// wide makes a number one of the widest type, so that no sum or product of so
	// many digits overflows.
	wide(x frag, digits, scale int) frag
	// remainder is that of the division of a by b, with the sign of a, and NULL if b
	// is 0; ok is false if the database does not compute it exactly.
	remainder(a, b num) (f frag, ok bool)
	// identity is a form of a value that is the same for two values only if a rule
	// holds them to be equal, for COUNT(DISTINCT …); ok is false if there is none.
	identity(x term) (f frag, ok bool)
}

// textDialect compares text by its bytes, whatever the collation. Texts are
// UTF-8, whose order by bytes is that by code points.
type textDialect interface {
	// textEquals may compare twice, where only a loose comparison can use an index.
	textEquals(x, v frag) frag
	textCompares(x frag, op string, v frag) frag
	textIn(x frag, vs []frag) frag
	// textInArray holds if a JSON array of texts has the text.
	textInArray(x, array frag) frag
	// sameKey and keyInArray hold for equal ids at least, as textEquals and
	// textInArray do, and for others that the collation of the column x calls equal.
	sameKey(x, v frag) frag
	keyInArray(x, array frag) frag
	// intInArray holds if a JSON array of integers of 64 bits has the number.
	intInArray(x, array frag) frag
	contains(x frag, v string) frag // v is not empty
	startsWith(x frag, v string) frag
	endsWith(x frag, v string) frag
	// indexed holds for all texts of a column that have a part, and maybe for others;
	// it is written so that an index can be used, and TRUE where none can. exact says
	// that it holds for no others.
	indexed(p textPart, x frag, v string) (f frag, exact bool)
	// swapped writes to[i] for each from[i] in the text; to may be shorter, and
	// what has no match is taken out.
	swapped(x frag, from, to []rune) frag
	// chars is the number of code points.
	chars(x frag) frag
	// matches holds if a text matches a pattern of RE2, as portablePattern writes it; ok
	// is false if the database has another kind of pattern.
	matches(x frag, pattern string) (f frag, ok bool)
	// asText writes a number as text.
	asText(x frag) frag
}

// timeDialect is about instants and days. All calendar arithmetic is done in
// Go; what is left are comparisons, a number of seconds between two columns,
// and the parts of a calendar day.
type timeDialect interface {
	// timeArg and dateArg are an instant and a day as the driver takes them.
	timeArg(t time.Time, scale int) any
	dateArg(t time.Time) any
	// timePlaces is how many digits of the fraction of a second a timestamp has.
	timePlaces(c Column) int
	// sinceEpoch is a timestamp as a number of units since 1970 with so many decimal
	// places of a second, no fewer than the timestamp has.
	sinceEpoch(x frag, c Column, places int) frag
	// extremal is a value in a form of which the database finds the least and greatest.
	extremal(x term) term
	// addSeconds moves a timestamp.
	addSeconds(x frag, seconds int64) frag
	// typed is an argument as an instant of a column's type, where nothing stands beside it
	// that says so.
	typed(v frag, c Column) frag
	// nextTick is the next instant that a timestamp with so many places can hold; ok is
	// false where the database is not asked for it.
	nextTick(x frag, places int) (f frag, ok bool)
	// part is the year, quarter, month, day or weekday of a date.
	datePart(x frag, fn rule.Fn) frag
}

// A jsonKind is a kind of JSON value.
type jsonKind uint8

const (
	jsonText jsonKind = iota
	jsonNumber
	jsonBool
	jsonArray
	jsonObject
)

// jsonDialect reads JSON. A node is an expression for one JSON value; it is
// NULL, or JSON's null, where there is none.
type jsonDialect interface {
	// document makes a column with JSON a node: no node where it is not JSON.
	document(column frag) frag
	// at is the node at a path of names of objects; ok is false if the dialect
	// cannot write one of the names.
	at(node frag, path []string) (at frag, ok bool)
	isKind(node frag, k jsonKind) frag
	// isMissing holds where there is no value: no node, or null.
	isMissing(node frag) frag
	// textOf is the text of a node that is one, NULL of all others.
	textOf(node frag) frag
	// numberCompares compares a node that is a number with a number. It is false
	// of all others.
	numberCompares(x term, op rule.Op, v decimal.Decimal) cond
	// numberOf is a node as a number to compute with; ok is false if the dialect
	// cannot do that exactly. Its column may promise how many digits there are.
	numberOf(x term) (n num, ok bool)
	boolIs(node frag, b bool) frag
	// equalsJSON holds for a node that equals a scalar, and containsJSON for one that
	// contains a document, of which a test holds too. They are asked for where
	// limits.contains says so.
	equalsJSON(node frag, scalar string) frag
	containsJSON(node frag, doc string, test frag) frag
	// pathExists holds if a path finds something in a node.
	pathExists(node frag, path string) frag
	// nodesCompare compares two nodes of any kind.
	nodesCompare(x frag, op rule.Op, y frag) cond
	// size is the number of elements of an array, NULL of all others.
	size(node frag) frag
	// isEmpty holds for an array or object with nothing in it.
	isEmpty(node frag) frag
	// count is the number of elements of an array for which a condition holds, 0 for
	// all other nodes. f is given an element, and name is the alias it may use.
	count(x term, name string, f func(elem term) frag) frag
	// exists holds for an array with an element for which a condition holds, and is
	// false of all other nodes. It stops at the first such element.
	exists(x term, name string, f func(elem term) frag) frag
	// digits is a document with a text in the place of each number, which keeps its
	// digits; ok is false for databases that read numbers of JSON as they are written.
	digits(document frag) (f frag, ok bool)
}
