package httpapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// A shape says which members a JSON object may have, and what shape the objects within a
// member are, if the shape is to be looked at: an object, or a list of such. What kind of
// value a member is, the code that reads it checks.
type shape map[string]shape

// The shapes of requests.
var (
	shapeEvent  = shape{"id": nil, "name": nil, "at": nil, "props": nil}
	shapeFields = shape{"fields": nil}
	shapePatch  = shape{"set": nil, "events": shapeEvent, "retract": nil, "join": nil, "leave": nil, "create": nil}
	shapeUpdate = withMembers(shapePatch, "contact", "at", "delete")
)

// withMembers returns a shape that has some members more.
func withMembers(s shape, names ...string) shape {
	s = maps.Clone(s)
	for _, name := range names {
		s[name] = nil
	}
	return s
}

// check refuses a text that is not JSON, or not an object of the shape. Names that stand
// twice, invalid UTF-8 and the like are refused everywhere in it; members that do not exist
// with the nearest that does.
func (s shape) check(text []byte, l rule.Limits) error {
	if err := rule.CheckJSON(text, l); err != nil {
		return err
	}
	source, fault := jsontext.NewSource(text, len(text), l.Depth)
	if fault != nil {
		return rule.FaultError(text, fault)
	}
	var errs segment.Errors
	if root := source.Root(); !source.StartsWith(root, '{') {
		errs = append(errs, rule.ErrorAt(text, root, rule.Errorf(segment.ErrType, "expected an object, found %s", jsontext.KindName(text[root.At]))))
	} else {
		s.object(&source, root, &errs)
	}
	return errs.ErrorOrNil()
}

// object notes the members of an object that its shape does not have.
func (s shape) object(source *jsontext.Source, v jsontext.Ref, errs *segment.Errors) {
	source.Members(v, func(m jsontext.Member) bool {
		within, known := s[m.Name]
		switch {
		case !known:
			err := rule.Errorf(segment.ErrUnknown, "there is no member %s here", jsontext.Shortened([]byte(m.Name)))
			err.Suggestion = textset.Nearest(m.Name, slices.Collect(maps.Keys(s))...)
			*errs = append(*errs, rule.ErrorAt(source.Text, m.Key, err))
		case within == nil:
		case source.StartsWith(m.Value, '{'):
			within.object(source, m.Value, errs)
		case source.StartsWith(m.Value, '['):
			source.Elements(m.Value, func(e jsontext.Ref) bool {
				if source.StartsWith(e, '{') {
					within.object(source, e, errs)
				}
				return len(*errs) < rule.DefaultErrors
			})
		}
		return len(*errs) < rule.DefaultErrors
	})
}

// readUpdate reads a JSON text that has been checked as an update; errors have their places.
func readUpdate(text []byte) (u segment.Update, err error) {
	return u, placeless(json.Unmarshal(text, &u))
}

// readEvent reads a JSON text that has been checked as an event. The event is read as part
// of an update, which says where in it something is wrong.
func readEvent(text []byte) (segment.Event, error) {
	const before = "{\"events\":[\n"
	u, err := readUpdate(slices.Concat([]byte(before), text, []byte("\n]}")))
	if err != nil {
		for _, e := range rule.ErrorsOf(err) {
			e.LocateJSON(text, max(0, min(e.Offset-len(before), len(text))))
		}
		return segment.Event{}, moved(err, "/events/0", "")
	}
	return u.Events[0], nil
}

// readFields reads the fields of {"fields": {...}}, a JSON text that has been checked.
func readFields(text []byte) (map[string]segment.Value, error) {
	source, _ := jsontext.NewSource(text, len(text), rule.DefaultDepth)
	fields := make(map[string]segment.Value)
	var errs segment.Errors
	found := false
	source.Members(source.Root(), func(m jsontext.Member) bool {
		found = true
		if !source.StartsWith(m.Value, '{') {
			errs = append(errs, rule.ErrorAt(text, m.Value, rule.Errorf(segment.ErrType, "expected an object, found %s", jsontext.KindName(text[m.Value.At]))))
			return false
		}
		source.Members(m.Value, func(f jsontext.Member) bool {
			var v segment.Value
			raw := []byte(source.Raw(f.Value))
			for _, e := range rule.ErrorsOf(v.UnmarshalJSON(bytes.TrimSpace(raw))) {
				path := e.Path
				e.LocateJSON(text, f.Value.At+e.Offset)
				e.Path = f.Value.Pointer() + path
				errs = append(errs, e)
			}
			fields[f.Name] = v
			return len(errs) < rule.DefaultErrors
		})
		return true
	})
	if !found {
		errs = append(errs, rule.ErrorAt(text, source.Root(), rule.Errorf(segment.ErrSyntax, "the member fields is missing")))
	}
	return fields, errs.ErrorOrNil()
}
