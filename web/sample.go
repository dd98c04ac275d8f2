package web

import (
	"hash/fnv"
	"iter"
	"math"

	"github.com/segmentrules/segment/index"
)

// sampled yields about so many contacts of a set, or all if there are no more: those whose
// ids hash to certain numbers, so that the same are taken each time.
func sampled(set index.Contacts, most int) iter.Seq[string] {
	n := set.Len()
	return func(yield func(string) bool) {
		if most == 0 {
			return
		}
		limit := uint64(math.MaxUint32) * uint64(most) / uint64(max(n, most))
		for id := range set.All() {
			h := fnv.New32a()
			_, _ = h.Write([]byte(id))
			if most < n && uint64(mixed(h.Sum32())) > limit {
				continue
			}
			if !yield(id) {
				return
			}
		}
	}
}

// mixed spreads a hash: that of ids that differ in their last digits has like numbers.
func mixed(h uint32) uint32 {
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}
