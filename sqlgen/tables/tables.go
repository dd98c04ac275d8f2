package tables

import "github.com/segmentrules/segment/rule"

// A Tables is a host's declaration of where its database keeps what rules speak
// of. It is plain data with a JSON form ([Parse]); [Tables.Validate] and
// every statement check it. Names of tables and columns are taken from here and
// from nowhere else, and are quoted for the dialect.
//
// It is trusted: what an Expr or a Query says becomes part of the statement,
// and what a Type promises is not checked row by row. Never build one from what
// strangers send.
type Tables struct {
	// Contacts has one row a contact.
	Contacts Relation `json:"contacts"`
	// ID is the contact's id: unique, never null, and what a statement returns.
	// The other tables point to it.
	ID Column `json:"id"`
	// Fields says where fields are, by their path in rules: `country`,
	// `company.size`. The field `id` is the contact's id, as a text: a document's own
	// `id` is not seen, and Fields must name no other column for it.
	Fields map[string]Column `json:"fields,omitempty"`
	// Document, if not empty, is a column with a JSON object: it holds every
	// field that Fields does not name.
	Document string `json:"document,omitempty"`
	// Related are other tables with rows that belong to contacts, each by a name of the
	// host's own. Fields name them with [Column.In].
	Related map[string]Related `json:"related,omitempty"`

	// The following may be left out by hosts whose rules do not speak of them: a rule
	// that does is an error of Select.
	Events   []Events  `json:"events,omitempty"`
	Lists    *Lists    `json:"lists,omitempty"`
	Segments *Segments `json:"segments,omitempty"`
	History  *History  `json:"history,omitempty"`

	// Params are values that the SQL of the host names as {name}, in every Expr, Query
	// and Where: the tenant, say. They are sent as arguments, and are never text of a
	// statement: texts, numbers, bools, instants, days, and lists of these for an IN.
	// A text is sent as a text, so that beside a column of another type it may need a
	// cast: {}.tenant = {tenant}::uuid. A name has ASCII letters, digits and _.
	Params map[string]rule.Value `json:"params,omitempty"`
}

// A Relation is a table or view by its name, or a query that stands for one.
type Relation struct {
	// Schema, if not empty, is the schema (or database) of the table.
	Schema string `json:"schema,omitempty"`
	Table  string `json:"table,omitempty"`
	// Query, instead of Table, is a SELECT that the host wrote. It has no placeholders
	// but {name}, see [Tables.Params], and no semicolon.
	Query string `json:"query,omitempty"`
	// Where, if not empty, is a condition of the host that leaves some rows, {} being
	// the row: `{}.tenant = {tenant} AND {}.deleted_at IS NULL`.
	Where string `json:"where,omitempty"`
}

// A Column says where one value is, and what the database holds it as.
type Column struct {
	// In, if not empty, names one of [Tables.Related]: the column is of its row. Of
	// several rows the field is a list of the values that are not missing; where there is
	// none it is missing, and no empty list.
	In string `json:"in,omitempty"`
	// Members makes a field a list of objects, one for each row of In: where the members
	// of the object are, by the paths that a HAS names. Such a field has no column or type
	// of its own.
	Members map[string]Column `json:"members,omitempty"`
	// Column is the name of the column.
	Column string `json:"column,omitempty"`
	// Path, if not empty, leads into a column that holds JSON: the names of
	// objects within one another.
	Path []string `json:"path,omitempty"`
	// Expr, instead of Column, is an SQL expression that the host wrote, in which
	// {} stands for the row: `{}.first_name || ' ' || {}.last_name`, and {name} for a
	// parameter; not in quotes and comments.
	// It must not give tables a name of one letter, or a letter and a number: those
	// are the names that the statement gives.
	Expr string `json:"expr,omitempty"`

	Type Type `json:"type,omitempty"`
	// Scale is the number of decimal places: of a Decimal, and of an Integer that
	// counts hundredths or the like (2 for cents). Of an ISOTimestamp, and of a
	// Timestamp or Datetime in SQLite, where they are texts, it is the number of digits
	// of the fraction of a second.
	Scale int `json:"scale,omitempty"`
	// Values, of an Enum, are its labels. With them a comparison is one of the
	// database's own type, which an index can answer; without them one of texts.
	Values []string `json:"values,omitempty"`
	// EmptyIsMissing says that the default of the type stands for no value, as hosts
	// have it whose columns are never NULL: "" of a Text, an Enum or a CIText, 0 of a
	// number, FALSE, 1970-01-01 of an instant or a day (0 of the Unix types), zeros of
	// a UUID, a list without elements. It is not said of the contact's id, nor of what
	// is within JSON.
	EmptyIsMissing bool `json:"empty_is_missing,omitempty"`
	// Digits is the most digits that a number has, those of Scale among them: 0
	// means 19 for an Integer and 18 for a Decimal. Arithmetic and sums are left to Go
	// where they might be more than the database counts exactly.
	Digits int `json:"digits,omitempty"`
	// List promises of a value in JSON that it is a list, or missing. CONTAINS then asks
	// for an element alone, which an index of PostgreSQL finds (GIN); without it the
	// value may be a text as well, of which CONTAINS asks for a part.
	List bool `json:"list,omitempty"`
}

