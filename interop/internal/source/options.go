package source

import (
	"time"

	"github.com/segmentrules/segment"
)

// Options are what a definition does not say and its account knows. Package interop has them
// with the same fields, and says there what each means.
type Options struct {
	Schema    *segment.Schema
	Zone      *time.Location
	Operators map[string]string
	SQLNull   bool
	Tree      []byte
}
