package sqlgen

// How the loader asks for stored values, by dialect. Each form of package cell is
// written so that nothing is lost and every driver hands out the same: texts,
// decimals and JSON as texts, instants as microseconds since 1970, days as days
// since then. A value that a rule calls missing (an infinite instant, a zero date) is
// NULL.

import "github.com/segmentrules/segment/sqlgen/internal/cell"

// formOf says for each type how the loader asks for its values and reads them. The
// types that are texts or lists to a rule are made such before; see [translation.shown].
var formOf = map[Type]cell.Form{
	TypeText: cell.Text, TypeInteger: cell.Number, TypeDecimal: cell.Number, TypeFloat: cell.Float, TypeBool: cell.Bool,
	TypeTimestamp: cell.Instant, TypeDate: cell.Day, TypeUnix: cell.Seconds, TypeUnixMilli: cell.Millis, TypeUnixMicro: cell.Micros,
	TypeUnixNano: cell.Nanos, TypeJSON: cell.JSON, TypeDatetime: cell.Instant, TypeISOTimestamp: cell.ISO,
	TypeUUID: cell.Text, // of an id
}

func (standard) ordered(id frag) frag { return id }

// ordered is a text: of a type of its own, such as citext or char(n), the order and
// the comparison with a text may differ.
func (postgres) ordered(id frag) frag { return cat("(", id, ")::text") }

func (postgres) cell(x frag, form cell.Form) frag {
	switch form {
	case cell.Float:
		return cat("(", x, ")::float8")
	case cell.Bool:
		return cat("(", x, ")::int")
	case cell.Instant:
		return cat("(CASE WHEN isfinite(", x, ") THEN (EXTRACT(EPOCH FROM ", x, ") * 1000000)::bigint END)")
	case cell.Day:
		return cat("(CASE WHEN isfinite(", x, ") THEN (", x, ")::date - DATE '1970-01-01' END)")
	}
	return cat("(", x, ")::text")
}

// cell makes expressions of columns: the drivers of SQLite make an instant of what is
// declared as one, but not of an expression.
func (sqlite) cell(x frag, form cell.Form) frag {
	switch form {
	case cell.Float:
		return cat("CAST(", x, " AS REAL)")
	case cell.Bool:
		return cat("CAST(", x, " AS INTEGER)")
	}
	return cat("CAST(", x, " AS TEXT)")
}

func (mysql) cell(x frag, form cell.Form) frag {
	switch form {
	case cell.Text, cell.JSON:
		return octets(x)
	case cell.Float:
		return cat("CAST(", x, " AS DOUBLE)")
	case cell.Bool:
		return cat("CAST(", x, " AS SIGNED)")
	case cell.Instant: // NULL of zero dates
		return cat("TIMESTAMPDIFF(MICROSECOND, TIMESTAMP '1970-01-01 00:00:00', ", x, ")")
	case cell.Day:
		return cat("DATEDIFF(", x, ", DATE '1970-01-01')")
	}
	return cat("CAST(", x, " AS CHAR)")
}

func (duckdb) cell(x frag, form cell.Form) frag {
	switch form {
	case cell.Float:
		return cat("CAST(", x, " AS DOUBLE)")
	case cell.Bool:
		return cat("CAST(", x, " AS INTEGER)")
	case cell.Instant:
		return cat("(CASE WHEN isfinite(", x, ") THEN epoch_us(", x, ") END)")
	case cell.Day:
		return cat("(CASE WHEN isfinite(", x, ") THEN date_diff('day', DATE '1970-01-01', ", x, ") END)")
	}
	return cat("CAST(", x, " AS VARCHAR)")
}

func (clickhouse) cell(x frag, form cell.Form) frag {
	switch form {
	case cell.Float:
		return cat("toFloat64(", x, ")")
	case cell.Bool:
		return cat("toUInt8(", x, ")")
	case cell.Instant:
		return cat("toUnixTimestamp64Micro(toDateTime64(", x, ", 6, 'UTC'))")
	case cell.Day:
		return cat("toInt32(", x, ")")
	}
	return cat("toString(", x, ")")
}
