package kafka

import "strconv"

// A cluster has five topics. All have one partition for each of its own, but for the signs of
// life, which have one.

// topic returns the name of a topic: input, output, the bytes of snapshots, the list of
// snapshots, signs of life.
func (o Options) topic(kind string) string { return o.Name + "-" + kind }

// The kinds of topics.
const (
	kindIn    = "in"
	kindDiff  = "diff"
	kindSnap  = "snap"
	kindList  = "list"
	kindSigns = "signs"
)

// kinds are all of them.
var kinds = [...]string{kindIn, kindDiff, kindSnap, kindList, kindSigns}

// A setting is one of a topic.
type setting struct {
	key, value string
	bound      func(was, want int64) bool // for numbers that may be another, if they are good
	young      bool                       // not every broker knows it: see Setup
}

// settings returns those that a topic is made with, and must have.
func (o Options) settings(kind string) []setting {
	atLeast := func(was, want int64) bool { return was >= want }
	all := []setting{
		{key: "cleanup.policy", value: "delete"},
		{key: "retention.bytes", value: "-1"},
		{key: "retention.ms", value: "-1"},
		{key: "max.message.bytes", value: strconv.Itoa(mostBytes), bound: atLeast},
		{key: "min.insync.replicas", value: strconv.Itoa(min(o.Replicas, 2)), bound: atLeast},
		{key: "unclean.leader.election.enable", value: "false", young: true},
		{key: "message.timestamp.type", value: "CreateTime"},
	}
	switch kind {
	case kindIn:
		// who sends with a clock that is far ahead is refused; behind is no harm
		all = append(all, setting{key: "message.timestamp.after.max.ms", value: "60000", young: true,
			bound: func(was, want int64) bool { return was <= want }})
	case kindSigns:
		all[2].value, all[2].bound = "600000", atLeast
	}
	return all
}

// partitions returns how many partitions a topic has.
func (o Options) partitions(kind string) int {
	if kind == kindSigns {
		return 1
	}
	return o.Partitions
}
