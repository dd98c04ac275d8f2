package durable

// A fault is a mistake that a test switches on, to see that the tests of crashes find it: a
// test that cannot fail proves nothing. The tests set it in [Options]; everybody else has
// the zero value, none. Those of the log itself are in internal/journal.
type fault string

const (
	ackAtOnce       fault = "a call is acknowledged before it is durable"
	groupTold       fault = "when a write fails, all that wait for it are told that it has not"
	toldAhead       fault = "once some calls are durable, the diffs of all are told"
	nextAhead       fault = "a consumer is given diffs that are not durable"
	historyAhead    fault = "the history has diffs that are not durable"
	repeatedAtOnce  fault = "a repeated call is answered before the first is durable"
	notAwaited      fault = "a snapshot does not wait for its records to be durable"
	sameNumberTaken fault = "a call of the number of the last is applied again"

	refusedLogged  fault = "a call that the index refuses is logged"
	refusedCounts  fault = "the number of a call that is refused counts as sent"
	refusedShifts  fault = "behind a call that is refused the log has other calls than were made"
	stoppedLost    fault = "time that stops at a limit is not logged"
	beginNotLogged fault = "the environment is not logged"
	notResolved    fault = "a definition is logged as it was given"

	numberEarly        fault = "a snapshot has the number of the record before"
	numberLate         fault = "a snapshot has the number of the last record when it is written"
	producersForgotten fault = "snapshots have no numbers of producers"
	consumersForgotten fault = "snapshots have no consumers"
	outboxForgotten    fault = "snapshots have no outbox"
	oldestForgotten    fault = "snapshots do not say from where on there are diffs"
	revisionForgotten  fault = "the revision begins at 0 behind a snapshot"
	boxNotLent         fault = "memory of the outbox is used again while a snapshot reads it"

	trimmedToFastest fault = "what the fastest consumer has is let go of"
	trimmedTooFar    fault = "one diff more than all consumers have is let go of"
	oldestStays      fault = "what was let go of is not noted as gone"
	changeCut        fault = "a consumer is given a part of a change"

	ackNotReplayed   fault = "acknowledgements are not made again"
	forgetNotMade    fault = "the end of a consumer is not made again"
	numberNotMade    fault = "the numbers of producers are not made again"
	heldTooLong      fault = "updates are made again behind what came after them"
	lastHeld         fault = "the last updates of the log are not made again"
	resultNotChecked fault = "what a call comes to when it is made again is not compared"
)
