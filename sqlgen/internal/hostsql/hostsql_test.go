package hostsql

import (
	"fmt"
	"strings"
	"testing"
)

var postgres, mysql, sqlite, duckdb, house = StyleOf("postgres"), StyleOf("mysql"), StyleOf("sqlite"), StyleOf("duckdb"), StyleOf("clickhouse")

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		style Style
		sql   string
		want  string // pieces between |, marks as <>; or where faults are, behind !
	}{
		{postgres, "{}.a = {b} AND {}.c", "<>|.a = |<b>| AND |<>|.c"},
		{postgres, `'{a}' || "{b}" || {c} -- {d}`, `'{a}' || "{b}" || |<c>| -- {d}`},
		{postgres, "/* {a} /* {b} */ {c} */ {d}", "/* {a} /* {b} */ {c} */ |<d>"},
		{postgres, `E'\'{a}' || {b}`, `E'\'{a}' || |<b>`},
		{postgres, `'\' || {b}`, `'\' || |<b>`},
		{postgres, `'it''s {a}' || {b}`, `'it''s {a}' || |<b>`},
		{postgres, "$$ {a} ' $$ || {b}", "$$ {a} ' $$ || |<b>"},
		{postgres, "$x$ {a} $$ $x$ || {b}", "$x$ {a} $$ $x$ || |<b>"},
		{postgres, "{}.tags ? 'a' AND {}.tags ?| ARRAY['b']", "<>|.tags ? 'a' AND |<>|.tags ?| ARRAY['b']"},
		{postgres, "a$1 = 1 AND x::text = '$2'", "a$1 = 1 AND x::text = '$2'"},
		{postgres, "{1a} {a b} {a:1}", "{1a} {a b} {a:1}"},
		{postgres, "a = $1 OR b = $12", "!4 !14"},
		{postgres, "(a", "!0"}, {postgres, "a)", "!1"}, {postgres, "((a)", "!0"}, {postgres, "'(' || f(')')", "'(' || f(')')"},
		{postgres, "'a", "!0"}, {postgres, `x"a`, "!1"}, {postgres, "/* a", "!0"}, {postgres, "a; b", "!1"}, {postgres, "';' -- ;", "';' -- ;"}, {postgres, "$$ a", "!0"},
		{postgres, "--", "--"}, {postgres, "", ""}, {postgres, "{", "{"}, {postgres, "é{é}", "é{é}"},
		{mysql, `'\'{a}' || {b} # {c}`, `'\'{a}' || |<b>| # {c}`},
		{mysql, "`{a}` --{b}", "`{a}` --|<b>"}, {mysql, "a -- {b}", "a -- {b}"}, {mysql, "a = ?", "!4"}, {mysql, "@a = $1", "@a = $1"},
		{sqlite, "[{a}] = {b} AND `{c}`", "[{a}] = |<b>| AND `{c}`"}, {sqlite, "a = ?1", "!4"}, {sqlite, ":a = @b OR $c", "!0 !5 !11"},
		{duckdb, "a::INT = $1 OR $b OR ?", "!9 !15 !21"}, {duckdb, "{'a': 1}", "{'a': 1}"},
		{house, "a = {p1:String}", "!4"}, {house, `a ? b : '\'{c}'`, `a ? b : '\'{c}'`},
	} {
		pieces, faults := Split(c.style, c.sql)
		var got []string
		for _, p := range pieces {
			if p.Kind != SQL {
				p.Text = "<" + p.Text + ">"
			}
			got = append(got, p.Text)
		}
		text := strings.Join(got, "|")
		if len(faults) > 0 {
			text = ""
			for _, f := range faults {
				text += fmt.Sprint(" !", f.Offset)
			}
			text = strings.TrimSpace(text)
		}
		if text != c.want {
			t.Errorf("%s: got %s, want %s; %v", c.sql, text, c.want, faults)
		}
	}
}

// No text makes it panic, and what it gives is all that stands there.
func FuzzSplit(f *testing.F) {
	f.Add("{}.a = '{b}' -- {c}")
	f.Add("$$ $1 ? [ ` \" /* */ {p:")
	f.Fuzz(func(t *testing.T, sql string) {
		for _, s := range []Style{postgres, mysql, sqlite, duckdb, house} {
			pieces, _ := Split(s, sql)
			var b strings.Builder
			for _, p := range pieces {
				switch p.Kind {
				case SQL:
					b.WriteString(p.Text)
				default:
					b.WriteString("{" + p.Text + "}")
				}
			}
			if b.String() != sql {
				t.Errorf("%q became %q", sql, b.String())
			}
		}
	})
}
