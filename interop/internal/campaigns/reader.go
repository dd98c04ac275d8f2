package campaigns

import "github.com/segmentrules/segment/interop/internal/source"

// A reader reads one definition of one of these products.
type reader struct{ *source.Reader }
