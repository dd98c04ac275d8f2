// Package sql is an engine of package cluster on a PostgreSQL (13 or later) and nothing else,
// for those who run no broker.
//
//	err := sql.Setup(ctx, pool, sql.Options{Members: true}) // once: it makes the tables
//	engine, err := sql.Open(ctx, pool, sql.Options{})       // in each process
//	runner := cluster.Runner{Broker: engine, Signs: engine, Input: engine, Member: …}
//
// It can keep a table of members in the transactions of the commits, so that the database
// joins them with what else it has:
//
//	SELECT c.email FROM crm.contact c JOIN segment.member m ON m.contact = c.id WHERE m.segment = 'pro'
//
// # Positions
//
// A sequence of the database shows gaps to readers: a number is taken before its row can be
// seen, and rows come to be seen in another order. So each partition has a head, a row with
// its last position and instant, which whoever appends locks, raises and lets go at the end of
// the transaction. A reader that has seen a position has seen all before it. The instant is
// that of the clock of the database, or the last one of the head if that is later, and so does
// not go back.
//
// What all partitions read is stored once. Its transaction locks all heads, takes the position
// behind the highest of them and an instant that is not before that of any, and sets all heads
// to both. So its one position is in the right place of every partition, readers merge two
// tables by it, and those who append to one partition need to know of one row alone. It costs
// an update of a narrow row for each partition, 256 of them some milliseconds, and not 256
// copies of the message.
//
// # Fencing
//
// A commit is one transaction that raises the head of the output if it stands where the worker
// says, and writes the commit, the rows of its diffs and what they do to the members. Of two
// workers at one place one finds the head moved, and nothing of its commit is there.
//
// # One call, one statement
//
// What changes more than one row is a function in the database, and each call is one
// statement, which the server has whole before it begins. A program that is stopped amid a
// request, or whose connection hangs, holds no lock. Transactions of several requests, which
// programs hold open, would stop a partition for as long as one of them sleeps. A snapshot is
// many statements, each by itself, of which the last makes it known.
//
// # News
//
// A process asks for the heads of all partitions with one query, when it is woken by a
// notification, and every Options.Poll. [Engine.Read] of a partition at rest answers from
// that, and [Engine.Wait] waits for it, so that 256 of them cost a query a second. Notifications are sent behind the
// transactions, a hundred a second at most for a process: PostgreSQL lets only one transaction
// with notifications write to the disk at a time, so that within those that append they cost
// most of what can be appended. If one is lost, the next query finds the news.
//
// Goroutines of a process that append at the same time share a transaction, of whatever
// partitions; alone each would wait for the disk for itself.
//
// # Why pgx, and its pool
//
// pgx is the driver that hears notifications and has arrays and bytes as they are; database/sql
// over it would hide both and need its raw connection for them. The pool is the caller's, who
// knows how to connect.
//
// # What the database must see to
//
//   - All of it is on one primary, of which a failover loses nothing: with a standby that is
//     synchronous. What is answered must be there ever after. If the database was put back to
//     a state before, reading ends with [ErrWentBack] where that can be seen.
//   - Transactions of other programs in the database that last for hours keep old versions of
//     the heads from being cleaned up, and make everything slow.
//   - It is read committed by default ([ErrDatabase]).
//   - [Engine.Trim] is called now and then.
//
// # The words
//
//   - head: the row of a partition that says where its input or output ends.
//   - broadcast: a message that all partitions read.
//   - let go: deleted, for nobody needs it.
//   - to wake: to send a notification.
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - the database: tables/1.sql, members.sql, diffs.sql (the tables), tables/functions.sql (what is asked of it)
//   - the engine: error.go, options.go, setup.go (tables made and looked at), heads.go (what is
//     known without asking), queue.go (messages appended together), engine.go, watch.go (news), open.go
//   - input: append.go, read.go
//   - output: rows.go (diffs and members), commit.go, follow.go
//   - the rest: snapshot.go, signs.go, trim.go
//
// How it is proven: oracle_test.go and kill_test.go.
package sql
