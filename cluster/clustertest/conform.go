package clustertest

import (
	"testing"

	"github.com/segmentrules/segment/cluster"
)

// Conform asks everything of an engine that [cluster.Engine] promises. open is called several
// times in a test, and each time returns an engine of its own, as another process would have
// it, over one cluster that has so many partitions, which are 3 at least, and in which nothing
// has been sent yet; another cluster in each test. It closes what it opens when the test ends.
func Conform(t *testing.T, partitions int, open func(t *testing.T) cluster.Engine) {
	for name, check := range map[string]func(*conformance){
		"Read":                 (*conformance).read,
		"ReadInParts":          (*conformance).readInParts,
		"BroadcastInOneOrder":  (*conformance).broadcastInOneOrder,
		"LargeMessages":        (*conformance).large,
		"Commit":               (*conformance).commit,
		"CommitIsFenced":       (*conformance).commitIsFenced,
		"CommitsRace":          (*conformance).commitsRace,
		"Snap":                 (*conformance).snap,
		"Follow":               (*conformance).follow,
		"FollowFromTheMiddle":  (*conformance).followFromTheMiddle,
		"Signs":                (*conformance).signs,
		"ContextsEnd":          (*conformance).contextsEnd,
		"TwoWorkersAtOnePlace": (*conformance).twoWorkers,
	} {
		t.Run(name, func(t *testing.T) { check(&conformance{t, partitions, open}) })
	}
}
