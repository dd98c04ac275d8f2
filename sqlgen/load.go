package sqlgen

// The loader reads contacts as rules see them: the same Tables, and so the same
// places, as the statements of Select. It reads batch by batch: first the contacts,
// then each other table once, joined with the contacts by the database, so that a row
// belongs to whom it does in a statement.

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen/internal/cell"
	"github.com/segmentrules/segment/sqlgen/tables"
)

// A Queryer runs a query; see [tables.Queryer].
type Queryer = tables.Queryer

// DialectOf asks a database which one it is; see [tables.DialectOf].
func DialectOf(ctx context.Context, db Queryer) (Dialect, error) { return tables.DialectOf(ctx, db) }

// A Loader reads contacts with all that the tables declare. It is made by
// [NewLoader] and may be used by many goroutines at once.
type Loader struct {
	t     *translation
	parts []part // the contacts first
	ids   frag   // SELECT of the ids, without a WHERE
	lists []*listPart
}

// A part is one statement of a batch: it lacks its WHERE, which says of which
// contacts. The first column is the contact's id.
type part struct {
	what       string // for errors
	head, tail frag
	add        func(x *segment.Record, row []any)
	// Of a list: the elements are put together when all parts are read.
	list    *listPart
	element func(row []any) listRow
}

// batchSize is how many contacts are read at a time.
const batchSize = 1000

// NewLoader returns a loader for a dialect. Its errors are those of
// [Tables.Validate].
func NewLoader(d Dialect, t Tables) (*Loader, error) {
	if err := t.Validate(d); err != nil {
		return nil, err
	}
	l := &Loader{t: newTranslation(d, &t)}
	l.parts = l.t.parts()
	l.ids = cat("SELECT ", l.t.idText(), " AS ", l.t.quote("id"), " FROM ", l.t.relation(t.Contacts), " ", l.t.quote(contacts))
	lists, tops := l.t.listParts()
	l.parts, l.lists = append(l.parts, lists...), tops
	return l, nil
}

// Load reads contacts from a database, whose dialect it asks for: see
// [DialectOf], and [Loader.Load] for what it gives.
func Load(ctx context.Context, db Queryer, t Tables, ids ...string) iter.Seq2[segment.Contact, error] {
	return func(yield func(segment.Contact, error) bool) {
		d, err := DialectOf(ctx, db)
		if err != nil {
			yield(nil, err)
			return
		}
		l, err := NewLoader(d, t)
		if err != nil {
			yield(nil, err)
			return
		}
		l.Load(ctx, db, ids...)(yield)
	}
}

