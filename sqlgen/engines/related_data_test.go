package engines_test

// A host with its data in many tables: contacts with a company in a country, tags,
// attributes that are a row each, addresses of which the newest counts, and orders with
// items. Who has what is also worked out here, row by row, from the declaration alone.

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// A storedRow is a row of a table as it reads back, by its columns.
type storedRow map[string]segment.Value

// shopColumns are the columns of the tables, by the name of each.
func shopColumns(d sqlgen.Dialect) map[string]map[string]sqlgen.Column {
	money := sqlgen.Column{Type: sqlgen.TypeDecimal, Scale: 2, Digits: 12}
	if d == sqlgen.DialectSQLite {
		money = sqlgen.Column{Type: sqlgen.TypeInteger, Scale: 2, Digits: 11}
	}
	of := map[string]sqlgen.Column{"text": {Type: sqlgen.TypeText}, "integer": {Type: sqlgen.TypeInteger, Digits: 15}, "money": money, "float": {Type: sqlgen.TypeFloat},
		"bool": {Type: sqlgen.TypeBool}, "day": {Type: sqlgen.TypeDate}, "time": {Type: sqlgen.TypeTimestamp, Scale: 6}, "json": {Type: sqlgen.TypeJSON}, "micro": {Type: sqlgen.TypeUnixMicro}}
	all := map[string]map[string]sqlgen.Column{}
	for table, columns := range map[string]string{
		"people":       "id text, company_id integer, home text, age integer, name text",
		"companies":    "id integer, name text, size integer, revenue money, since day, active bool, founded time, score float, country_id integer, info json",
		"countries":    "id integer, code text, name text",
		"people_tags":  "person text, tag_id integer, at time",
		"tags":         "id integer, name text, weight integer, extra json",
		"attributes":   "person text, attribute text, kind integer, text_value text, int_value integer, day_value day, time_value micro",
		"addresses":    "person text, seq integer, city text",
		"orders":       "id integer, person text, product_id integer, product text, amount money, quantity integer, placed time, day day, paid bool, price float, note json",
		"items":        "order_id integer, sku text, n integer",
		"products":     "id integer, name text",
		"ratings":      "company_id integer, stars integer, at day, part float",
		"certificates": "company_id integer, name text",
		"visits":       "person text, name text, at time, seq integer, amount integer",
		"reviews":      "product_id integer, stars integer",
		"stock":        "n integer, place text",
	} {
		all[table] = map[string]sqlgen.Column{}
		for _, c := range strings.Split(columns, ", ") {
			name, typ, _ := strings.Cut(c, " ")
			col := of[typ]
			col.Column = name
			all[table][name] = col
		}
	}
	return all
}

