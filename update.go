package segment

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// Validate reports everything for which the update must not be applied: no
// contact, no instant, an event without id, name or instant, properties that
// are not a JSON object, values that no JSON can say (NaN among them), empty
// names, text that is not UTF-8. Errors have the place in the update's JSON form as
// a JSON Pointer, at most [rule.DefaultErrors] of them. Its cost grows with the
// update.
//
// The events, fields and lists of an update that deletes are ignored, and so
// are not looked at.
func (u Update) Validate() error {
	v := updateCheck{}
	v.report("/contact", check.Name(u.Contact, "contact id"))
	v.report("/at", checkInstant(u.At))
	if u.Delete {
		return v.errs.ErrorOrNil()
	}
	l := Limits{}.WithDefaults()
	if !validFields(u.Set, l) {
		for _, name := range slices.Sorted(maps.Keys(u.Set)) {
			place := "/set/" + jsontext.PointerEscaper.Replace(name)
			v.report(place, check.Name(name, "field name"))
			v.report(place, rule.CheckValue(u.Set[name], l))
		}
	}
	for i, e := range u.Events {
		v.event("/events/"+strconv.Itoa(i), e)
	}
	v.names("/retract/", u.Retract, "event id")
	v.names("/join/", u.Join, "list name")
	v.names("/leave/", u.Leave, "list name")
	return v.errs.ErrorOrNil()
}

// UnmarshalJSON reads an update as encoding/json does. What is wrong with a value of Set or
// with the properties of an event is told as [Errors] with the JSON Pointer into the
// update, so that the field is named: /set/order/date.
func (u *Update) UnmarshalJSON(text []byte) error {
	type plain Update
	p := plain(*u)
	if err := json.Unmarshal(text, &p); err != nil {
		if es := valueErrors(text); len(es) > 0 {
			return es
		}
		return kindError(err)
	}
	*u = Update(p)
	return nil
}

// kindError is an error of encoding/json about a member of another kind, in the words of
// this package; any other error as it is.
func kindError(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	want := map[reflect.Kind]string{reflect.String: "a text", reflect.Bool: "true or false", reflect.Slice: "a list"}[wrong.Type.Kind()]
	if want == "" {
		want = "an object"
	}
	found, _, _ := strings.Cut(wrong.Value, " ") // number 5
	found = map[string]string{"string": "a text", "bool": "true or false", "array": "a list", "object": "an object", "number": "a number"}[found]
	e := rule.Errorf(ErrType, "expected %s, found %s", want, found)
	if wrong.Field != "" {
		e.Path = "/" + strings.ReplaceAll(wrong.Field, ".", "/")
	}
	return e
}

// valueErrors is what is wrong with the values in the JSON of an update, in order of their
// pointers; none if something else is.
func valueErrors(text []byte) (es Errors) {
	var raw struct {
		Set    map[string]json.RawMessage `json:"set"`
		Events []struct {
			Props json.RawMessage `json:"props"`
		} `json:"events"`
	}
	if json.Unmarshal(text, &raw) != nil {
		return nil
	}
	add := func(place string, err error) {
		for _, e := range rule.ErrorsOf(err) {
			if len(es) < rule.DefaultErrors {
				es = append(es, &Error{Code: e.Code, Msg: e.Msg, Suggestion: e.Suggestion, Path: place + e.Path})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(raw.Set)) {
		add("/set/"+jsontext.PointerEscaper.Replace(name), new(Value).UnmarshalJSON(raw.Set[name]))
	}
	for i, e := range raw.Events {
		if len(e.Props) > 0 {
			add("/events/"+strconv.Itoa(i)+"/props", new(Document).UnmarshalJSON(e.Props))
		}
	}
	return es
}

// validFields reports whether nothing is wrong with fields; what is, is told in
// the order of their names.
func validFields(fields map[string]Value, l Limits) bool {
	for name, v := range fields {
		if check.Name(name, "field name") != nil || rule.CheckValue(v, l) != nil {
			return false
		}
	}
	return true
}

type updateCheck struct{ errs Errors }

func (v *updateCheck) report(place string, err *Error) {
	if err == nil || len(v.errs) >= rule.DefaultErrors {
		return
	}
	err.Path = place
	v.errs = append(v.errs, err)
}

func (v *updateCheck) names(place string, names []string, what string) {
	for i, name := range names {
		if err := check.Name(name, what); err != nil {
			v.report(place+strconv.Itoa(i), err)
		}
	}
}

func (v *updateCheck) event(place string, e Event) {
	v.report(place+"/id", check.Name(e.ID, "event id"))
	v.report(place+"/name", check.Name(e.Name, "event name"))
	v.report(place+"/at", checkInstant(e.At))
	if len(e.Props) == 0 {
		return
	}
	if _, err := NewDocument(e.Props); err != nil {
		for _, one := range rule.ErrorsOf(err) {
			at := place + "/props"
			if strings.HasPrefix(one.Path, "/") {
				at += one.Path // within the properties
			}
			v.report(at, one)
		}
	}
}

// checkInstant checks an instant that a host hands in.
func checkInstant(t time.Time) *Error {
	if t.IsZero() {
		return rule.Errorf(ErrValue, "an instant is missing")
	}
	if !rule.Writable(Time(t)) {
		return rule.Errorf(ErrValue, "a time outside of the years 0 to 9999")
	}
	return nil
}

// MarshalJSON writes the record as plain data: the fields in its Slots among
// the others. Reading it back gives a record without a Layout, which answers
// the same.
func (r Record) MarshalJSON() ([]byte, error) {
	type plain Record
	p := plain(r)
	if r.Layout != nil {
		p.Fields = make(map[string]Value, len(r.Fields)+len(r.Slots))
		maps.Copy(p.Fields, r.Fields)
		for _, name := range r.Layout.names {
			delete(p.Fields, name)
			if v := r.Field(string(rule.Path(name))); !v.IsNull() {
				p.Fields[name] = v
			}
		}
	}
	return json.Marshal(p)
}
