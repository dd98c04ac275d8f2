package tables_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/tables"
)

func tenants() tables.Tables {
	return tables.Tables{
		Contacts: tables.Relation{Table: "people", Where: "{}.tenant = {tenant} AND {}.deleted IS NULL"},
		ID:       tables.Column{Column: "id", Type: tables.TypeText},
		Fields:   map[string]tables.Column{"vip": {Expr: "{}.level >= {level}", Type: tables.TypeBool}},
		Params:   map[string]rule.Value{"tenant": rule.Text("a"), "level": rule.Int(3)},
	}
}

// Each change makes one thing wrong, which is told with its place.
func TestSQLOfTheHostIsChecked(t *testing.T) {
	postgres := tables.DialectPostgreSQL
	if err := tenants().Validate(postgres); err != nil {
		t.Fatal(err)
	}
	type change struct {
		dialect    tables.Dialect
		place, msg string
		do         func(t *tables.Tables)
	}
	where := func(s string) func(*tables.Tables) {
		return func(t *tables.Tables) { t.Contacts.Where = "{}.tenant = {tenant} AND " + s }
	}
	for _, c := range []change{
		{postgres, "/contacts/where", "did you mean tenant?", where("x = {tenannt}")},
		{postgres, "/fields/vip/expr", "{levels} names no parameter of params, which has [level tenant]; did you mean level?", func(t *tables.Tables) {
			t.Fields["vip"] = tables.Column{Expr: "{}.level >= {level} OR {}.level >= {levels}", Type: tables.TypeBool}
		}},
		{postgres, "/params/level", "no expr, query or where names {level}", func(t *tables.Tables) { t.Fields = nil }},
		{postgres, "/params/tenant", "a parameter is", func(t *tables.Tables) { t.Params["tenant"] = rule.Value{} }},
		{postgres, "/params/tenant", "a parameter is", func(t *tables.Tables) { t.Params["tenant"] = rule.Object() }},
		{postgres, "/params/tenant", "a parameter is", func(t *tables.Tables) { t.Params["tenant"] = rule.List(rule.List()) }},
		{postgres, "/params/tenant", "NUL", func(t *tables.Tables) { t.Params["tenant"] = rule.Text("a\x00") }},
		{postgres, "/params/tenant", "digits", func(t *tables.Tables) { t.Params["tenant"] = rule.Decimal("1e300") }},
		{postgres, "/params/a-b", "name of a parameter", func(t *tables.Tables) { t.Params["a-b"] = rule.Int(1) }},
		{postgres, "/contacts/where", "at character 33: $1 is a placeholder", where("{}.é = $1")},
		{tables.DialectMySQL, "/contacts/where", "? is a placeholder", where("x = ?")},
		{tables.DialectSQLite, "/contacts/where", ":x is a placeholder", where("x = :x")},
		{tables.DialectDuckDB, "/contacts/where", "$x is a placeholder", where("x = $x")},
		{tables.DialectClickHouse, "/contacts/where", "{p1:String} is a placeholder", where("x = {p1:String}")},
		{postgres, "/contacts/where", "quote is not closed", where("x = 'a")},
		{postgres, "/contacts/where", "parenthesis is not closed", where("(x = 1")},
		{postgres, "/contacts/where", "closes none", where("x = 1) OR (1 = 1")},
		{postgres, "/contacts/where", "semicolon", where("TRUE; DELETE FROM people")},
		{postgres, "/contacts/where", "NUL", where("\x00")},
		{postgres, "/fields/a\\b", "it is also /fields/ab", func(t *tables.Tables) {
			t.Fields[`a\b`], t.Fields["ab"] = tables.Column{Column: "b", Type: tables.TypeText}, tables.Column{Column: "c", Type: tables.TypeText}
		}},
	} {
		all := tenants()
		c.do(&all)
		var errs segment.Errors
		if !errors.As(all.Validate(c.dialect), &errs) {
			t.Errorf("%s %s: no error", c.place, c.msg)
			continue
		}
		found := false
		for _, e := range errs {
			found = found || e.Path == c.place && strings.Contains(e.Error(), c.msg)
		}
		if !found {
			t.Errorf("%s %s: %v", c.place, c.msg, errs)
		}
	}
	for dialect, sql := range map[tables.Dialect]string{
		postgres: `x ? 'a' AND y ?| ARRAY['b'] AND z @> '{"{tenannt}": "$1"}' AND a$1 = $$ ; ( $$ -- ; {x} ' (`, tables.DialectMySQL: `x = '\'?{x}' AND @y = 1 # ; ? '`,
		tables.DialectSQLite: "x = '?:y{z}' AND [a?;] = 1", tables.DialectDuckDB: "x = {'a': 1} AND y::INT = 1", tables.DialectClickHouse: `(x > 1 ? 2 : 3) = '\'{p1:String}'`,
	} {
		all := tenants()
		where(sql)(&all)
		if err := all.Validate(dialect); err != nil {
			t.Errorf("%s: %s: %v", dialect, sql, err)
		}
	}
}

func TestParamsOfEveryKind(t *testing.T) {
	all := tenants()
	for _, v := range []rule.Value{rule.Bool(true), rule.Decimal("12.50"), rule.Time(time.Unix(1, 0)), rule.Date(2026, 1, 31), rule.List(rule.Text("a"), rule.Int(1)), rule.List()} {
		all.Params["tenant"] = v
		if err := all.Validate(tables.DialectPostgreSQL); err != nil {
			t.Errorf("%s: %v", v, err)
		}
	}
}
