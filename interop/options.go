package interop

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/source"
)

// Options are what a definition does not say and its account knows. The zero Options are
// good for a first look.
type Options struct {
	// Schema, if set, gives the kinds of fields, so that "15" becomes the number 15 where the
	// field is one, and checks the result: names it does not know are errors.
	Schema *segment.Schema
	// Zone is the account's time zone, in systems that have one; nil is UTC.
	Zone *time.Location
	// Operators are a host's own names of operators of react-querybuilder and jQuery
	// QueryBuilder, each with the default name that it means: {"is": "="}.
	Operators map[string]string
	// SQLNull says that a negated test does not hold where the value is missing, in systems that
	// do not say it themselves: react-querybuilder and jQuery QueryBuilder, of which many hosts
	// evaluate the SQL. Without it negations keep missing values, as JavaScript and MongoDB do.
	SQLNull bool
	// Tree is, for Export to react-querybuilder, the query that the condition was read from,
	// before somebody changed the one or the other. What did not change is written back as it
	// stands there, with its ids, paths, unknown members and what is disabled or muted.
	Tree []byte
}

// inside is the options as the readers and writers take them.
func (o Options) inside() source.Options { return source.Options(o) }
