package tables

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
)

// What the types of databases fit: by the name that a database has for a type, the
// types of columns that may be declared of it, the best first. A type of a database
// that does not stand here fits none, but in SQLite, where a column may hold anything.

var (
	asInteger = []Type{TypeInteger, TypeDecimal, TypeBool, TypeUnix, TypeUnixMilli, TypeUnixMicro, TypeUnixNano}
	asDecimal = []Type{TypeDecimal, TypeInteger, TypeUnix, TypeUnixMilli, TypeUnixMicro, TypeUnixNano}
	asFloat   = []Type{TypeFloat}
	asText    = []Type{TypeText, TypeISOTimestamp}
	asInstant = []Type{TypeTimestamp, TypeDatetime}
	asBool    = []Type{TypeBool}
	asDate    = []Type{TypeDate}
	asJSON    = []Type{TypeJSON}
	asUUID    = []Type{TypeUUID}
	asEnum    = []Type{TypeEnum}
)

var fitting = map[Dialect]map[string][]Type{
	DialectPostgreSQL: {
		"text": asText, "varchar": asText, "bpchar": asText, "name": asText, "citext": {TypeCIText}, "enum": asEnum, "uuid": asUUID,
		"int2": asInteger, "int4": asInteger, "int8": asInteger, "numeric": asDecimal, "float4": asFloat, "float8": asFloat, "bool": asBool,
		"timestamptz": {TypeTimestamp}, "timestamp": {TypeDatetime}, "date": asDate, "jsonb": asJSON, "_text": {TypeTextArray}, "_varchar": {TypeTextArray},
	},
	DialectMySQL: {
		"char": append([]Type{TypeJSON, TypeUUID}, asText...), "varchar": append([]Type{TypeJSON, TypeUUID}, asText...), "text": append([]Type{TypeJSON}, asText...), "json": asJSON,
		"enum": {TypeEnum, TypeText}, "set": {TypeText}, "bit": asBool, "decimal": asDecimal, "double": asFloat, "float": asFloat, "year": {TypeInteger},
		"tinyint": asInteger, "smallint": asInteger, "mediumint": asInteger, "int": asInteger, "bigint": asInteger,
		"datetime": asInstant, "timestamp": asInstant, "date": asDate,
	},
	DialectSQLite: {
		"int": append([]Type{TypeFloat}, asInteger...), "real": asFloat, "text": append([]Type{TypeTimestamp, TypeDatetime, TypeDate, TypeJSON}, asText...),
	},
	DialectDuckDB: {
		"varchar": asText, "enum": asEnum, "uuid": asUUID, "boolean": asBool, "decimal": asDecimal, "double": asFloat, "float": asFloat, "json": asJSON,
		"tinyint": asInteger, "smallint": asInteger, "integer": asInteger, "bigint": asInteger, "hugeint": asInteger,
		"utinyint": asInteger, "usmallint": asInteger, "uinteger": asInteger, "ubigint": asInteger, "uhugeint": asInteger,
		"timestamp": asInstant, "timestamp_s": asInstant, "timestamp_ms": asInstant, "timestamp_ns": asInstant, "date": asDate, "varchar[]": {TypeTextArray},
	},
	DialectClickHouse: {
		"string": append([]Type{TypeJSON}, asText...), "fixedstring": asText, "enum8": asEnum, "enum16": asEnum, "uuid": asUUID, "bool": asBool,
		"int8": asInteger, "int16": asInteger, "int32": asInteger, "int64": asInteger, "uint8": asInteger, "uint16": asInteger, "uint32": asInteger, "uint64": asInteger,
		"int128": asInteger, "int256": asInteger, "uint128": asInteger, "uint256": asInteger, "decimal": asDecimal, "float32": asFloat, "float64": asFloat,
		"datetime": asInstant, "datetime64": asInstant, "date": asDate, "date32": asDate, "array(string)": {TypeTextArray},
	},
}

// types reports columns that the database holds as something that does not fit.
func (v *verifier) types(r declared, columns []declaredColumn) {
	columns = slices.DeleteFunc(columns, func(c declaredColumn) bool { return c.needs() == "" })
	if len(columns) == 0 {
		return
	}
	held, err := v.heldAs(r, columns)
	if err != nil {
		v.report(r.place, segment.ErrValue, "the database does not say what the columns are: %v", err)
		return
	}
	for i, c := range columns {
		name, known := plainType(v.dialect, held[i])
		fits, there := fitting[v.dialect][name]
		if !known || slices.Contains(fits, c.needs()) || v.dialect == DialectSQLite && !there {
			continue
		}
		place, what := c.place, "this column must be a "+string(c.needs())
		if !c.name && len(c.Path) == 0 {
			place, what = place+"/type", "the column is declared "+string(c.needs())
		}
		v.report(place, segment.ErrType, "%s, and the database holds %s", what, held[i])
		last := v.errs[len(v.errs)-1]
		switch {
		case len(fits) > 0 && place != c.place:
			last.Suggestion = string(fits[0])
		case c.name:
			last.Msg += ": give a query in which it is cast"
		default:
			last.Msg += ", which fits no type: give an expr in which it is cast"
		}
	}
	if v.dialect == DialectMySQL {
		v.characters(r, columns)
	}
}

