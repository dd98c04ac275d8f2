package segment

import "github.com/segmentrules/segment/schema"

// A Schema is what a host knows of its contacts: their fields and kinds, the
// events with their names in rule text, lists, segments, and fields that are
// calculated from others. With it rules are checked when they are read, and a
// misspelt name is an error with the nearest right one. The zero Schema allows
// everything. It must not be changed while it is in use; then it may be shared by
// many goroutines.
type Schema = schema.Schema
