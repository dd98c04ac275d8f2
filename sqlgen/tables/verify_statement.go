package tables

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/hostsql"
)

// A statement is one of Verify's being written, with its arguments.
type statement struct {
	v    *verifier
	text strings.Builder
	args []any
}

func (v *verifier) write() *statement { return &statement{v: v} }

// add writes SQL.
func (s *statement) add(text string) *statement {
	s.text.WriteString(text)
	return s
}

// quoted is a name of a table or column.
func (v *verifier) quoted(name string) string {
	switch v.dialect {
	case DialectMySQL:
		return "`" + strings.ReplaceAll(name, "`", "``") + "`"
	case DialectClickHouse:
		return "`" + strings.NewReplacer(`\`, `\\`, "`", "``").Replace(name) + "`"
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// from writes FROM, and the relation as c.
func (s *statement) from(r Relation) *statement {
	return s.add(" FROM ").relation(r).add(" " + s.v.quoted("c"))
}

// relation writes a relation, with the rows that its Where leaves.
func (s *statement) relation(r Relation) *statement {
	switch {
	case r.Where != "":
		bare, x := r, s.v.quoted("x")
		bare.Where = ""
		return s.add("(SELECT "+x+".* FROM ").relation(bare).add(" "+x+" WHERE ").host(r.Where, x).add(")")
	case r.Query != "":
		return s.add("(").host(r.Query, "{}").add(")")
	case r.Schema != "":
		s.add(s.v.quoted(r.Schema) + ".")
	}
	return s.add(s.v.quoted(r.Table))
}

// value writes a column of the row c, without the path within it.
func (s *statement) value(c Column) *statement {
	if c.Expr != "" {
		return s.add("(").host(c.Expr, s.v.quoted("c")).add(")")
	}
	return s.add(s.v.quoted("c") + "." + s.v.quoted(c.Column))
}

// exactID writes the id so that no collation calls two of them equal.
func (s *statement) exactID() *statement {
	switch {
	case s.v.t.ID.Type != TypeText || s.v.dialect == DialectClickHouse:
		return s.value(s.v.t.ID)
	case s.v.dialect == DialectMySQL:
		return s.add("CAST(CONVERT(").value(s.v.t.ID).add(" USING utf8mb4) AS BINARY)")
	}
	collation := map[Dialect]string{DialectPostgreSQL: `"C"`, DialectSQLite: "BINARY", DialectDuckDB: "C"}[s.v.dialect]
	return s.value(s.v.t.ID).add(" COLLATE " + collation)
}

// host writes SQL of the host about a row, with the values of parameters as arguments.
func (s *statement) host(text, row string) *statement {
	pieces, _ := hostsql.Split(hostsql.StyleOf(string(s.v.dialect)), text)
	for _, p := range pieces {
		switch p.Kind {
		case hostsql.Row:
			s.add(row)
		case hostsql.Param:
			s.param(s.v.params[p.Text])
		default:
			s.add(p.Text)
		}
	}
	return s.add("\n") // which ends a comment
}

// param writes a parameter; a list is several.
func (s *statement) param(x rule.Value) *statement {
	if x.Kind() == segment.KindList {
		for i, e := range x.List() {
			if i > 0 {
				s.add(", ")
			}
			s.param(e)
		}
		if len(x.List()) == 0 {
			s.add("NULL")
		}
		return s
	}
	types, value := paramTypes[x.Kind()], any(x.String())
	switch x.Kind() {
	case segment.KindText:
		value = x.Text()
	case segment.KindBool:
		value = x.Bool()
	case segment.KindTime:
		value = x.Time().UTC().Format(time.DateTime + ".000000")
	}
	n := fmt.Sprint(len(s.args) + 1)
	switch s.v.dialect {
	case DialectPostgreSQL:
		s.add("$" + n + "::" + types[0])
	case DialectDuckDB:
		s.add("CAST($" + n + " AS " + types[1] + ")")
	case DialectClickHouse:
		s.add("CAST({p" + n + ":String} AS " + types[2] + ")")
		value = sql.Named("p"+n, fmt.Sprint(value))
	default:
		s.add("?")
	}
	s.args = append(s.args, value)
	return s
}

// paramTypes are the types of parameters in PostgreSQL, DuckDB and ClickHouse.
var paramTypes = map[segment.Kind][3]string{
	segment.KindText: {"text", "VARCHAR", "String"}, segment.KindBool: {"boolean", "BOOLEAN", "Bool"}, segment.KindNumber: {"numeric", "DECIMAL(38,18)", "Decimal(38, 18)"},
	segment.KindTime: {"timestamptz", "TIMESTAMP", "DateTime64(6, 'UTC')"}, segment.KindDate: {"date", "DATE", "Date32"},
}
