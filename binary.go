package segment

import (
	"encoding/binary"
	"hash/crc64"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/segmentrules/segment/internal/codec"
	"github.com/segmentrules/segment/internal/document"
	"github.com/segmentrules/segment/rule"
)

// Updates, diffs and definitions as bytes, for logs and messages: a third of their JSON.
// Each begins with the version of its format, and what a version has written is read for
// ever: testdata/binary has some of each. Instants are in UTC to the nanosecond, and
// properties in the one form in which they are kept, so that who applies what was read
// comes to the same state.

// binaryVersion is the first byte.
const binaryVersion = 1

// Flags of an update and of a diff.
const (
	binaryCreate = 1 << iota
	binaryDelete
	binaryKnown  = binaryCreate | binaryDelete
	binaryEnters = 1 // and the cause in the bits above
)

// AppendBinary appends the update as bytes, the same for equal updates. Of one that deletes
// nothing is written but contact and instant: the rest is ignored. Errors are those of
// [Update.Validate]. The cost grows with the update.
func (u Update) AppendBinary(b []byte) ([]byte, error) {
	if err := u.Validate(); err != nil {
		return b, err
	}
	b = codec.AppendInstant(codec.AppendText(append(b, binaryVersion), u.Contact), u.At)
	if u.Delete {
		return append(b, binaryDelete), nil
	}
	flags := byte(0)
	if u.Create {
		flags |= binaryCreate
	}
	b = binary.AppendUvarint(append(b, flags), uint64(len(u.Set)))
	b = appendFields(b, u.Set)
	b = binary.AppendUvarint(b, uint64(len(u.Events)))
	for _, e := range u.Events {
		b = codec.AppendInstant(codec.AppendText(codec.AppendText(b, e.ID), e.Name), e.At)
		b = codec.AppendText(b, document.Canonical(e.Props))
	}
	for _, names := range [...][]string{u.Retract, u.Join, u.Leave} {
		b = binary.AppendUvarint(b, uint64(len(names)))
		for _, name := range names {
			b = codec.AppendText(b, name)
		}
	}
	return b, nil
}

