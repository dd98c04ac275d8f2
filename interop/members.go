package interop

import "bytes"

// A member of an object that is written, members those of one in order.
type member struct {
	Name  string
	value []byte
}

type members []member

// Raw adds a member whose value is JSON.
func (ms *members) Raw(name string, value []byte) { *ms = append(*ms, member{name, value}) }

// Text adds a member that is a text.
func (ms *members) Text(name, value string) { ms.Raw(name, appendJSON(nil, value)) }

// List adds a member that is a list.
func (ms *members) List(name string, items [][]byte) {
	ms.Raw(name, append(append([]byte{'['}, bytes.Join(items, []byte{','})...), ']'))
}

// Append appends the object.
func (ms members) Append(b []byte) []byte {
	b = append(b, '{')
	for i, m := range ms {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(appendJSON(b, m.Name), ':'), m.value...)
	}
	return append(b, '}')
}
