package live

// A Meter is told in numbers what a host does. Its methods are called often and by many
// goroutines, and must return at once. [Counters] is one; an adapter to another library is a
// few lines.
type Meter interface {
	// Add adds to a number that only grows.
	Add(name string, n int64)
	// Set sets a number that goes up and down.
	Set(name string, n int64)
}

// What a host and its sinks count. Names with _total only grow.
const (
	MeterCalls       = "calls_total"        // calls of Apply, Import (a batch), Define and Drop
	MeterRefused     = "refused_total"      // of these, those that were refused; rows that Import has left out
	MeterUpdates     = "updates_total"      // updates applied
	MeterDiffs       = "diffs_total"        // diffs told
	MeterBites       = "bites_total"        // steps in which time has passed
	MeterLate        = "late_ns"            // how long after its instant the last change by time was carried out
	MeterRevision    = "revision"           // of the newest diff that is told
	MeterSubscribers = "subscribers"        // subscriptions that go on
	MeterResyncs     = "resyncs_total"      // subscribers that were told to read the members anew
	MeterSent        = "sink_batches_total" // batches that sinks have delivered
	MeterRetries     = "sink_retries_total" // deliveries that were tried again
)

// noMeter counts nothing.
type noMeter struct{}

func (noMeter) Add(string, int64) {}
func (noMeter) Set(string, int64) {}
