package sqlgen

// Memberships that the database writes: what a rule says now beside what the table of
// memberships says, and the difference written into that.
//
// Diff makes a Change, which is text and arguments alone; Apply runs it. PostgreSQL
// finds, writes and returns the difference in one statement. The others find it in one
// and write it by the ids; so does PostgreSQL where Go decides a Rest in between.

import (
	"encoding/json"
	"hash/fnv"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// A Statement is SQL with the values of its placeholders, in their order.
type Statement struct {
	Text string
	Args []any
}

// A Change is what brings a table of memberships up to date with the rule of a segment,
// as [Diff] and [DiffFor] write it, for [Apply] to run. It opens no connection, and may
// be used several times: it says what to do at its instant, whatever the table holds.
type Change struct {
	// Query gives who is a member, or candidates for that if it has a Rest. Its Next is
	// not told where the tables have Dues.
	Query Query
	// Lock is run first. It holds the segment until the transaction ends: one other run
	// waits for it. It may be run before, at the start of the transaction.
	Lock []Statement
	// Whole, if it has a text, does all at once, and Find finds who enters and who leaves.
	// Both give rows of two columns: the id of a contact, and 1 if it enters and 0 if it
	// leaves. Find has no text if Query has a Rest.
	Whole, Find Statement
	// Next is when Diff must be asked again for all contacts, though no row changes; zero
	// is never. Until then each need be looked at only when it is due, if the tables have
	// Dues. A rule such as MONTH(birth) = CURRENT_MONTH() changes for all at once. That of
	// DiffFor is zero if there are Dues: its contacts are due at Next at the latest.
	Next time.Time
	// DuesInGo says that Go finds when contacts are due, which loads them.
	DuesInGo bool
	// Load reads contacts, where Go must decide. If nil a [Loader] of the tables does; a
	// host with a reader of its own may set that.
	Load Loading

	*changing
}

// changing is what a change is about.
type changing struct {
	*order
	segment string
	dues    frag // the query of who is due, empty if nobody is
}

// Diff writes what brings the memberships of a segment up to date at an instant, in the
// table that [Tables].Segments names: a row is inserted for each contact that enters, and
// deleted for each that leaves; where there are Dues, each contact gets the instant at
// which it must be looked at again, or none. [Apply] runs it, and returns who enters and
// who leaves.
//
//	change, err := sqlgen.Diff(sqlgen.DialectPostgreSQL, tables, seg, now)
//	entries, err := sqlgen.Apply(ctx, tx, change)
//
// It is for the start of a segment, for a changed rule, and for the instant Change.Next.
// For contacts that have changed, and for those that are due, there is [DiffFor].
//
// The condition of the segment is enough: its id is that of its rows. A segment that
// refers to others comes after them. Errors are those of [Select], and tables without
// Segments, or where those are a query. ClickHouse has no transactions: there the change
// is Query and Find alone, and Apply is an error.
//
// # Beside other runs
//
// A change is applied in a transaction of the host. It holds a lock on the segment until
// that ends, so that each entering and leaving is reported by exactly one of the runs that
// commit, and the table is as the last of them has it. Several runs in one transaction
// take the segments in the same order everywhere; else the database may have to end one
// of two, to be tried again.
//
//   - PostgreSQL: READ COMMITTED, its default; at another level Apply is an error. The lock
//     is an advisory one.
//   - MySQL and MariaDB: READ COMMITTED as well, or the change is the first that the
//     transaction does. The lock is on the segment's row in Segments.Locks.
//   - SQLite: the change is the first that the transaction does, or that began as
//     IMMEDIATE.
//   - DuckDB: one run at a time, which the host sees to; of two, one fails or both are the
//     same.
//
// A transaction that changes contacts and calls DiffFor of them, before it commits, is
// safe beside Diff too.
func Diff(d Dialect, t Tables, seg segment.Segment, at time.Time) (Change, error) {
	return diff(d, t, seg, at, nil, false)
}

// DiffFor is [Diff] for given contacts alone, through the indexes that [Query.For] asks
// for: for a contact that has changed, in the transaction that changes it, and for those
// that are due. Contacts that are no more leave. Runs for other contacts do not wait for
// it.
//
// One that is due is best asked at the instant at which it is, or now: a due says when to
// look, not what will be. Where a rule asks IN SEGMENT of another segment, who enters or
// leaves that is asked again too.
func DiffFor(d Dialect, t Tables, seg segment.Segment, at time.Time, ids ...string) (Change, error) {
	return diff(d, t, seg, at, ids, true)
}

func diff(d Dialect, t Tables, seg segment.Segment, at time.Time, ids []string, some bool) (c Change, err error) {
	o, err := ordered(d, t, seg.Condition, at)
	if err != nil {
		return Change{}, err
	}
	o.ids, o.some = slices.Compact(slices.Sorted(slices.Values(ids))), some
	if c.Query, err = write(&o); err != nil {
		return Change{}, err
	}
	c.changing = &changing{order: c.Query.order, segment: seg.ID}
	if err := c.refused(); err != nil {
		return Change{}, err
	}
	if t.Segments.Dues == nil {
		c.Query.Next = next(d, &t, o.c, o.at)
		c.Next = c.Query.Next
	} else {
		var inSQL bool
		c.dues, c.Next, inSQL = duesOf(c.order, t.Segments.Dues.Due)
		if c.DuesInGo = !inSQL; c.DuesInGo || some {
			c.Next = time.Time{}
		}
	}
	if d == DialectClickHouse {
		if c.Query.Rest == nil {
			c.Find = c.find(c.Query)
		}
		return c, nil
	}
	c.Lock = c.lock()
	switch {
	case c.Query.Rest != nil:
	case d == DialectPostgreSQL:
		c.Whole = c.whole(c.Query, t.Segments.Dues != nil && !c.DuesInGo)
		fallthrough
	default:
		c.Find = c.find(c.Query)
	}
	return c, nil
}

// refused says why the table of memberships cannot be written.
func (c *changing) refused() error {
	refuse := func(place, msg string) error {
		return segment.Errors{{Code: segment.ErrValue, Path: place, Msg: msg}}
	}
	g := c.tables.Segments
	switch tr := c.translation().ofContact(c.at); {
	case g == nil:
		return refuse("/segments", "the tables do not say where memberships are written")
	case g.Query != "":
		return refuse("/segments/query", "memberships are written to a table, and this is a query")
	case g.Where != "":
		return refuse("/segments/where", "memberships are written to the table, and this is for some of its rows")
	case c.segment == "" || !tr.plainText(c.segment) || !tr.allTellable([]string{c.segment}):
		return refuse("", "the segment's id is empty, or a text that the database does not hold")
	case c.dialect == DialectMySQL && g.Locks == nil:
		return refuse("/segments/locks", "MySQL and MariaDB have no other lock that lasts as long as a transaction: name a table with one row a segment")
	}
	return nil
}

// translation is one for the contacts that the change is about.
func (c *changing) translation() *translation { return c.forIDs(c.ids, c.some) }

// forIDs is a translation for some contacts, or all.
func (c *changing) forIDs(ids []string, some bool) *translation {
	tr, _ := translated(&order{dialect: c.dialect, tables: c.tables, c: rule.Everyone{}, at: c.at, ids: ids, some: some}, nil)
	return tr
}

// after is a statement that begins with a query as the CTE want.
func (c *changing) after(q Query, f frag) Statement {
	s := c.numbered(f, len(q.Args))
	return Statement{"WITH want AS (" + q.Text + ")" + s.Text, append(slices.Clip(q.Args), s.Args...)}
}

// numbered is a fragment as a statement, or the end of one that has n placeholders.
func (c *changing) numbered(f frag, n int) (s Statement) {
	d := dialectOf(c.dialect)
	s.Text = f.withPlaceholders(func(a arg) string {
		s.Args = append(s.Args, a.value)
		return d.placeholder(n+len(s.Args), a)
	})
	return s
}

// ofSegment holds for the rows of a table under an alias that are of the segment, and of
// the contacts that the translation is for.
func (c *changing) ofSegment(t *translation, alias, segment, contact string) frag {
	return and(t.textEquals(t.column(alias, segment), text(c.segment)), t.isOneGiven(t.column(alias, contact)))
}

// find writes who enters and who leaves: those that are among who the rule gives, and among
// the members, once and not twice. It takes one pass over both, whatever a planner
// believes of how many there are.
func (c *changing) find(q Query) Statement {
	t := c.translation()
	return c.after(q, cat(" ", c.difference(t), t.settings()))
}

// difference is the query of who enters and who leaves, beside the CTE want.
func (c *changing) difference(t *translation, more ...any) frag {
	g := t.tables.Segments
	columns := cat(append([]any{"SELECT u.id AS id, MAX(u.e) AS entered"}, more...)...)
	return cat(columns, " FROM (SELECT ", t.column("w", "id"), " AS id, 1 AS e FROM want ", t.quote("w"),
		" UNION ALL SELECT ", t.shownID(t.column("m", g.Contact)), ", 0 FROM ", t.relation(g.Relation), " ", t.quote("m"),
		" WHERE ", c.ofSegment(t, "m", g.Segment, g.Contact), ") u GROUP BY u.id HAVING COUNT(*) = 1")
}

// whole writes one statement of PostgreSQL that does all. Rows that go are joined by
// contact and segment both: of the segment alone the planner may expect a single row, where
// it has not been analyzed yet, and go through all of them for each.
func (c *changing) whole(q Query, withDues bool) Statement {
	t := c.translation()
	g := t.tables.Segments
	found := frag{sql: c.heldID()}
	parts := []any{", diff AS MATERIALIZED (", c.difference(t, ", ", text(c.segment), " AS s"), ")",
		", gone AS (DELETE FROM ", t.relation(g.Relation), " AS ", t.quote("m"), " USING diff WHERE diff.entered = 0 AND ", t.column("m", g.Contact), " = ", found, " AND ",
		t.column("m", g.Segment), " = diff.s RETURNING ", t.shownID(t.column("m", g.Contact)), " AS id)",
		", came AS (", c.insert(t, found, frag{sql: " FROM diff WHERE diff.entered = 1"}),
		" ON CONFLICT DO NOTHING RETURNING ", t.shownID(frag{sql: t.quote(g.Contact)}), " AS id)"}
	if withDues {
		parts = append(parts, c.wholeDues(t)...)
	}
	return c.after(q, cat(append(parts, " SELECT id, 1 AS entered FROM came UNION ALL SELECT id, 0 FROM gone")...))
}

// heldID is an id of the difference, which is as the statement shows it, as the table of
// memberships holds it.
func (c *changing) heldID() string {
	if c.tables.ID.Type == TypeUUID {
		return "diff.id::uuid"
	}
	return "diff.id"
}

// wholeDues writes the dues of the contacts: those that are none any more go, and those
// that are others are set.
func (c *changing) wholeDues(t *translation) []any {
	ds := t.tables.Segments.Dues
	table, contact, seg, due := t.relation(ds.Relation), t.column("d", ds.Contact), t.column("d", ds.Segment), t.quote(ds.Due.Column)
	of := c.ofSegment(t, "d", ds.Segment, ds.Contact)
	if c.dues.sql == "" {
		return []any{", undue AS (DELETE FROM ", table, " AS ", t.quote("d"), " WHERE ", of, ")"}
	}
	return []any{", due AS (", c.dues, "), stale AS MATERIALIZED (SELECT u.k, ", text(c.segment), " AS s FROM (SELECT k, 1 AS e FROM due UNION ALL SELECT ", contact,
		", 0 FROM ", table, " ", t.quote("d"), " WHERE ", of, ") u GROUP BY u.k HAVING MAX(u.e) = 0)",
		", undue AS (DELETE FROM ", table, " AS ", t.quote("d"), " USING stale WHERE ", contact, " = stale.k AND ", seg, " = stale.s)",
		", redue AS (INSERT INTO ", table, " AS ", t.quote("d"), " (", t.quote(ds.Contact), ", ", t.quote(ds.Segment), ", ", due, ") SELECT k, ",
		text(c.segment), ", due FROM due WHERE TRUE ON CONFLICT (", t.quote(ds.Contact), ", ", t.quote(ds.Segment), ") DO UPDATE SET ", due, " = excluded.", due,
		" WHERE ", t.column("d", ds.Due.Column), " <> excluded.", due, ")"}
}

// insert writes the INSERT of memberships: that of the contacts which a FROM clause gives.
func (c *changing) insert(t *translation, id, from frag) frag {
	g := t.tables.Segments
	columns, values := []frag{{sql: t.quote(g.Contact)}, {sql: t.quote(g.Segment)}}, []frag{id, text(c.segment)}
	if g.Since != nil {
		columns, values = append(columns, frag{sql: t.quote(g.Since.Column)}), append(values, t.instantFor(*g.Since, c.at))
	}
	return cat("INSERT INTO ", t.relation(g.Relation), " (", separated(", ", columns), ") SELECT ", separated(", ", values), from)
}

// instantFor is an instant as an argument for a column, rounded up to what it holds.
func (t *translation) instantFor(col Column, at time.Time) frag {
	tick := ticks(t, col)
	if whole := at.Truncate(tick); whole.Before(at) {
		at = whole.Add(tick)
	}
	if places, ok := unixPlaces(col.Type); ok {
		n := nanos(at)
		return integer(n.Quo(n, decimal.Pow10(9-places)).Int64())
	}
	return t.instantArg(col, at.UTC())
}

// mostLocked is how many contacts are locked one by one; of more the whole segment is.
const mostLocked = 50

// lock writes what holds the segment until the transaction ends, or the contacts alone.
func (c *changing) lock() []Statement {
	t := c.translation()
	g := t.tables.Segments
	few := c.some && len(c.ids) <= mostLocked
	switch c.dialect {
	case DialectPostgreSQL:
		key := integer(lockKey("segment", g.Schema, g.Table, c.segment))
		if !few {
			return []Statement{c.numbered(cat("SELECT current_setting('transaction_isolation'), pg_advisory_xact_lock(", key, ")"), 0)}
		}
		var keys []int64
		for _, id := range c.ids {
			keys = append(keys, lockKey("contact", g.Schema, g.Table, id))
		}
		slices.Sort(keys)
		array, err := json.Marshal(slices.Compact(keys))
		if err != nil {
			return nil // integers are no error
		}
		return []Statement{c.numbered(cat("SELECT current_setting('transaction_isolation'), pg_advisory_xact_lock_shared(", key,
			"), (SELECT count(pg_advisory_xact_lock(k.v::bigint)) FROM jsonb_array_elements_text((", text(string(array)), ")::jsonb) k(v))"), 0)}
	case DialectSQLite:
		// It writes nothing, and holds the database as if it did.
		return []Statement{{Text: "DELETE FROM " + t.relation(g.Relation).sql + " WHERE 1 = 0"}}
	case DialectMySQL:
		row := cat("SELECT ", t.column("l", g.Locks.Segment), " FROM ", t.relation(g.Locks.Relation), " ", t.quote("l"), " WHERE ",
			t.textEquals(t.column("l", g.Locks.Segment), text(c.segment)))
		if rows := t.tables.Contacts; !few || rows.Query != "" || rows.Where != "" {
			return []Statement{c.numbered(cat(row, " FOR UPDATE"), 0)}
		}
		return []Statement{c.numbered(cat(row, " LOCK IN SHARE MODE"), 0),
			c.numbered(cat("SELECT ", t.key, " FROM ", t.relation(t.tables.Contacts), " ", t.quote(contacts), whereClause(t.isOneGiven(t.key)),
				" ORDER BY 1 FOR UPDATE"), 0)}
	}
	return nil
}

// lockKey is the number of an advisory lock.
func lockKey(parts ...string) int64 {
	h := fnv.New64a()
	for _, p := range append([]string{"segment"}, parts...) {
		_, _ = h.Write([]byte(p + "\x00")) // it is never an error
	}
	return int64(h.Sum64())
}
