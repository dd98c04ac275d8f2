package index

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/segmentrules/segment/index/internal/wire"
	"github.com/segmentrules/segment/rule"
)

// What is kept is part of the state: an index that keeps three events of a name answers
// otherwise, later, than one that keeps all, though both have seen the same. So a snapshot
// says by which Options it was kept, and [Restore] refuses others.

// kept are the Options that say what is kept.
type kept struct {
	retention Retention
	remembers []string // names of fields, in order
	all       bool     // former values of all fields are kept
	days      int32    // 0 for none
	stays     bool
}

// kept returns what a shard keeps.
func (ix *shard) kept() kept {
	k := kept{retention: ix.retention, all: ix.store.Remembers == nil, days: max(ix.meters.Days, 0), stays: ix.meters.Stay}
	k.remembers = slices.Sorted(maps.Keys(ix.store.Remembers))
	return k
}

// write writes it.
func (k kept) write(w *wire.Writer) {
	w.Varint(int64(k.retention.Newest))
	w.Varint(k.retention.Horizon.N)
	w.Byte(byte(k.retention.Horizon.Unit))
	w.Bool(k.all)
	w.Count(len(k.remembers))
	for _, name := range k.remembers {
		w.Text(name)
	}
	w.Count(int(k.days))
	w.Bool(k.stays)
}

// readKept reads what write has written.
func readKept(r *wire.Reader) (k kept) {
	k.retention.Newest = int(r.Varint())
	k.retention.Horizon = rule.Span{N: r.Varint(), Unit: rule.Unit(r.Byte())}
	k.all = r.Bool()
	for i, n := 0, r.Count(math.MaxInt32, "names of fields"); i < n && r.OK(); i++ {
		k.remembers = append(k.remembers, r.Text())
	}
	k.days = int32(r.Count(math.MaxInt32, "days"))
	k.stays = r.Bool()
	return k
}

// differs says which Options are others than those of the snapshot, k; empty for none.
func (k kept) differs(given kept) string {
	var all []string
	note := func(option string, was, is any) {
		all = append(all, fmt.Sprintf("Options.%s is %v, and in the snapshot %v", option, is, was))
	}
	if k.retention.Newest != given.retention.Newest {
		note("Retention.Newest", k.retention.Newest, given.retention.Newest)
	}
	if k.retention.Horizon != given.retention.Horizon {
		note("Retention.Horizon", k.retention.Horizon, given.retention.Horizon)
	}
	if k.all != given.all || !slices.Equal(k.remembers, given.remembers) {
		note("History", k.fields(), given.fields())
	}
	if k.days != given.days {
		note("Days", k.days, given.days)
	}
	if k.stays != given.stays {
		note("Stays", k.stays, given.stays)
	}
	return strings.Join(all, "; ")
}

// fields says of which fields former values are kept.
func (k kept) fields() string {
	if k.all {
		return "nil (all)"
	}
	return fmt.Sprintf("%q", k.remembers)
}