// Load reads the contacts with these ids, those that exist, each once, in the order
// of the ids. Without ids it reads all contacts, in the order of their ids by the
// database's own collation. Each is a *[segment.Record] of its own, of which
// [segment.Evaluate] says of every rule what the statement of [Select] says.
//
// It holds a thousand contacts at a time, and runs two statements for each thousand
// contacts and one for every other table. Rows that change meanwhile may be seen as
// they were or as they are: a transaction with snapshots as the Queryer gives all
// contacts as of one instant. An error ends the sequence, as does a context that is
// done; a break closes what is open.
//
// Instants are as precise as the column, to the microsecond. Of a list that a
// contact has several rows of, the latest joining counts. A row of an event, a list,
// a segment or a change that lacks its name or instant is none.
func (l *Loader) Load(ctx context.Context, db Queryer, ids ...string) iter.Seq2[segment.Contact, error] {
	return func(yield func(segment.Contact, error) bool) {
		if db == nil {
			yield(nil, errors.New("there is no database: the connection is nil"))
			return
		}
		batches := l.all(ctx, db)
		if len(ids) > 0 {
			batches = l.given(ids)
		}
		for where, err := range batches {
			var found []*segment.Record
			if err == nil {
				found, err = l.batch(ctx, db, where)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if len(ids) > 0 {
				sortAs(found, ids)
			}
			for _, x := range found {
				if err := ctx.Err(); err != nil {
					yield(nil, err)
					return
				}
				if !yield(x, nil) {
					return
				}
			}
		}
	}
}

// all are the conditions for batches of all contacts: ids from one to another.
func (l *Loader) all(ctx context.Context, db Queryer) iter.Seq2[frag, error] {
	id := l.t.key
	if l.t.tables.ID.Type == TypeText {
		id = l.t.ordered(id)
	}
	return func(yield func(frag, error) bool) {
		after := always()
		for {
			// The last id of the batch is asked for beforehand, so that it holds all ids that
			// the collation calls equal to it, and the database plans with constants.
			var last *frag
			err := l.rows(ctx, db, cat(l.ids, whereClause(and(after, notNull(id))), " ORDER BY ", id, " LIMIT 1 OFFSET "+itoa(batchSize-1)), func(row []any) {
				if s, ok := cell.String(row[0]); ok {
					if v, ok := l.id(s); ok {
						last = &v
					}
				}
			})
			switch {
			case err != nil:
				yield(frag{}, fmt.Errorf("loading contacts: %w", err))
				return
			case last == nil:
				yield(after, nil)
				return
			}
			if !yield(and(after, cat(id, " <= ", *last)), nil) {
				return
			}
			after = cat(id, " > ", *last)
		}
	}
}

// given are the conditions for batches of ids.
func (l *Loader) given(ids []string) iter.Seq2[frag, error] {
	return func(yield func(frag, error) bool) {
		seen := make(map[string]bool, len(ids))
		var known []frag
		for i, id := range ids {
			if v, ok := l.id(id); ok && !seen[id] {
				known = append(known, v)
			}
			seen[id] = true
			if len(known) == batchSize || i == len(ids)-1 && len(known) > 0 {
				if !yield(l.among(known), nil) {
					return
				}
				known = nil
			}
		}
	}
}

// among holds for contacts with one of these ids.
func (l *Loader) among(ids []frag) frag {
	texts := l.t.tables.ID.Type == TypeText
	array, ok := arrayOf(ids)
	switch ok = ok && l.t.limits().arrays; {
	case ok && l.t.tables.ID.Type == TypeUUID:
		return l.t.uuidInArray(l.t.key, array)
	case ok && texts:
		return l.t.textInArray(l.t.key, array)
	case ok:
		return l.t.intInArray(l.t.key, array)
	case texts:
		return l.t.textIn(l.t.ordered(l.t.key), ids)
	}
	return cat(l.t.key, " IN (", separated(", ", ids), ")")
}

// arrayOf are ids as one argument; ok is false of integers beyond 64 bits.
func arrayOf(ids []frag) (array frag, ok bool) {
	values := make([]any, len(ids))
	for i, id := range ids {
		values[i] = id.args[0].value
		if id.args[0].typ == argDecimal {
			return frag{}, false
		}
	}
	all, err := json.Marshal(values)
	return text(string(all)), err == nil
}

// id is an id as an argument; ok is false of what is none: no integer as the
// database writes it, or a text that it cannot hold.
func (l *Loader) id(id string) (v frag, ok bool) {
	switch l.t.tables.ID.Type {
	case TypeText:
		return l.t.anyText(id)
	case TypeUUID:
		return hold(id, argUUID), isUUID(id)
	}
	n, ok := writtenInteger(id)
	if i, isInt := n.Int(); isInt {
		return integer(i), ok
	}
	return hold(id, argDecimal), ok
}

// idText is the id as a text, as a rule sees it.
func (t *translation) idText() frag { return t.cell(t.shownID(t.key), formOf[t.tables.ID.Type]) }

// anyText is a text as an argument; ok is false if the database holds no such text.
func (t *translation) anyText(s string) (v frag, ok bool) {
	l := t.limits()
	if !utf8.ValidString(s) || l.noNUL && strings.ContainsRune(s, 0) {
		return frag{}, false
	}
	return t.uncutText(s), true
}

// batch reads the contacts of a batch.
func (l *Loader) batch(ctx context.Context, db Queryer, where frag) (found []*segment.Record, err error) {
	byID := make(map[string]*segment.Record)
	lists := make(map[*segment.Record]*assembly)
	for i, p := range l.parts {
		if i > 0 && len(found) == 0 {
			break
		}
		err := l.rows(ctx, db, cat(p.head, whereClause(where), p.tail), func(row []any) {
			id, ok := cell.String(row[0])
			x := byID[id]
			switch {
			case !ok || i == 0 && x != nil || i > 0 && x == nil:
				return
			case i == 0:
				x = &segment.Record{ID: id}
				byID[id] = x
				found = append(found, x)
			case p.list != nil:
				if lists[x] == nil {
					lists[x] = newAssembly()
				}
				lists[x].add(p.list, p.element(row))
				return
			}
			p.add(x, row)
		})
		if err != nil {
			return nil, fmt.Errorf("loading %s: %w", p.what, err)
		}
	}
	for _, x := range found {
		if a := lists[x]; a != nil {
			a.addTo(x, l.lists)
		}
		inOrder(x)
	}
	return found, nil
}

// inOrder puts events and changes in the order of their instants; those of one
// instant stay in the order of arrival.
func inOrder(x *segment.Record) {
	slices.SortStableFunc(x.Log, func(a, b segment.Event) int { return a.At.Compare(b.At) })
	for _, changes := range x.Changes {
		slices.SortStableFunc(changes, func(a, b segment.Change) int { return a.At.Compare(b.At) })
	}
}

// sortAs puts contacts in the order of the ids.
func sortAs(found []*segment.Record, ids []string) {
	byID := make(map[string]*segment.Record, len(found))
	for _, x := range found {
		byID[x.ID] = x
	}
	n := 0
	for _, id := range ids {
		if x := byID[id]; x != nil {
			found[n] = x
			n++
			delete(byID, id)
		}
	}
}

// rows runs a statement and hands out its rows, of which each is overwritten by the
// next.
func (l *Loader) rows(ctx context.Context, db Queryer, f frag, each func(row []any)) (err error) {
	s := l.t.sent(cat(f, l.t.settings()))
	args := make([]any, len(s.args))
	for i, a := range s.args {
		args[i] = l.t.bound(i+1, a)
	}
	rows, err := db.QueryContext(ctx, s.text, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	row, into := make([]any, len(names)), make([]any, len(names))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		each(row)
	}
	return rows.Err()
}

// bound is an argument for database/sql. ClickHouse's are known by their names, and
// are texts.
func (t *translation) bound(n int, a arg) any {
	if _, ok := t.dialect.(clickhouse); !ok {
		return a.value
	}
	s := fmt.Sprint(a.value)
	if at, ok := a.value.(time.Time); ok {
		s = fmt.Sprint(t.timeArg(at, 6))
	}
	return sql.Named("p"+itoa(n), s)
}
