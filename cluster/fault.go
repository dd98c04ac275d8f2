package cluster

// A fault is a mistake that a test switches on, to see that the simulation finds it: a test
// that cannot fail proves nothing. Tests set it in [Options]; everybody else has the zero
// value, none.
type fault string

const (
	noFence          fault = "a commit is appended wherever the output ends"
	pipelined        fault = "the next commit is sent before the outcome of the last is known, fenced by its place alone"
	unknownAgain     fault = "a commit of unknown outcome is sent again without loading anew"
	snapshotAhead    fault = "a snapshot is put before what it has is committed, and is used"
	snapshotEarly    fault = "a snapshot is put before what it has is committed, and is passed over when it is ahead"
	producersLost    fault = "snapshots have no numbers of producers"
	producersShared  fault = "a snapshot that is put beside the worker has the numbers of producers as they are when it is written"
	snapshotLive     fault = "a snapshot that is put beside the worker has the state as it is when it is written"
	steppedDownEarly fault = "a worker steps down while its last snapshot is still to be put"
	skippedBroadcast fault = "the first broadcast after loading is skipped"
	tieDropped       fault = "time does not run to the instant of a call before the call"
	clockGoesBack    fault = "the instant of a message is what the broker stored, also before the clock"
	notSuppressed    fault = "diffs that are committed already are committed again after loading"
	uptoEarly        fault = "a commit of some diffs of a message says that the message is done"
	foreignTaken     fault = "updates of contacts of other partitions are applied"
	repeatedTaken    fault = "a message that its producer has sent before is applied again"
	epochIgnored     fault = "a worker goes on behind an epoch of another environment"
	versionSkipped   fault = "a message of a later version is skipped as a poison message"
	notCompared      fault = "what a replay comes to is not compared with what is committed"
)