// MostDigits is how many digits the numbers of a column have: Digits, or where it is 0
// what that stands for.
func (c Column) MostDigits() int {
	switch {
	case c.Digits > 0:
		return c.Digits
	case c.Type == TypeInteger:
		return 19
	}
	return 18
}

// A Type is how a database holds a value.
type Type string

// The types. An instant may be a Timestamp or a number of units since 1970.
const (
	TypeText      Type = "text"      // also an enum, a UUID or a citext, as its text: right, but without its index; Verify names the better type
	TypeInteger   Type = "integer"   // up to 64 bits
	TypeDecimal   Type = "decimal"   // exact; SQLite has none, where an Integer with a Scale takes its place
	TypeFloat     Type = "float"     // 64 bits; it stands for what [segment.Number] makes of it
	TypeBool      Type = "bool"      // also 0 and 1 where the database has no other
	TypeTimestamp Type = "timestamp" // an instant: PostgreSQL's timestamptz; elsewhere the date and time in UTC
	TypeDate      Type = "date"      // a calendar day; in SQLite the text YYYY-MM-DD
	TypeUnix      Type = "unix"      // an instant as an integer of seconds since 1970
	TypeUnixMilli Type = "unix_milli"
	TypeUnixMicro Type = "unix_micro"
	TypeUnixNano  Type = "unix_nano"
	// TypeDatetime is an instant as a date and time without zone, which is that in UTC:
	// PostgreSQL's timestamp. In other databases it is what a Timestamp is.
	TypeDatetime Type = "datetime"
	// TypeISOTimestamp is an instant as a text of one form in UTC: 2026-01-31T10:00:00Z,
	// or with as many digits as Scale says 2026-01-31T10:00:00.250Z. Since all rows have
	// that form, their order as texts is that of the instants, and ranges use an index.
	TypeISOTimestamp Type = "iso_timestamp"
	// TypeUUID is a text to a rule: 32 digits in lower case with hyphens. It is the type
	// uuid of PostgreSQL, DuckDB, ClickHouse, and MariaDB 10.7 on.
	TypeUUID Type = "uuid"
	// TypeEnum is a text to a rule, its label, by which it is ordered too. SQLite has none.
	TypeEnum Type = "enum"
	// TypeCIText is a text to a rule, which compares as all texts do: PostgreSQL's citext,
	// an index of which finds what is equal but for case.
	TypeCIText Type = "citext"
	// TypeTextArray is a list of texts: text[] of PostgreSQL, VARCHAR[] of DuckDB,
	// Array(String) of ClickHouse. Elements that are NULL are null.
	TypeTextArray Type = "text_array"
	// TypeJSON is any value, by the kinds of JSON. In PostgreSQL the column is jsonb;
	// in ClickHouse a String.
	TypeJSON Type = "json"
)

// Events is a table of events, one row an event. Several may hold the same
// event name, and one may hold several names.
type Events struct {
	Relation
	// Contact is the column with the contact's id.
	Contact string `json:"contact"`
	// Known promises that every contact of the table is a row of Contacts, its id
	// written as there, or NULL, as a foreign key ensures. A rule about nothing but
	// events is then answered without a look at the contacts.
	Known bool `json:"known,omitempty"`
	// Name is the event's name, if all rows have the same one.
	Name string `json:"name,omitempty"`
	// Names, instead of Name, is the column with the name of each.
	Names string `json:"names,omitempty"`
	// Holds, beside Names, says which events the table has: names, and prefixes that
	// end in *, such as `email_*`. A row with another name is no event of the table.
	// Without it the table may hold any event, and what is asked of the events of
	// another table can lie in both: where their instants or properties have other
	// forms, that is left to Go.
	Holds []string `json:"holds,omitempty"`
	// At is the event's instant: of one of the [InstantTypes].
	At Column `json:"at"`
	// Order, if not empty, is a column that grows with arrival: of several events
	// at one instant it says which is the later. Without it FIRST and LAST of a
	// property are left to Go.
	Order string `json:"order,omitempty"`
	// ID, if not empty, is a column with the event's id: several rows of one contact and
	// id are one event, the first of them to arrive, as Order says. Without Order it is
	// the first by its instant. A row without an id (NULL) is an event of its own. It has
	// the database sort the table, so say it only where rows are there twice.
	ID string `json:"id,omitempty"`
	// Props says where properties are, by their path in rules. Properties are JSON to a
	// rule, in which an instant or a day is a text: that of RFC 3339 in UTC without
	// zeros at the end of a fraction, 2026-01-31T10:00:00.25Z, or 2026-01-31. So it
	// compares with instants and days, windows and TIME(x) read it, and MIN and MAX
	// take what is read so: MAX(order.due AS TIME). Instants before the year 1 or
	// after 9999 are missing.
	Props map[string]Column `json:"props,omitempty"`
	// Document, if not empty, is a column with a JSON object: it holds every
	// property that Props does not name.
	Document string `json:"document,omitempty"`
}

