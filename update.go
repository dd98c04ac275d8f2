package segment

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
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

// Data returns what a schema says something of: see [schema.Schema.CheckUpdate]. An
// update that deletes brings nothing.
func (u Update) Data() schema.Data {
	if u.Delete {
		return schema.Data{}
	}
	data := schema.Data{Set: u.Set, Join: u.Join, Leave: u.Leave}
	for _, e := range u.Events {
		data.Events = append(data.Events, schema.EventData{Name: e.Name, Props: e.Props})
	}
	return data
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

// MarshalJSON writes the update with its instants in UTC, so that what Validate
// accepts can be written and no zone loses the seconds of its offset: RFC 3339 has
// offsets of whole minutes. Reading it back gives the same instants.
func (u Update) MarshalJSON() ([]byte, error) {
	type plain Update
	u.At = u.At.UTC()
	return json.Marshal(plain(u))
}

// UnmarshalJSON reads what MarshalJSON writes. Names that an update does not have
// are ignored, so that a later version may say more. An error about a part of it
// is an [*Error] with the place in the text and as a JSON Pointer (/set/country,
// /events/0/props); several are [Errors].
func (u *Update) UnmarshalJSON(text []byte) error {
	type plain Update
	err := json.Unmarshal(text, (*plain)(u))
	if err == nil {
		return nil
	}
	if placed := placeUpdate(text).ErrorOrNil(); placed != nil {
		return placed
	}
	return err
}

// placeUpdate says where the JSON of an update is wrong.
func placeUpdate(text []byte) Errors {
	source, fault := jsontext.NewSource(text, len(text), rule.DefaultDepth)
	if fault != nil {
		return rule.ErrorsOf(rule.FaultError(text, fault))
	}
	r := updateReader{Source: source}
	r.members(source.Root(), "an update", func(name string, v jsontext.Ref) {
		switch name {
		case "contact":
			tryRead[string](&r, v, "a text")
		case "at":
			tryRead[time.Time](&r, v, "an instant as 2026-01-31T10:00:00Z")
		case "delete":
			tryRead[bool](&r, v, "true or false")
		case "set":
			r.members(v, "an object", func(_ string, v jsontext.Ref) { tryRead[Value](&r, v, "a value") })
		case "retract", "join", "leave":
			r.elements(v, func(v jsontext.Ref) { tryRead[string](&r, v, "a text") })
		case "events":
			r.elements(v, r.event)
		}
	})
	return r.errs
}

// An updateReader finds what is wrong in the JSON of an update.
type updateReader struct {
	jsontext.Source
	errs Errors
}

func (r *updateReader) fail(v jsontext.Ref, err *Error) {
	if len(r.errs) < rule.DefaultErrors {
		r.errs = append(r.errs, rule.ErrorAt(r.Text, v, err))
	}
}

// isNull reports whether a value is null, which any part of an update may be.
func (r *updateReader) isNull(v jsontext.Ref) bool { return r.StartsWith(v, 'n') }

// members calls f for the members of an object, names in lower case as
// encoding/json takes them.
func (r *updateReader) members(v jsontext.Ref, what string, f func(name string, v jsontext.Ref)) {
	switch {
	case r.StartsWith(v, '{'):
		r.Members(v, func(m jsontext.Member) bool {
			f(strings.ToLower(m.Name), m.Value)
			return true
		})
	case !r.isNull(v):
		r.fail(v, rule.Errorf(ErrType, "expected %s, found %s", what, jsontext.KindName(r.Text[v.At])))
	}
}

func (r *updateReader) elements(v jsontext.Ref, f func(v jsontext.Ref)) {
	switch {
	case r.StartsWith(v, '['):
		r.Elements(v, func(e jsontext.Ref) bool {
			f(e)
			return true
		})
	case !r.isNull(v):
		r.fail(v, rule.Errorf(ErrType, "expected a list, found %s", jsontext.KindName(r.Text[v.At])))
	}
}

func (r *updateReader) event(v jsontext.Ref) {
	r.members(v, "an event", func(name string, v jsontext.Ref) {
		switch name {
		case "id", "name":
			tryRead[string](r, v, "a text")
		case "at":
			tryRead[time.Time](r, v, "an instant as 2026-01-31T10:00:00Z")
		case "props":
			tryRead[Document](r, v, "an object")
		}
	})
}

// tryRead tries to read a part of an update and notes what is wrong with it.
func tryRead[T any](r *updateReader, v jsontext.Ref, what string) {
	raw := r.Raw(v)
	err := json.Unmarshal([]byte(raw), new(T))
	if err == nil {
		return
	}
	if !errors.Is(err, ErrSyntax) && !errors.Is(err, ErrType) && !errors.Is(err, ErrValue) && !errors.Is(err, ErrLimit) {
		r.fail(v, rule.Errorf(ErrType, "expected %s, found %s", what, jsontext.Shortened([]byte(raw))))
		return
	}
	for _, one := range rule.ErrorsOf(err) {
		path := one.Path
		one.LocateJSON(r.Text, v.At+one.Offset)
		if one.Path = v.Pointer() + path; len(r.errs) < rule.DefaultErrors {
			r.errs = append(r.errs, one)
		}
	}
}

// MarshalJSON writes the event with its instant in UTC, as an [Update] does.
func (e Event) MarshalJSON() ([]byte, error) {
	type plain Event
	e.At = e.At.UTC()
	return json.Marshal(plain(e))
}

// MarshalJSON writes the change with its instant in UTC, as an [Update] does.
func (c Change) MarshalJSON() ([]byte, error) {
	type plain Change
	c.At = c.At.UTC()
	return json.Marshal(plain(c))
}

// MarshalJSON writes the diff with its instant in UTC, as an [Update] does.
func (d Diff) MarshalJSON() ([]byte, error) {
	type plain Diff
	d.At = d.At.UTC()
	return json.Marshal(plain(d))
}

// MarshalJSON writes the record as plain data: the fields in its Slots among
// the others. Reading it back gives a record without a Layout, which answers
// the same.
func (r Record) MarshalJSON() ([]byte, error) {
	type plain Record
	p := plain(r)
	if p.Lists = maps.Clone(r.Lists); p.Lists != nil {
		for name, joined := range p.Lists {
			p.Lists[name] = joined.UTC()
		}
	}
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
