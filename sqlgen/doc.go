// Package sqlgen writes a rule as one SQL statement: for hosts whose contacts
// are in a database already.
//
//	q, err := sqlgen.Select(sqlgen.DialectPostgreSQL, tables, condition, now)
//	rows, err := db.Query(q.Text, q.Args...)
//
// [Select] returns the statement that gives the ids of exactly the contacts for
// which [segment.Evaluate] says true at that instant. Every value of the rule is
// an argument; names come from [Tables] alone. What the database cannot decide
// as Go does is not guessed: it is left in [Query.Rest], the statement then gives
// candidates, and [Query.Filter] decides those. [Load] reads contacts from the same
// tables, through a connection of the host's. Nothing here opens one.
//
// # The idea
//
// Each condition of the rule becomes a piece of SQL that is true of the same
// rows, or of more; never of fewer. All instants are computed in Go and sent as
// arguments, since no two databases agree on calendars: `seen DURING THIS MONTH`
// becomes seen >= $1 AND seen < $2. Whatever a row holds, no piece of SQL fails:
// one row that aborts the statement would take all others with it.
//
// # Words
//
//   - Fragment (frag): a piece of SQL with the values of its placeholders.
//   - Condition (cond): a fragment that stands for a condition of the rule.
//   - Exact: true of the very rows of which the rule's condition is true.
//   - Candidate: a contact that a statement with inexact conditions gives; the
//     rule may be true of it.
//   - Rest: the conditions of the topmost AND that are not exact. Go decides
//     them for the candidates.
//   - Undecided: a condition that the database cannot decide; it is written as
//     TRUE and goes to Rest.
//   - Term: one stored value, such as a column, a part of a JSON document, or the
//     property of a contact's last event.
//   - Held: the column behind a term that a rule sees in another form, as a uuid is a
//     text to a rule.
//   - Node: a term that is a value within JSON, of which the kind is not known.
//   - Moment: an expression that depends on one stored instant or day, such as
//     DATE(seen) or born + 18 years.
//   - Num and ratio: a number that the database computes exactly, and the
//     fraction of two such numbers, since no database divides exactly.
//   - Grid: the numbers that a column can hold, such as all multiples of 0.01.
//   - Join: a query of one row a contact that the statement joins, such as the
//     number of purchases; a rule that names it twice gets it once.
//   - Given: the contacts that a statement is for, where it is not for all.
//   - Kin: the rows of related tables that are joined to a row, such as the contact's company.
//   - Scope: what names mean at one place of the rule: fields of the contact,
//     properties of an event in a WHERE, or members of an element in a HAS.
//
// # Files in reading order
//
//   - package tables: where the host keeps its data; tables.go has its words.
//   - select.go, narrow.go, fit.go: the statement as a whole; for.go, given.go: for some
//     contacts alone; next.go: when it gives another answer.
//   - fragment.go, host.go, translate.go, term.go, values.go, held.go: pieces of SQL, those that
//     the host writes (package hostsql reads them), conditions, stored values.
//   - compare.go, compare_terms.go, text.go, pattern.go, elements.go: tests of stored values.
//   - part.go, ids.go, contained.go, jsonpath.go: tests written so that an index serves them.
//   - grid.go, number.go: constants on a grid; arithmetic. Package decimal has the numbers.
//   - moment.go, days.go, instant_bounds.go, instants.go, written.go, anniversary.go, coalesce.go, window.go:
//     instants and days.
//   - related.go, related_list.go: columns and lists of related tables.
//   - metric.go, pass.go, either.go, recency.go, duplicates.go, sequence.go, membership.go: events, lists, segments, history.
//   - diff.go, diff_apply.go: memberships that the database writes; due.go and package
//     passing: when each contact must be looked at again.
//   - dialect.go, standard.go, digits.go, cells.go, then one file for each database: what
//     they write differently.
//   - load.go, load_parts.go: contacts read from the tables; load_kin.go, load_lists.go: what
//     is related to them; package cell has their values.
package sqlgen
