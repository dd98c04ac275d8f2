package sqlgen

import (
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen/internal/hostsql"
)

// relation writes a table, or the host's query in its place, with the rows that its
// Where leaves.
func (t *translation) relation(r Relation) frag {
	if r.Where != "" {
		// Every database reads this as a condition of the statement around it.
		whole := r
		whole.Where = ""
		return cat("(SELECT "+t.quote("x")+".* FROM ", t.relation(whole), " "+t.quote("x")+" WHERE ", t.written(r.Where, "x"), ")")
	}
	switch {
	case r.Query != "":
		return cat("(", t.written(r.Query, ""), ")")
	case r.Schema != "":
		return frag{sql: t.quote(r.Schema) + "." + t.quote(r.Table)}
	}
	return frag{sql: t.quote(r.Table)}
}

// written is SQL of the host about a row of the alias; without an alias it is about
// none, and {} is the host's own. A comment at its end is ended, for it would swallow
// what follows.
func (t *translation) written(sql, alias string) frag {
	pieces, _ := hostsql.Split(hostsql.StyleOf(string(t.name)), sql) // Validate has found no faults
	var parts []any
	for _, p := range pieces {
		switch {
		case p.Kind == hostsql.Param:
			parts = append(parts, t.param(t.tables.Params[p.Text]))
		case p.Kind == hostsql.Row && alias != "":
			parts = append(parts, t.quote(alias))
		case p.Kind == hostsql.Row:
			parts = append(parts, "{}")
		default:
			parts = append(parts, p.Text)
		}
	}
	if strings.Contains(sql, "--") || strings.Contains(sql, "#") {
		parts = append(parts, "\n")
	}
	return cat(parts...)
}

// param is a parameter of the host as an argument; a list is several, for an IN.
func (t *translation) param(v segment.Value) frag {
	switch v.Kind() {
	case segment.KindText:
		return text(v.Text())
	case segment.KindBool:
		return hold(v.Bool(), argBool)
	case segment.KindTime:
		places := 0
		if v.Time().Nanosecond() > 0 {
			places = 6
		}
		return hold(t.timeArg(v.Time(), places), argTime)
	case segment.KindDate:
		y, m, d := v.Date()
		return hold(t.dateArg(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)), argDate)
	case segment.KindList:
		list := make([]frag, len(v.List()))
		for i, e := range v.List() {
			list[i] = t.param(e)
		}
		if len(list) == 0 {
			return frag{sql: "NULL"} // IN (NULL) holds for no row
		}
		return separated(", ", list)
	}
	d, _ := decimalOf(v)
	if d.Scale == 0 && d.Unscaled.IsInt64() {
		return integer(d.Unscaled.Int64())
	}
	if t.name == DialectSQLite { // it has no decimals
		f, _ := d.Rat().Float64()
		return hold(f, argFloat)
	}
	return decimalAs(d, d.Scale)
}
