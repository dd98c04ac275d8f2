package index

import (
	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/eventlog"
)

// Places are where a store keeps the fields and events that rules name, found once
// and kept: by the number that a name has among the rules, which column or stream it
// is, plus one. They belong to one index and are for the goroutine that writes, so
// that to read a contact writes nothing into the rules.
type places struct{ columns, streams []int32 }

// known returns the place of the name with a number, -1 if it is not known yet. It is
// short, so that it is compiled into its callers.
func known(places []int32, nth int32) int {
	if int(nth) < len(places) {
		return int(places[nth]) - 1
	}
	return -1
}

// findColumn looks for a column by name, and keeps it; -1 if there is none yet.
func (p *places) findColumn(fields *column.Table, nth int32, name string) int {
	col, ok := fields.Lookup(name)
	return keep(&p.columns, nth, col, ok)
}

// findName looks for the number of the name of an event, and keeps it; -1 if there is
// none yet.
func (p *places) findName(log *eventlog.Log, nth int32, name string) int {
	n, ok := log.Lookup(name)
	return keep(&p.streams, nth, n, ok)
}

// keep notes a place under a number, of which 0 stands for none.
func keep(places *[]int32, nth int32, at int, ok bool) int {
	if !ok {
		return -1
	}
	if nth > 0 {
		for len(*places) <= int(nth) {
			*places = append(*places, 0)
		}
		(*places)[nth] = int32(at) + 1
	}
	return at
}
