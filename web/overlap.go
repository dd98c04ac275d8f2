package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/index"
)

// How segments overlap: of some, how many contacts are in exactly these and in no other of
// them, for each choice of which there are any. All sets are of one revision. The cost is that
// of at most 2^n intersections of compressed sets, of which empty ones are not divided further.

// maxOverlap is how many segments can be compared: a plot of more nobody reads.
const maxOverlap = 8

// A setSize is a segment with its size.
type setSize struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Size int    `json:"size"`
}

// An intersection is how many contacts are in these segments and in no other that was asked for.
type intersection struct {
	In    []string `json:"in"`
	Count int      `json:"count"`
}

func (a *app) overlap(r *httpapi.Request) error {
	ids := r.Query()["segments"]
	if len(ids) == 0 || len(ids) > maxOverlap {
		p := refuse(http.StatusBadRequest, "parameter", fmt.Sprintf("the parameter segments, the id of a segment, stands 1 to %d times", maxOverlap))
		p.Parameter = "segments"
		return p
	}
	sets := []setSize{}
	for i, id := range ids {
		s, err := r.Segment(id, "segments")
		if err != nil {
			return err
		}
		if slices.Contains(ids[:i], id) {
			p := refuse(http.StatusBadRequest, "parameter", fmt.Sprintf("the segment %q stands more than once", id))
			p.Parameter = "segments"
			return p
		}
		sets = append(sets, setSize{ID: id, Name: s.Name})
	}
	members, revision, err := a.atOnce(r, ids)
	if err != nil {
		return err
	}
	all := index.Contacts{}
	for i, m := range members {
		sets[i].Size, all = m.Len(), all.Or(m)
	}
	out := struct {
		Sets          []setSize      `json:"sets"`
		Intersections []intersection `json:"intersections"`
		Revision      uint64         `json:"revision"`
	}{sets, []intersection{}, revision}
	divide(all, members, ids, []string{}, func(in []string, n int) {
		out.Intersections = append(out.Intersections, intersection{in, n})
	})
	slices.SortFunc(out.Intersections, func(a, b intersection) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(len(a.In), len(b.In)), slices.Compare(a.In, b.In))
	})
	return r.Reply(http.StatusOK, out)
}

// divide tells how many of some contacts are in which of the sets: in those named by in, and
// in each choice of the others.
func divide(some index.Contacts, others []index.Contacts, ids, in []string, tell func(in []string, n int)) {
	n := some.Len()
	switch {
	case n == 0:
	case len(others) == 0:
		if len(in) > 0 {
			tell(in, n)
		}
	default:
		divide(some.And(others[0]), others[1:], ids[1:], append(slices.Clip(in), ids[0]), tell)
		divide(some.AndNot(others[0]), others[1:], ids[1:], in, tell)
	}
}

// atOnce returns the members of segments at one revision. Where diffs come without a pause it
// takes the last it got, which are of revisions close to each other.
func (a *app) atOnce(r *httpapi.Request, ids []string) (members []index.Contacts, revision uint64, err error) {
	for range 5 {
		members = make([]index.Contacts, len(ids))
		var revisions []uint64
		for i, id := range ids {
			if members[i], revision, err = a.host.MembersAt(r.HTTP().Context(), id); err != nil {
				return nil, 0, err
			}
			revisions = append(revisions, revision)
		}
		if len(slices.Compact(revisions)) == 1 {
			break
		}
	}
	return members, revision, nil
}