// plainType is the name of a type without its length and the like; known is false if the
// driver does not say it.
func plainType(d Dialect, held string) (name string, known bool) {
	name = strings.ToLower(held)
	if d == DialectSQLite {
		for _, class := range [][2]string{{"int", "int"}, {"char", "text"}, {"clob", "text"}, {"text", "text"}, {"real", "real"}, {"floa", "real"}, {"doub", "real"}} {
			if strings.Contains(name, class[0]) {
				return class[1], true
			}
		}
		return name, false
	}
	for _, wrapper := range []string{"lowcardinality(", "nullable("} {
		if inner, ok := strings.CutPrefix(name, wrapper); ok && d == DialectClickHouse {
			name = strings.TrimSuffix(inner, ")")
		}
	}
	name = strings.TrimPrefix(name, "unsigned ")
	if i := strings.IndexByte(name, '('); i > 0 && !strings.HasPrefix(name, "array(") {
		name = name[:i]
	}
	return name, name != ""
}

// heldAs asks what the database holds columns as.
func (v *verifier) heldAs(r declared, columns []declaredColumn) (held []string, err error) {
	var ask string
	switch v.dialect {
	case DialectPostgreSQL: // of a domain what it is made of
		ask = "(SELECT CASE WHEN t.typtype = 'e' THEN 'enum' ELSE COALESCE(b.typname, t.typname)::text END" +
			" FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type b ON b.oid = NULLIF(t.typbasetype, 0) WHERE t.oid = pg_typeof(v.c%d))"
	case DialectDuckDB:
		ask = "typeof(v.c%d)"
	case DialectClickHouse:
		rows, err := v.rows(r.noneOf(columns, v.write().add("DESCRIBE (")).add(")"))
		for _, row := range rows {
			held = append(held, row[1])
		}
		return held, err
	default:
		err = v.query(r.noneOf(columns, v.write()), func(rows *sql.Rows) error {
			types, err := rows.ColumnTypes()
			for _, t := range types {
				held = append(held, t.DatabaseTypeName())
			}
			return err
		})
		return held, err
	}
	return v.askOfNone(ask, r, columns)
}

// noneOf adds the query of columns, called c0, c1 and so on, without its rows.
func (r declared) noneOf(columns []declaredColumn, s *statement) *statement {
	s.add("SELECT ")
	for i, c := range columns {
		if i > 0 {
			s.add(", ")
		}
		s.value(c.Column).add(fmt.Sprint(" AS c", i))
	}
	return s.from(r.relation).add(" LIMIT 0")
}

// askOfNone asks something of columns that hangs on no row: of a row that is none.
func (v *verifier) askOfNone(ask string, r declared, columns []declaredColumn) ([]string, error) {
	s := v.write().add("SELECT ")
	for i := range columns {
		if i > 0 {
			s.add(", ")
		}
		s.add(fmt.Sprintf(ask, i))
	}
	s = r.noneOf(columns, s.add(" FROM (SELECT 1 AS one) o LEFT JOIN (")).add(") v ON TRUE")
	rows, err := v.rows(s)
	if err != nil || len(rows) == 0 {
		return make([]string, len(columns)), err
	}
	return rows[0], nil
}

// characters reports columns of texts in MySQL whose character set is not UTF-8.
func (v *verifier) characters(r declared, columns []declaredColumn) {
	columns = slices.DeleteFunc(slices.Clone(columns), func(c declaredColumn) bool {
		return !slices.Contains([]Type{TypeText, TypeJSON, TypeEnum, TypeISOTimestamp}, c.needs())
	})
	if len(columns) == 0 {
		return
	}
	sets, err := v.askOfNone("CHARSET(v.c%d)", r, columns)
	if err != nil {
		v.report(r.place, segment.ErrValue, "the database does not say the character sets of the columns: %v", err)
		return
	}
	for i, c := range columns {
		if sets[i] != "" && !slices.Contains([]string{"utf8mb4", "utf8mb3", "utf8"}, sets[i]) {
			v.report(c.place, segment.ErrType, "the column has the character set %s: only utf8mb4 and utf8mb3 are supported; an expr makes one, CONVERT({}.%s USING utf8mb4)", sets[i], c.Column.Column)
		}
	}
}
