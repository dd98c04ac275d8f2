package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/definition"
	"github.com/segmentrules/segment/rule"
)

// Refuse returns an error of package segment.
func Refuse(code segment.Code, format string, args ...any) error {
	return &segment.Error{Code: code, Msg: fmt.Sprintf(format, args...)}
}

// At is an error about the member of an update to which a JSON Pointer leads; nil for nil.
func At(pointer string, err error) error {
	if e, ok := err.(*segment.Error); ok {
		e.Path = pointer
	}
	return err
}

// References returns the ids of the segments that a condition refers to.
func References(c segment.Condition) (ids []string) {
	rule.Walk(c, func(c segment.Condition) bool {
		if id, ok := c.(rule.InSegment); ok && !slices.Contains(ids, string(id)) {
			ids = append(ids, string(id))
		}
		return true
	})
	return ids
}

// CheckReferences reports every segment that a condition refers to and that does not
// exist, as [rule.Errors] of code [segment.ErrUnknown]: each with the JSON Pointer to it in
// the definition of the condition and the nearest id, which is that of the segment so
// called if there is one. Self is the id of the segment that the condition is of, which
// exists for it.
func (r *Rules) CheckReferences(c segment.Condition, self string) error {
	var errs rule.Errors
	for _, ref := range References(c) {
		if _, ok := r.PlanOf[ref]; ok || ref == self && self != "" {
			continue
		}
		var ids []string
		named := ""
		for _, plan := range r.Plans {
			if plan.Used {
				ids = append(ids, plan.Segment.ID)
				if plan.Segment.Name == ref && (named == "" || plan.Segment.ID < named) {
					named = plan.Segment.ID
				}
			}
		}
		e := check.UnknownName("segment", ref, ids)
		if named != "" {
			e.Suggestion = rule.Text(named).String()
		}
		at, _ := rule.TrailTo(c, func(c segment.Condition) bool { return c == rule.InSegment(ref) })
		e.StandAt(at.In(".Name"))
		errs = append(errs, e)
	}
	return definition.PointTo(errs.ErrorOrNil(), c, segment.Limits{})
}

// Circle is the error about segments that refer to each other, told from the
// first of them by id.
func Circle(path []string) error {
	first := slices.Index(path, slices.Min(path))
	// the same circle is told in one way, wherever it was found
	path = slices.Concat(path[first:], path[:first+1])
	return Refuse(segment.ErrCycle, "segments refer to each other: %s", strings.Join(path, " → "))
}

// InOrder returns the plans, each behind those it refers to, and else by id.
func (r *Rules) InOrder() (ids []PlanID) {
	done := make(map[string]bool, len(r.PlanOf))
	var visit func(id string)
	visit = func(id string) {
		if done[id] {
			return
		}
		done[id] = true
		planID := r.PlanOf[id]
		for _, ref := range References(r.Plans[planID].Segment.Condition) {
			visit(ref)
		}
		ids = append(ids, planID)
	}
	for _, id := range slices.Sorted(maps.Keys(r.PlanOf)) {
		visit(id)
	}
	return ids
}

// Link finds out which plans refer to which, and refuses circles.
func (r *Rules) Link() error {
	for id, plan := range r.Plans {
		if !plan.Used {
			continue
		}
		own := *plan // it may be shared
		own.Refs = nil
		for _, ref := range rule.Reads(own.Normal).Segments {
			if other, ok := r.PlanOf[ref]; ok {
				// what is no segment of these rules is asked of the contact
				own.Refs = append(own.Refs, other)
			}
		}
		r.Plans[id] = &own
	}
	var path []string
	state := make([]uint8, len(r.Plans)) // 1: on the path, 2: done
	var visit func(id PlanID) error
	visit = func(id PlanID) error {
		plan := r.Plans[id]
		path = append(path, plan.Segment.ID)
		if state[id] == 1 {
			return Circle(path[slices.Index(path, plan.Segment.ID) : len(path)-1])
		}
		state[id] = 1
		for _, ref := range plan.Refs {
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
	for id, plan := range r.Plans {
		if plan.Used && state[id] == 0 {
			if err := visit(PlanID(id)); err != nil {
				return err
			}
		}
	}
	r.Relevel()
	r.Settle()
	return nil
}
