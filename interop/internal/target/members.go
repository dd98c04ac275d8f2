package target

import (
	"bytes"

	"github.com/segmentrules/segment/interop/internal/source"
)

// A Member is a member of an object that is written.
type Member struct {
	Name  string
	value []byte
}

// Members are the members of an object that is written, in order.
type Members []Member

// Raw adds a member whose value is JSON.
func (ms *Members) Raw(name string, value []byte) { *ms = append(*ms, Member{name, value}) }

// Text adds a member that is a text.
func (ms *Members) Text(name, value string) { ms.Raw(name, source.AppendJSON(nil, value)) }

// List adds a member that is a list.
func (ms *Members) List(name string, items [][]byte) {
	ms.Raw(name, append(append([]byte{'['}, bytes.Join(items, []byte{','})...), ']'))
}

// Append appends the object.
func (ms Members) Append(b []byte) []byte {
	b = append(b, '{')
	for i, m := range ms {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(source.AppendJSON(b, m.Name), ':'), m.value...)
	}
	return append(b, '}')
}