// appendFields appends fields in order of their names. Most updates set one, which need not
// be sorted.
func appendFields(b []byte, fields map[string]Value) []byte {
	if len(fields) == 1 {
		for name, v := range fields {
			return codec.AppendValue(codec.AppendText(b, name), v)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		b = codec.AppendValue(codec.AppendText(b, name), fields[name])
	}
	return b
}

// MarshalBinary returns the update as [Update.AppendBinary] appends it.
func (u Update) MarshalBinary() ([]byte, error) { return u.AppendBinary(nil) }

// UnmarshalBinary reads what [Update.AppendBinary] has written, all of the bytes, and
// keeps none of them. Errors ([ErrValue]): bytes that are no update, or one that
// [Update.Validate] refuses, or a version that this package does not know.
func (u *Update) UnmarshalBinary(b []byte) error {
	r := binaryReader(b, "an update")
	var out Update
	out.Contact, out.At = r.Text(), r.Instant()
	flags := r.Byte()
	if flags&^binaryKnown != 0 {
		r.Fail("flags that this version does not know")
	}
	out.Create, out.Delete = flags&binaryCreate != 0, flags&binaryDelete != 0
	if !out.Delete && r.OK() {
		out.Set = readFields(r)
		out.Events = readList(r, "events", readEvent)
		out.Retract = readList(r, "ids", (*codec.Reader).Text)
		out.Join = readList(r, "lists", (*codec.Reader).Text)
		out.Leave = readList(r, "lists", (*codec.Reader).Text)
	}
	if err := r.End(); err != nil {
		return err
	}
	if err := out.Validate(); err != nil {
		return err
	}
	*u = out
	return nil
}

// binaryReader reads behind the version.
func binaryReader(b []byte, what string) *codec.Reader {
	r := codec.NewReader(b, what)
	if v := r.Byte(); r.OK() && v != binaryVersion {
		r.Fail("it is of version %d, and version %d is known", v, binaryVersion)
	}
	return r
}

// readFields reads fields in order of their names.
func readFields(r *codec.Reader) map[string]Value {
	n, last := r.Count(codec.MaxText, "fields"), ""
	if n == 0 {
		return nil
	}
	fields := make(map[string]Value)
	for i := 0; i < n && r.OK(); i++ {
		name := r.Text()
		if i > 0 && name <= last {
			r.Fail("fields out of order")
		}
		fields[name], last = codec.ReadValue(r), name
	}
	return fields
}

// readEvent reads an event.
func readEvent(r *codec.Reader) Event {
	e := Event{ID: r.Text(), Name: r.Text(), At: r.Instant()}
	if props := r.Blob(codec.MaxText); len(props) > 0 {
		e.Props = slices.Clone(props)
	}
	return e
}

// readList reads some of one kind; nil for none.
func readList[T any](r *codec.Reader, what string, one func(*codec.Reader) T) (all []T) {
	n := r.Count(codec.MaxText, what)
	for i := 0; i < n && r.OK(); i++ { // one by one: the count may be forged
		all = append(all, one(r))
	}
	return all
}

// AppendBinary appends the diff as bytes, the same for equal diffs. Errors: an unknown
// cause, an instant outside of the years 0 to 9999, a contact or segment that is not UTF-8,
// a step before the revision ([ErrValue]).
func (d Diff) AppendBinary(b []byte) ([]byte, error) {
	switch {
	case d.Cause > CauseDefinition:
		return b, rule.Errorf(ErrValue, "unknown cause %d", d.Cause)
	case !codec.HasInstant(d.At):
		return b, rule.Errorf(ErrValue, "a time outside of the years 0 to 9999")
	case !utf8.ValidString(d.Contact) || !utf8.ValidString(d.Segment):
		return b, rule.Errorf(ErrValue, "a contact or segment, %q and %q, that is not UTF-8", d.Contact, d.Segment)
	case d.Step < d.Revision && d.Step != 0:
		return b, rule.Errorf(ErrValue, "step %d before revision %d", d.Step, d.Revision)
	}
	return d.append(b), nil
}

// append is AppendBinary of a diff that can be written.
func (d *Diff) append(b []byte) []byte {
	b = binary.AppendUvarint(append(b, binaryVersion), d.Revision)
	// how many follow in its change, plus one; most often few
	ahead := uint64(0)
	if d.Step != 0 {
		ahead = d.Step - d.Revision + 1
	}
	b = binary.AppendUvarint(b, ahead)
	b = binary.AppendUvarint(codec.AppendText(codec.AppendText(b, d.Contact), d.Segment), d.Definition)
	flags := byte(d.Cause) << 1
	if d.Entered {
		flags |= binaryEnters
	}
	return codec.AppendInstant(append(b, flags), d.At)
}

// MarshalBinary returns the diff as [Diff.AppendBinary] appends it.
func (d Diff) MarshalBinary() ([]byte, error) { return d.AppendBinary(nil) }

// UnmarshalBinary reads what [Diff.AppendBinary] has written, all of the bytes.
// Errors ([ErrValue]): bytes that are no diff, or a version that is not known.
func (d *Diff) UnmarshalBinary(b []byte) error {
	r := binaryReader(b, "a diff")
	out := Diff{Revision: r.Uvarint()}
	if ahead := r.Uvarint(); ahead > 0 {
		if out.Step = out.Revision + ahead - 1; out.Step < out.Revision || out.Step == 0 {
			r.Fail("a step that no revision has")
		}
	}
	out.Contact, out.Segment, out.Definition = r.Text(), r.Text(), r.Uvarint()
	flags := r.Byte()
	out.Entered, out.Cause, out.At = flags&binaryEnters != 0, Cause(flags>>1), r.Instant()
	if out.Cause > CauseDefinition {
		r.Fail("unknown cause %d", out.Cause)
	}
	if err := r.End(); err != nil {
		return err
	}
	*d = out
	return nil
}

// AppendBinary appends the segment as bytes: the condition is in them as its definition in
// JSON, which any schema has resolved already. Errors are those of [MarshalCondition], and
// an id or name that is not UTF-8.
func (s Segment) AppendBinary(b []byte) ([]byte, error) {
	if !utf8.ValidString(s.ID) || !utf8.ValidString(s.Name) {
		return b, rule.Errorf(ErrValue, "the id or name of a segment, %q and %q, is not UTF-8", s.ID, s.Name)
	}
	text, err := MarshalCondition(s.Condition)
	if err != nil {
		return b, err
	}
	b = codec.AppendText(codec.AppendText(append(b, binaryVersion), s.ID), s.Name)
	return codec.AppendText(b, text), nil
}

// MarshalBinary returns the segment as [Segment.AppendBinary] appends it.
func (s Segment) MarshalBinary() ([]byte, error) { return s.AppendBinary(nil) }

// UnmarshalBinary reads what [Segment.AppendBinary] has written, all of the bytes, as a
// condition that no schema need resolve. Errors: bytes that are no segment ([ErrValue]), and
// those of [UnmarshalCondition].
func (s *Segment) UnmarshalBinary(b []byte) error {
	r := binaryReader(b, "a segment")
	out := Segment{ID: r.Text(), Name: r.Text()}
	text := r.Blob(rule.DefaultBytes)
	err := r.End()
	if err != nil {
		return err
	}
	if out.Condition, err = UnmarshalCondition(text); err != nil {
		return err
	}
	*s = out
	return nil
}

// A Chain is a checksum over diffs in their order, 0 over none: two indexes that have told
// the same have the same chain, and one that comes to differ never comes back but for a
// chance of 2^-64. It is the CRC-64 (ECMA) of the diffs as bytes, and no proof against a
// forger. Replicas compare chains at a revision, which costs some hundred nanoseconds a
// diff, where index.Index.Hash costs microseconds a contact.
type Chain uint64

// Add returns the chain with more diffs at its end.
func (c Chain) Add(diffs ...Diff) Chain {
	table := crc64.MakeTable(crc64.ECMA)
	var room [256]byte
	for i := range diffs {
		c = Chain(crc64.Update(uint64(c), table, diffs[i].append(room[:0])))
	}
	return c
}
