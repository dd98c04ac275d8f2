package interop

import (
	"time"

	"github.com/segmentrules/segment"
)

// Options are what a definition does not say and its account knows. The zero Options are
// good for a first look.
type Options struct {
	// Schema, if set, gives the kinds of fields, so that "15" becomes the number 15 where the
	// field is one, and checks the result: names it does not know are errors.
	Schema *segment.Schema
	// Zone is the account's time zone, in systems that have one; nil is UTC.
	Zone *time.Location
	// Operators are a host's own names of operators of react-querybuilder and jQuery QueryBuilder, each with the
	// default name that it means: {"is": "="}.
	Operators map[string]string
}
