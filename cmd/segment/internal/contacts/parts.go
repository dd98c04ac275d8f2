package contacts

import (
	"encoding/json"
	"time"

	"github.com/tidwall/gjson"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
)

// lists reads the lists that a contact is on: an object of names and instants, or a list of
// names, or of objects with list and joined_at. Of a name alone the instant of joining is not
// known, and so lies before all others.
func (p place) lists(raw string) (lists map[string]time.Time, problem *source.Problem) {
	lists = make(map[string]time.Time)
	whole := gjson.Parse(raw)
	if !whole.IsObject() && !whole.IsArray() {
		return nil, p.fail(raw, segment.ErrType, "expected the lists as an object of names and instants, or as a list of names")
	}
	whole.ForEach(func(key, v gjson.Result) bool {
		switch {
		case whole.IsObject():
			lists[key.Str], problem = p.instant(v, "the instant of joining")
		case v.Type == gjson.String:
			lists[v.Str] = time.Time{}
		case v.IsObject() && v.Get("list").Type == gjson.String:
			lists[v.Get("list").Str], problem = p.instant(v.Get("joined_at"), "joined_at")
		default:
			problem = p.fail(v.Raw, segment.ErrType, "expected the name of a list")
		}
		return problem == nil
	})
	return lists, problem
}

// segments reads the ids of the segments that a contact is in.
func (p place) segments(raw string) (ids []string, problem *source.Problem) {
	if err := json.Unmarshal([]byte(raw), &ids); err != nil {
		return nil, p.fail(raw, segment.ErrType, "expected a list of ids of segments")
	}
	return ids, nil
}

// changes reads the former values of fields.
func (p place) changes(raw string) (changes map[string][]segment.Change, problem *source.Problem) {
	if err := json.Unmarshal([]byte(raw), &changes); err != nil {
		return nil, p.fail(raw, segment.ErrType, `expected the changes as {"plan": [{"at": "2026-01-31T10:00:00Z", "value": "pro"}]}`)
	}
	return changes, nil
}
