package segmenttest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

func refuse(code segment.Code, format string, args ...any) error {
	return &segment.Error{Code: code, Msg: fmt.Sprintf(format, args...)}
}

// check returns the order of the segments with a new one among them.
func (r *naive) check(s segment.Segment, at time.Time) (order []string, err error) {
	if s.ID == "" {
		return nil, refuse(segment.ErrValue, "a segment needs an id")
	}
	if _, err := segment.Compile(s.Condition); err != nil {
		return nil, err
	}
	if err := checkInstant(r.now, at); err != nil {
		return nil, err
	}
	for _, id := range references(s.Condition) {
		if _, ok := r.segments[id]; !ok && id != s.ID {
			return nil, refuse(segment.ErrUnknown, "unknown segment %s", segment.Text(id))
		}
	}
	segments := maps.Clone(r.segments)
	segments[s.ID] = s.Condition
	return sorted(segments)
}

func (r *naive) checkDrop(id string, at time.Time) error {
	if _, ok := r.segments[id]; !ok {
		return refuse(segment.ErrNotFound, "there is no segment %q", id)
	}
	for _, other := range slices.Sorted(maps.Keys(r.segments)) {
		if slices.Contains(references(r.segments[other]), id) {
			return refuse(segment.ErrValue, "segment %q is in use: segment %q refers to it", id, other)
		}
	}
	return checkInstant(r.now, at)
}

// references returns the ids of the segments that a condition refers to.
func references(c segment.Condition) (ids []string) {
	rule.Walk(c, func(c segment.Condition) bool {
		if id, ok := c.(rule.InSegment); ok {
			ids = append(ids, string(id))
		}
		return true
	})
	return ids
}

// sorted orders segments so that each comes after those it refers to, and
// refuses a cycle with its path.
func sorted(segments map[string]segment.Condition) (order []string, err error) {
	var path []string
	var visit func(id string) error
	visit = func(id string) error {
		if i := slices.Index(path, id); i >= 0 {
			return refuse(segment.ErrCycle, "segments refer to each other: %s", strings.Join(append(path[i:], id), " → "))
		}
		if slices.Contains(order, id) {
			return nil
		}
		path = append(path, id)
		for _, ref := range references(segments[id]) {
			if err := visit(ref); err != nil {
				return err
			}
		}
		path = path[:len(path)-1]
		order = append(order, id)
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(segments)) {
		if err := visit(id); err != nil {
			return nil, err
		}
	}
	return order, nil
}

func checkInstant(now, at time.Time) error {
	switch {
	case at.IsZero():
		return refuse(segment.ErrValue, "an instant is missing")
	case at.Before(now):
		return refuse(segment.ErrValue, "the clock cannot go back from %s to %s",
			now.Format(time.RFC3339Nano), at.Format(time.RFC3339Nano))
	}
	return nil
}

// checkUpdates checks all updates before any is applied.
func checkUpdates(now time.Time, us []segment.Update) error {
	for _, u := range us {
		if err := u.Validate(); err != nil {
			return err
		}
		if err := checkInstant(now, u.At); err != nil {
			return err
		}
		now = u.At
	}
	return nil
}