// Lists is a table of list memberships, one row for each contact and list.
type Lists struct {
	Relation
	Contact string `json:"contact"`
	// Known promises that every contact of the table is a row of Contacts, as [Events].Known
	// does.
	Known bool `json:"known,omitempty"`
	// List is the column with the list's name, as rules write it.
	List string `json:"list"`
	// Joined is the instant of joining. It may be left out: then a row is a
	// membership, and JOINED LIST is left to Go.
	Joined *Column `json:"joined,omitempty"`
}

// Segments is a table of segment memberships, one row for each contact and
// segment, kept current by the host.
type Segments struct {
	Relation
	Contact string `json:"contact"`
	// Known promises that every contact of the table is a row of Contacts, as [Events].Known
	// does.
	Known   bool   `json:"known,omitempty"`
	Segment string `json:"segment"` // the column with the id that rules name

	// The following are for hosts that let sqlgen.Diff keep the table. It has a unique
	// index on contact and segment then, and is a table, not a query.

	// Since is the instant of entering, which is written with the row.
	Since *Column `json:"since,omitempty"`
	// Dues is where Diff writes when each contact must be looked at again.
	Dues *Dues `json:"dues,omitempty"`
	// Locks is a table with one row a segment, such as that of the host's
	// definitions. A run of Diff holds the row of its segment until its transaction
	// ends. MySQL and MariaDB need it; the other databases have locks without it.
	Locks *Locks `json:"locks,omitempty"`
}

// Dues is a table with one row for each contact and segment of which the membership may
// change by time alone, with the instant before which it does not. It has a unique index
// on contact and segment, and for the question who is due one on the instant.
type Dues struct {
	Relation
	Contact string `json:"contact"`
	Segment string `json:"segment"`
	// Due is the instant, rounded up to what the column holds. Where it is of the type
	// of the instants that rules ask of, the database computes it, and else Go.
	Due Column `json:"due"`
}

// Locks is a table with one row a segment.
type Locks struct {
	Relation
	Segment string `json:"segment"` // the column with the segment's id
}

// History is a table of the values that fields took, one row a change. It holds
// all changes of the fields it has rows of.
type History struct {
	Relation
	Contact string `json:"contact"`
	// Known promises that every contact of the table is a row of Contacts, as [Events].Known
	// does.
	Known bool   `json:"known,omitempty"`
	Field string `json:"field"` // the column with the field's path, as rules write it
	At    Column `json:"at"`
	Value Column `json:"value"` // null where the field was removed
	// Order, if not empty, grows with arrival, as in [Events]. Without it HAS BEEN
	// is left to Go.
	Order string `json:"order,omitempty"`
}

// A Dialect is the SQL of one database.
type Dialect string

// The dialects, with the oldest version that takes their statements.
const (
	DialectPostgreSQL Dialect = "postgres"   // 14 on; placeholders $1
	DialectSQLite     Dialect = "sqlite"     // 3.38 on; placeholders ?
	DialectMySQL      Dialect = "mysql"      // MariaDB 10.6 on, and MySQL 8; placeholders ?
	DialectDuckDB     Dialect = "duckdb"     // 1.1 on; placeholders $1
	DialectClickHouse Dialect = "clickhouse" // 24 on; placeholders {p1:String}, to be bound by these names
)

// Dialects returns all dialects.
func Dialects() []Dialect {
	return []Dialect{DialectPostgreSQL, DialectSQLite, DialectMySQL, DialectDuckDB, DialectClickHouse}
}
