package sqlgen

// The words of package tables, for a host that imports sqlgen alone, and which names a
// rule may use.

import (
	"errors"
	"maps"
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/tables"
)

// What a host says of its database; see package tables.
type (
	Tables   = tables.Tables
	Relation = tables.Relation
	Column   = tables.Column
	Related  = tables.Related
	Type     = tables.Type
	Events   = tables.Events
	Lists    = tables.Lists
	Segments = tables.Segments
	Dues     = tables.Dues
	Locks    = tables.Locks
	History  = tables.History
	Dialect  = tables.Dialect
)

// The types of columns; see package tables.
const (
	TypeText      = tables.TypeText
	TypeInteger   = tables.TypeInteger
	TypeDecimal   = tables.TypeDecimal
	TypeFloat     = tables.TypeFloat
	TypeBool      = tables.TypeBool
	TypeTimestamp = tables.TypeTimestamp
	TypeDate      = tables.TypeDate
	TypeUnix      = tables.TypeUnix
	TypeUnixMilli = tables.TypeUnixMilli
	TypeUnixMicro = tables.TypeUnixMicro
	TypeUnixNano  = tables.TypeUnixNano
	TypeJSON      = tables.TypeJSON

	TypeDatetime     = tables.TypeDatetime
	TypeISOTimestamp = tables.TypeISOTimestamp
	TypeUUID         = tables.TypeUUID
	TypeEnum         = tables.TypeEnum
	TypeCIText       = tables.TypeCIText
	TypeTextArray    = tables.TypeTextArray
)

// The dialects; see package tables for the versions.
const (
	DialectPostgreSQL = tables.DialectPostgreSQL
	DialectSQLite     = tables.DialectSQLite
	DialectMySQL      = tables.DialectMySQL
	DialectDuckDB     = tables.DialectDuckDB
	DialectClickHouse = tables.DialectClickHouse
)

// Dialects returns all dialects.
func Dialects() []Dialect { return tables.Dialects() }

// ParseTables reads the JSON form of Tables; see [tables.Parse].
func ParseTables(text []byte) (Tables, error) { return tables.Parse(text) }

// Listmonk returns the tables of listmonk; see [tables.Listmonk].
func Listmonk() Tables { return tables.Listmonk() }

// Mautic returns the tables of Mautic; see [tables.Mautic].
func Mautic() Tables { return tables.Mautic() }

// Notifuse returns the tables of Notifuse with these custom events; see [tables.Notifuse].
func Notifuse(custom ...string) Tables { return tables.Notifuse(custom...) }

// namesOf reports the names in a rule that have no place, with the nearest ones
// that do. What compares kinds that never do is no error here: it is false.
func namesOf(t *Tables, c segment.Condition) error {
	schema := t.Schema()
	var all segment.Errors
	errors.As(schema.Check(c), &all)
	if len(schema.Events) == 0 { // then they are not checked: some are told by a prefix, or none at all
		for _, e := range rule.Reads(c).Events {
			all = append(all, t.Unheld(e.Name)...)
		}
	}
	all = slices.DeleteFunc(all, func(e *segment.Error) bool { return e.Code != segment.ErrUnknown })
	if len(all) == 0 {
		return nil
	}
	return all
}

func keys(columns map[string]Column) []string { return slices.Sorted(maps.Keys(columns)) }
