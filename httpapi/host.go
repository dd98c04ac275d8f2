package httpapi

import (
	"context"
	"iter"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// A Host keeps segments current: an index with a clock. A live.Host is one. Its methods
// mean what those of [index.Index] with these names do, as of now, and must be safe for
// many goroutines. Errors that are [segment.Error], [segment.Errors] or [index.UpdateError]
// are told to the client; any other is a failure of the host, of which the client only
// hears that it happened.
type Host interface {
	// Apply takes updates, all or none. One without an instant happens now; requests that
	// change a contact never give one.
	Apply(us ...segment.Update) ([]segment.Diff, error)
	// Import takes rows of which some may be wrong: see [index.Index.ApplyEach]. A row
	// without an instant happens now. One whose instant is far in the future must be refused:
	// the clock never goes back, and so no row of today could follow.
	Import(ctx context.Context, rows iter.Seq2[segment.Update, error], o index.ImportOptions) iter.Seq[index.Batch]

	// Define adds or replaces a segment, Drop removes one, DryRunAll says what Define
	// would do. Defined lists the segments, ordered by id.
	Define(s segment.Segment) ([]segment.Diff, error)
	Drop(id string) ([]segment.Diff, error)
	DryRunAll(s segment.Segment) ([]index.Outcome, error)
	Defined() []segment.Segment

	// Preview, Count, Explain and the others answer questions, and change nothing.
	Preview(ctx context.Context, c segment.Condition, o index.PreviewOptions) (index.Preview, error)
	Count(c segment.Condition) (int, error)
	Explain(contact, id string) (*segment.Explanation, error)
	// MembersAt returns the members of a segment, and a revision: the members, with the diffs
	// after it, are the members from then on.
	MembersAt(ctx context.Context, id string) (index.Contacts, uint64, error)
	Segments(contact string) []string
	Metrics(id string) (index.Metrics, bool)
	Overlap(a, b string) int
	// Contact returns a copy of a contact. It should be a [json.Marshaler] that writes what
	// a [segment.Record] does, as that of an index is; of any other the fields are not known.
	Contact(id string) (segment.Contact, bool)
	// Now is the clock, Revision that of the newest diff that Subscribe yields.
	Now() time.Time
	Revision() uint64
	Stats() index.Stats

	// Subscribe yields the diffs after a revision, in order, those to come too, until the
	// context is done. It ends with an error if the diffs after that revision are no longer
	// there, or the subscriber is too slow: then the subscriber reads the members again.
	Subscribe(ctx context.Context, from uint64) iter.Seq2[segment.Diff, error]
}