// shopTables declares them.
func shopTables(d sqlgen.Dialect) sqlgen.Tables {
	all := shopColumns(d)
	table := func(name string) sqlgen.Relation { return sqlgen.Relation{Table: name} }
	t := sqlgen.Tables{Contacts: table("people"), ID: all["people"]["id"], Fields: map[string]sqlgen.Column{}, Related: map[string]sqlgen.Related{
		"company": {Relation: table("companies"), Key: "id", Owner: "company_id"},
		"country": {Relation: table("countries"), Key: "id", Owner: "country_id", Of: "company"},
		"home":    {Relation: table("countries"), Key: "code", Owner: "home"},
		"tagged":  {Relation: table("people_tags"), Key: "person", Many: true},
		"tag":     {Relation: table("tags"), Key: "id", Owner: "tag_id", Of: "tagged"},
		"plan":    {Relation: table("attributes"), Key: "person", Match: map[string]rule.Value{"attribute": segment.Text("plan")}},
		"born":    {Relation: table("attributes"), Key: "person", Match: map[string]rule.Value{"attribute": segment.Text("born"), "kind": segment.Number(2)}},
		"address": {Relation: table("addresses"), Key: "person", Order: "seq"},
		"orders":  {Relation: table("orders"), Key: "person", Many: true, Order: "id"},
		"product": {Relation: table("products"), Key: "id", Owner: "product_id", Of: "orders"},
		"items":   {Relation: table("items"), Key: "order_id", Owner: "id", Of: "orders", Many: true},
		// Several orders are of one product, and several items have one number.
		"review":    {Relation: table("reviews"), Key: "product_id", Owner: "product_id", Of: "orders", Many: true},
		"stock":     {Relation: table("stock"), Key: "n", Owner: "n", Of: "items", Many: true},
		"rating":    {Relation: table("ratings"), Key: "company_id", Owner: "company_id", Many: true},
		"certified": {Relation: table("certificates"), Key: "company_id", Owner: "id", Of: "company", Many: true},
	}}
	field := func(name, table, column, in string) {
		c := all[table][column]
		c.In = in
		t.Fields[name] = c
	}
	field("age", "people", "age", "")
	field("name", "people", "name", "")
	for _, c := range []string{"name", "size", "revenue", "since", "active", "founded", "score", "info"} {
		field("company."+c, "companies", c, "company")
	}
	field("company.country", "countries", "name", "country")
	field("home", "countries", "name", "home")
	field("tags", "tags", "name", "tag")
	field("weights", "tags", "weight", "tag")
	field("extras", "tags", "extra", "tag")
	field("tagged", "people_tags", "at", "tagged")
	field("plan", "attributes", "text_value", "plan")
	field("level", "attributes", "int_value", "plan")
	field("born", "attributes", "day_value", "born")
	field("trial", "attributes", "time_value", "born")
	field("city", "addresses", "city", "address")
	field("stars", "ratings", "stars", "rating")
	field("rated", "ratings", "at", "rating")
	field("parts", "ratings", "part", "rating")
	field("company.certificates", "certificates", "name", "certified")
	field("skus", "items", "sku", "items")
	orders := sqlgen.Column{In: "orders", Members: map[string]sqlgen.Column{}}
	for _, c := range []string{"product", "amount", "quantity", "placed", "day", "paid", "price", "note"} {
		m := all["orders"][c]
		m.In = ""
		orders.Members[c] = m
	}
	name, sku := all["products"]["name"], all["items"]["sku"]
	name.In, sku.In = "product", "items"
	orders.Members["catalog.name"], orders.Members["skus"] = name, sku
	review, stock := all["reviews"]["stars"], all["stock"]["place"]
	review.In, stock.In = "review", "stock"
	orders.Members["reviews"] = review
	orders.Members["lines"] = sqlgen.Column{In: "items", Members: map[string]sqlgen.Column{"sku": all["items"]["sku"], "n": all["items"]["n"], "stock": stock}}
	t.Fields["orders"] = orders
	amount := all["visits"]["amount"]
	amount.Digits = 9
	t.Events = []sqlgen.Events{{Relation: table("visits"), Contact: "person", Names: "name", At: all["visits"]["at"], Order: "seq", Props: map[string]sqlgen.Column{"amount": amount}}}
	return t
}

