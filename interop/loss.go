package interop

import (
	"fmt"

	"github.com/segmentrules/segment/interop/internal/source"
)

// A LossKind says what became of a part of a definition that a rule cannot say as it is:
// "omitted" or "changed".
type LossKind string

// The kinds of loss.
const (
	// Omitted: the part is not in the condition. A segment without it has other members, so
	// it should be looked at before it is put in force.
	Omitted LossKind = source.Omitted
	// Changed: the part is in the condition, and has another answer for some contacts, which
	// What says.
	Changed LossKind = source.Changed
)

// A Loss is one part of a definition that could not be carried over as it is.
type Loss struct {
	// Path is where the part is: a JSON Pointer (RFC 6901) into the definition, empty for all
	// of it; of a definition that is text, line:column of its first character, from 1.
	Path string `json:"path"`
	// What is lost, in one sentence: "contacts within 20 miles of the postal code 43004".
	What string `json:"what"`
	// Needs is what a rule would have to be able to say, in a few words that are the same for
	// all losses of one cause: "geo distance".
	Needs string   `json:"needs"`
	Kind  LossKind `json:"kind"`
}

// String is the loss in one line, for logs.
func (l Loss) String() string {
	return fmt.Sprintf("%s: %s: %s (needs %s)", l.Path, l.Kind, l.What, l.Needs)
}

// lossesOf is losses as Import and Export return them, never nil.
func lossesOf(found []source.Loss) []Loss {
	losses := make([]Loss, len(found))
	for i, l := range found {
		losses[i] = Loss{Path: l.Path, What: l.What, Needs: l.Needs, Kind: LossKind(l.Kind)}
	}
	return losses
}
