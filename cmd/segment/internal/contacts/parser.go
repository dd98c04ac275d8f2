package contacts

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
	"github.com/segmentrules/segment/schema"
)

// Options are how contacts are read.
type Options struct {
	ID     string          // the member or column that holds the id; "" means id
	Schema *segment.Schema // says what the columns of CSV hold; may be nil
}

// NewParser returns what reads the contacts of a file. Of CSV it reads the first row.
func NewParser(src *source.Source, n Needs, o Options) (Parser, error) {
	if o.ID == "" {
		o.ID = "id"
	}
	if src.Format != "csv" {
		return newLines(src.Name, n, o.ID).parse, nil
	}
	t, err := newTable(src, o.field)
	if err != nil {
		return nil, err
	}
	rows, err := newTableRows(t, n, o.ID)
	if err != nil {
		return nil, err
	}
	return rows.parse, nil
}

// field is what the schema says of a field of the contact.
func (o Options) field(name string) (t schema.FieldType, ok bool) {
	if o.Schema == nil {
		return t, false
	}
	t, ok = o.Schema.Fields[name]
	return t, ok
}
