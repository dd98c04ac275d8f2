package index

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/segmentrules/segment/rule"
)

// The JSON of what an index returns: keys in snake_case, which stay as they are in later
// versions, though there may be more. Lists are never null, and lengths of time are in
// nanoseconds, which the key says.

// MarshalJSON returns at, count, of, sample, parts, missing and missing_in.
func (p Preview) MarshalJSON() ([]byte, error) {
	type plain Preview
	p.Sample, p.Parts, p.MissingIn = listed(p.Sample), listed(p.Parts), listed(p.MissingIn)
	return json.Marshal(plain(p))
}

// listed is a list that is not nil.
func listed[T any](list []T) []T { return append([]T{}, list...) }

// MarshalJSON returns the ids as a list, in the order of [Contacts.All].
func (c Contacts) MarshalJSON() ([]byte, error) { return json.Marshal(listed(slices.Collect(c.All()))) }

// MarshalJSON returns the bytes by what they are for, as [Memory.All] names it, and their
// total.
func (m Memory) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for what, n := range m.All() {
		b.WriteString(`"` + what + `":` + strconv.FormatInt(n, 10) + `,`)
	}
	b.WriteString(`"total":` + strconv.FormatInt(m.Total(), 10) + `}`)
	return b.Bytes(), nil
}

// MarshalJSON returns index, the position of the update, and errors, a list of what is
// wrong with it.
func (e *UpdateError) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Index  int         `json:"index"`
		Errors rule.Errors `json:"errors"`
	}{e.Index, rule.ErrorsOf(e.err)})
}
