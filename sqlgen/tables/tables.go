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
	// counts hundredths or the like (2 for cents). Of a Timestamp in SQLite, which
	// is text there, it is the number of digits of the fraction of a second.
	Scale int `json:"scale,omitempty"`
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
	TypeText      Type = "text"
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
	// At is the event's instant: a Timestamp or one of the Unix types.
	At Column `json:"at"`
	// Order, if not empty, is a column that grows with arrival: of several events
	// at one instant it says which is the later. Without it FIRST and LAST of a
	// property are left to Go.
	Order string `json:"order,omitempty"`
	// Props says where properties are, by their path in rules.
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
