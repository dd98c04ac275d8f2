package index

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
)

// refuse returns an error of package segment.
func refuse(code segment.Code, format string, args ...any) error {
	return &segment.Error{Code: code, Msg: fmt.Sprintf(format, args...)}
}

// references returns the ids of the segments that a condition refers to.
func references(c segment.Condition) (ids []string) {
	segment.Walk(c, func(c segment.Condition) bool {
		if id, ok := c.(segment.InSegment); ok && !slices.Contains(ids, string(id)) {
			ids = append(ids, string(id))
		}
		return true
	})
	return ids
}

// circle is the error about segments that refer to each other, told from the
// first of them by id.
func circle(path []string) error {
	first := slices.Index(path, slices.Min(path))
	path = slices.Concat(path[first:], path[:first+1])
	return refuse(segment.ErrCycle, "segments refer to each other: %s", strings.Join(path, " → "))
}

// inOrder returns the roots, each behind those it refers to, and else by id.
func (r *rules) inOrder() (ids []rootID) {
	done := make(map[string]bool, len(r.rootOf))
	var visit func(id string)
	visit = func(id string) {
		if done[id] {
			return
		}
		done[id] = true
		root := r.rootOf[id]
		for _, ref := range references(r.roots[root].segment.Condition) {
			visit(ref)
		}
		ids = append(ids, root)
	}
	for _, id := range slices.Sorted(maps.Keys(r.rootOf)) {
		visit(id)
	}
	return ids
}

// link finds out which roots refer to which, and refuses circles.
func (r *rules) link() error {
	for id, rt := range r.roots {
		if !rt.used {
			continue
		}
		own := *rt // it may be shared
		own.refs = nil
		for _, ref := range segment.Reads(own.simple).Segments {
			if other, ok := r.rootOf[ref]; ok {
				own.refs = append(own.refs, other)
			}
		}
		r.roots[id] = &own
	}
	var path []string
	state := make([]uint8, len(r.roots)) // 1: on the path, 2: done
	var visit func(id rootID) error
	visit = func(id rootID) error {
		rt := r.roots[id]
		path = append(path, rt.segment.ID)
		if state[id] == 1 {
			return circle(path[slices.Index(path, rt.segment.ID) : len(path)-1])
		}
		state[id] = 1
		for _, ref := range rt.refs {
			if state[ref] != 2 {
				if err := visit(ref); err != nil {
					return err
				}
			}
		}
		state[id] = 2
		path = path[:len(path)-1]
		return nil
	}
	for id, rt := range r.roots {
		if rt.used && state[id] == 0 {
			if err := visit(rootID(id)); err != nil {
				return err
			}
		}
	}
	r.relevel()
	r.settle()
	return nil
}