// shopRows are random rows: with duplicates, values that are missing, and rows of nobody.
func shopRows(r *rand.Rand) map[string][]storedRow {
	words := []string{"", "a", "A", "vip", "VIP", "pro", "é", "x ", "2025-06-01", "5", "Gold"}
	start := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	value := map[string]func() segment.Value{
		"text":    func() segment.Value { return segment.Text(words[r.Intn(len(words))]) },
		"integer": func() segment.Value { return segment.Number(float64(r.Intn(7))) },
		"money": func() segment.Value {
			return segment.JSON([]string{"0", "5", "9.99", "10", "-1.5", "120.25"}[r.Intn(6)])
		},
		"float": func() segment.Value { return segment.Number([]float64{0, 0.1, 2.5, -3, 5}[r.Intn(5)]) },
		"bool":  func() segment.Value { return segment.Bool(r.Intn(2) == 0) },
		"day":   func() segment.Value { return segment.Date(2025, time.Month(1+r.Intn(12)), 1+r.Intn(28)) },
		"time":  func() segment.Value { return segment.Time(start.Add(time.Duration(r.Intn(300*24)) * time.Hour)) },
		"json": func() segment.Value {
			return segment.JSON([]string{`5`, `"vip"`, `null`, `[]`, `["a", "vip", 5]`, `{"a": "vip", "n": 5}`, `{}`, `true`, `"2025-06-01"`}[r.Intn(9)])
		},
	}
	maybe := func(kind string) segment.Value {
		if r.Intn(4) == 0 {
			return segment.Value{}
		}
		return value[kind]()
	}
	id := func(n int) segment.Value { // one of n, maybe of nobody
		if r.Intn(6) == 0 {
			return segment.Value{}
		}
		return segment.Number(float64(r.Intn(n + 1)))
	}
	person := func() segment.Value {
		if r.Intn(15) == 0 {
			return segment.Value{}
		}
		return segment.Text(fmt.Sprintf("p%02d", r.Intn(34)))
	}
	rows := map[string][]storedRow{}
	add := func(table string, row storedRow) { rows[table] = append(rows[table], row) }
	for i := range 30 {
		home := segment.Text([]string{"de", "fr", "xx"}[r.Intn(3)])
		add("people", storedRow{"id": segment.Text(fmt.Sprintf("p%02d", i)), "company_id": id(6), "home": home, "age": maybe("integer"), "name": maybe("text")})
		for _, a := range []string{"plan", "born", "Plan", "other"} {
			if r.Intn(3) > 0 {
				add("attributes", storedRow{"person": segment.Text(fmt.Sprintf("p%02d", i+r.Intn(2)*40)), "attribute": segment.Text(a), "kind": segment.Number(float64(1 + r.Intn(2))),
					"text_value": maybe("text"), "int_value": maybe("integer"), "day_value": maybe("day"), "time_value": maybe("time")})
			}
		}
	}
	for i := range 6 {
		add("companies", storedRow{"id": segment.Number(float64(i)), "name": maybe("text"), "size": maybe("integer"), "revenue": maybe("money"), "since": maybe("day"),
			"active": maybe("bool"), "founded": maybe("time"), "score": maybe("float"), "country_id": id(3), "info": maybe("json")})
		add("certificates", storedRow{"company_id": id(6), "name": maybe("text")})
		add("tags", storedRow{"id": segment.Number(float64(i)), "name": maybe("text"), "weight": maybe("integer"), "extra": maybe("json")})
		add("reviews", storedRow{"product_id": id(6), "stars": maybe("integer")})
		add("reviews", storedRow{"product_id": id(6), "stars": maybe("integer")})
		add("stock", storedRow{"n": maybe("integer"), "place": maybe("text")})
		add("products", storedRow{"id": segment.Number(float64(i)), "name": maybe("text")})
	}
	for i, code := range []string{"de", "fr", "it"} {
		add("countries", storedRow{"id": segment.Number(float64(i)), "code": segment.Text(code), "name": maybe("text")})
	}
	for i := range 50 {
		add("people_tags", storedRow{"person": person(), "tag_id": id(6), "at": maybe("time")})
		add("addresses", storedRow{"person": person(), "seq": segment.Number(float64(i)), "city": maybe("text")})
		add("orders", storedRow{"id": segment.Number(float64(i)), "person": person(), "product_id": id(6), "product": maybe("text"), "amount": maybe("money"), "quantity": maybe("integer"),
			"placed": maybe("time"), "day": maybe("day"), "paid": maybe("bool"), "price": maybe("float"), "note": maybe("json")})
		add("items", storedRow{"order_id": id(50), "sku": maybe("text"), "n": maybe("integer")})
		add("items", storedRow{"order_id": id(50), "sku": maybe("text"), "n": maybe("integer")})
		add("visits", storedRow{"person": person(), "name": segment.Text([]string{"seen", "bought"}[r.Intn(2)]), "at": value["time"](), "seq": segment.Number(float64(i)), "amount": maybe("integer")})
		add("ratings", storedRow{"company_id": id(6), "stars": maybe("integer"), "at": maybe("day"), "part": maybe("float")})
	}
	return rows
}

