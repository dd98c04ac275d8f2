package journal

// A fault is a mistake that a test switches on, to see that the tests of crashes and damage
// find it: a test that cannot fail proves nothing. The tests set it in [Options]; everybody
// else has the zero value, none.
type fault string

const (
	ackWithoutSync     fault = "a batch is acknowledged and not synced"
	ackBeforeSync      fault = "a batch is acknowledged before it is synced"
	ackAfterRetry      fault = "a sync that failed is tried again"
	goOnAfterError     fault = "writing goes on after an error"
	shortWriteAccepted fault = "an error of a write is overlooked"
	rotateUnsynced     fault = "a new log takes the place of a sync of the one before"

	logNameNotSynced   fault = "the directory is not synced when a log is made"
	logHeaderNotSynced fault = "a log gets its name before its header is synced"

	snapNotSynced     fault = "a snapshot gets its name before it is synced"
	snapNameNotSynced fault = "files are removed before the name of the snapshot is synced"
	snapAhead         fault = "a snapshot does not wait for its records to be durable"
	pruneFirst        fault = "files are removed before the snapshot has its name"
	pruneLogs         fault = "logs that the older snapshot needs are removed"
	pruneSnapshot     fault = "only one snapshot is kept"

	appendBehindTail  fault = "what follows a torn tail is appended behind it"
	openNotSynced     fault = "records found in the last log are relied on as they are"
	syncedAgain       fault = "records found in the last log are synced and not written anew"
	openDirNotSynced  fault = "names found when opening are relied on and not synced"
	tmpKept           fault = "unfinished files are not removed"
	replayTwice       fault = "records that the snapshot holds are replayed"
	pieceLost         fault = "a long record without its last piece is replayed"
	shortLogAccepted  fault = "a log that ends before the snapshot is accepted"
	gapAccepted       fault = "a log that does not go on from the one before is accepted"
	idNotChecked      fault = "files of another store are accepted"
	coveredAsTorn     fault = "a broken record that the snapshot covers is taken for torn"
	sumNotChecked     fault = "the checksum of a frame is not checked"
	prevNotChecked    fault = "the checksum of the frame before is not checked"
	noProof           fault = "sound frames behind a broken one prove nothing"
	noFlip            fault = "a frame that one flipped bit would repair is taken for torn"
	noEnd             fault = "frames do not end with 0xFF"
	zeroSectorAsFlip  fault = "a sector that was not written may look like a flipped bit"
	badSnapshotKept   fault = "a damaged snapshot that was passed over counts as one of two"
	blockNotChecked   fault = "the checksum of a block is not checked"
	endBlockNotNeeded fault = "a snapshot without its end is accepted"
)
