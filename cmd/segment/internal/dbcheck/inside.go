package dbcheck

import (
	"context"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
)

// An inside is who is in which segment, by Go: the ids once, and a bit for each segment and
// contact.
type inside struct {
	number map[string]int // of a contact, in the order in which they were read
	ids    []string
	bits   [][]uint64 // of each segment
}

func (in *inside) has(seg, contact int) bool {
	word := contact / 64
	return word < len(in.bits[seg]) && in.bits[seg][word]>>(contact%64)&1 == 1
}

func (in *inside) set(seg, contact int) {
	for len(in.bits[seg]) <= contact/64 {
		in.bits[seg] = append(in.bits[seg], 0)
	}
	in.bits[seg][contact/64] |= 1 << (contact % 64)
}

// insideOf loads all contacts, some at a time, and decides them.
func insideOf(ctx context.Context, db sqlgen.Queryer, l *sqlgen.Loader, programs []*segment.Program, at time.Time, step func(n int64)) (*inside, error) {
	in := &inside{number: make(map[string]int), bits: make([][]uint64, len(programs))}
	for x, err := range l.Load(ctx, db) {
		if err != nil {
			return nil, err
		}
		id := x.Field("id").Text()
		n := len(in.ids)
		in.number[id] = n
		in.ids = append(in.ids, id)
		for i, p := range programs {
			if p.Match(x, at) {
				in.set(i, n)
			}
		}
		step(1)
	}
	return in, nil
}
