// Postgres shows a host that has its contacts in a database: a small CRM on a
// real PostgreSQL, which it starts itself in a temporary folder.
//
// It previews segments with one SELECT each, activates them with sqlgen.Diff, and
// then keeps a table of memberships current: when a contact changes, in the
// transaction that changes it, and when time passes, by a table that says when to
// look again. At several instants it proves that the table has
// exactly the members that the rules give when they are asked anew.
//
//	go run . -contacts 3000 -updates 3000
//
// Read tables.go (what rules know of),
// activate.go, update.go and advance.go (all that a host does).
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/segmentrules/segment/sqlgen/engines"
)

func main() {
	contacts := flag.Int("contacts", 3000, "contacts to make up")
	updates := flag.Int("updates", 3000, "things that happen in twenty days")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	err := start(func(e engines.Engine) error {
		return errors.Join(run(out, e, *contacts, *updates), out.Flush())
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "postgres:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, e engines.Engine, contacts, updates int) error {
	ctx := context.Background()
	r, err := newReport(ctx, w, e)
	if err != nil {
		return err
	}
	return r.all(ctx, contacts, updates)
}

// start runs f with a PostgreSQL of its own.
func start(f func(engines.Engine) error) error {
	e, err := engines.Open("postgres")
	if err != nil {
		return err
	}
	return errors.Join(f(e), e.Close())
}