// loadShop makes the tables with these rows.
func loadShop(t *testing.T, e engines.Engine, rows map[string][]storedRow) {
	t.Helper()
	for table, columns := range shopColumns(dialectOf(e)) {
		names, cols := columnsOf(columns)
		var cells [][]any
		for _, row := range rows[table] {
			var line []any
			for _, name := range names {
				cell, read := cellOf(row[name], columns[name])
				if !read.Equal(row[name]) && !(read.IsNull() && row[name].IsNull()) {
					t.Fatalf("%s.%s does not hold %v", table, name, row[name])
				}
				line = append(line, cell)
			}
			cells = append(cells, line)
		}
		create(t, e, table, cols)
		if err := e.Insert(table, cols, cells); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
	}
}

// A gatherer works out what a contact has, from rows and the declaration.
type gatherer struct {
	tables sqlgen.Tables
	rows   map[string][]storedRow
}

// contacts are those of the rows, with all their fields.
func (g gatherer) contacts() (stored []segment.Record) {
	for _, row := range g.rows[g.tables.Contacts.Table] {
		x := segment.Record{ID: row["id"].Text(), Fields: map[string]segment.Value{}}
		for _, m := range g.object("", row, g.tables.Fields).Members() {
			x.Fields[m.Name] = m.Value
		}
		for _, v := range g.rows["visits"] {
			if v["person"].Equal(row["id"]) {
				e := segment.Event{Name: v["name"].Text(), At: v["at"].Time()}
				if !v["amount"].IsNull() {
					e.Props = segment.Document(`{"amount": ` + v["amount"].String() + `}`)
				}
				x.Log = append(x.Log, e)
			}
		}
		stored = append(stored, x)
	}
	slices.SortFunc(stored, func(a, b segment.Record) int { return strings.Compare(a.ID, b.ID) })
	return stored
}

// object has the fields of one row.
func (g gatherer) object(of string, row storedRow, fields map[string]sqlgen.Column) segment.Value {
	object := segment.Object()
	for _, f := range slices.Sorted(keysOf(fields)) {
		if v := g.value(of, row, fields[f]); !v.IsNull() {
			object = with(object, rule.Field(f).Names(), v)
		}
	}
	return object
}

func (g gatherer) value(of string, row storedRow, c sqlgen.Column) segment.Value {
	if c.In == "" || c.In == of {
		return row[c.Column]
	}
	rows, many := g.related(of, row, c.In)
	var vs []segment.Value
	for _, r := range rows {
		v := r[c.Column]
		if len(c.Members) > 0 {
			v = g.object(c.In, r, c.Members)
		}
		if !v.IsNull() {
			vs = append(vs, v)
		}
	}
	switch {
	case len(vs) == 0:
		return segment.Value{}
	case many:
		return segment.List(vs...)
	}
	return vs[0]
}

// related are the rows that lead from one row to a related table.
func (g gatherer) related(of string, row storedRow, in string) (rows []storedRow, many bool) {
	r := g.tables.Related[in]
	owners := []storedRow{row}
	if r.Of != of {
		owners, many = g.related(of, row, r.Of)
	}
	for _, owner := range owners {
		key := owner["id"]
		if r.Owner != "" {
			key = owner[r.Owner]
		}
		var found []storedRow
		for _, x := range g.rows[r.Table] {
			counts := !key.IsNull() && x[r.Key].Equal(key)
			for column, v := range r.Match {
				counts = counts && x[column].Equal(v)
			}
			if counts {
				found = append(found, x)
			}
		}
		if r.Order != "" {
			slices.SortFunc(found, func(a, b storedRow) int { return int(a[r.Order].Float() - b[r.Order].Float()) })
			if !r.Many && len(found) > 0 {
				found = found[len(found)-1:]
			}
		}
		rows = append(rows, found...)
	}
	return rows, many || r.Many
}
