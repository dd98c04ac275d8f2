package cluster

import (
	"cmp"
	"hash/fnv"
	"slices"
)

// Who works on which partition is agreed on by nobody: every process computes it from the
// list of those that live. Two that know of different lists may both work on a partition, or
// none for a while; that costs time and nothing else, since commits are fenced.

// Shares returns the member that is to work on each partition: a function of the set of
// members, in whatever order, and of the number of partitions. Every member has as many as
// every other, or one more; and few partitions move when a member comes or goes. No members
// have no partitions: then all are "". It costs partitions times members, sorted.
func Shares(members []string, partitions int) []string {
	owners := make([]string, max(partitions, 0))
	members = slices.Clone(members)
	slices.Sort(members)
	if members = slices.Compact(members); len(members) == 0 {
		return owners
	}
	type wish struct {
		score             uint64
		member, partition int
	}
	wishes := make([]wish, 0, len(members)*len(owners))
	for m, name := range members {
		for p := range owners {
			wishes = append(wishes, wish{score(name, p), m, p})
		}
	}
	// the strongest wish first, each granted if the partition is free and the member has room
	slices.SortFunc(wishes, func(a, b wish) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.member, b.member), cmp.Compare(a.partition, b.partition))
	})
	each, more := len(owners)/len(members), len(owners)%len(members)
	taken, has := make([]bool, len(owners)), make([]int, len(members))
	for _, w := range wishes {
		switch {
		case taken[w.partition] || has[w.member] > each || has[w.member] == each && more == 0:
			continue
		case has[w.member] == each:
			more-- // one of those that have one more
		}
		taken[w.partition], owners[w.partition] = true, members[w.member]
		has[w.member]++
	}
	return owners
}

// score is how much a member wishes for a partition: a hash of both.
func score(member string, partition int) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(member)) // it has no errors
	n := h.Sum64() ^ uint64(partition+1)*0x9e3779b97f4a7c15
	for range 2 {
		n ^= n >> 32
		n *= 0xd6e8feb86659fd93
	}
	return n ^ n>>32
}
