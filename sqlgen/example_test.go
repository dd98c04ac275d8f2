package sqlgen_test

import (
	"fmt"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
)

func ExampleSelect() {
	tables := sqlgen.Tables{
		Contacts: sqlgen.Relation{Table: "contacts"},
		ID:       sqlgen.Column{Column: "id", Type: sqlgen.TypeText},
		Fields:   map[string]sqlgen.Column{"age": {Column: "age", Type: sqlgen.TypeInteger}},
		Events: []sqlgen.Events{{Relation: sqlgen.Relation{Table: "events"}, Contact: "contact_id", Names: "name",
			At: sqlgen.Column{Column: "at", Type: sqlgen.TypeTimestamp}}},
	}
	rule := segment.MustParse(`age > 17.5 AND DID opened IN LAST 30 DAYS`)
	q, err := sqlgen.Select(sqlgen.DialectDuckDB, tables, rule, time.Date(2026, 3, 31, 10, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(q.Text)
	fmt.Printf("%q\n", fmt.Sprint(q.Args...))
	fmt.Println("rest:", q.Rest)

	// A name that is nowhere is an error, with the nearest that is.
	_, err = sqlgen.Select(sqlgen.DialectDuckDB, tables, segment.MustParse(`agee > 17`), time.Unix(0, 0).UTC())
	fmt.Println(err)
	// Output:
	// SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE ("c"."age" > CAST($1 AS BIGINT) AND "c"."id" IN (SELECT "e1"."contact_id" AS k FROM "events" "e1" WHERE (CAST("e1"."name" AS VARCHAR) COLLATE C = CAST($2 AS VARCHAR) AND ("e1"."at" <= CAST($3 AS TIMESTAMP) AND "e1"."at" > CAST($4 AS TIMESTAMP)))))
	// "17opened2026-03-31 10:00:00.0000002026-03-01 10:00:00.000000"
	// rest: <nil>
	// /field: unknown field `agee`; did you mean `age`?
}
