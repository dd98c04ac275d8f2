package schemas_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
	"github.com/segmentrules/segment/sqlgen/engines/schemas"
)

// TestKept has the databases keep every fifth rule's members in a table of the host's
// own, from instant to instant.
func TestKept(t *testing.T) {
	for _, s := range schemas.All() {
		for _, name := range s.Engines {
			if name == "clickhouse" { // which has no transactions
				continue
			}
			t.Run(s.Name+"/"+name, func(t *testing.T) { keep(t, s, engines.Need(t, name)) })
		}
	}
}

func keep(t *testing.T, s schemas.Schema, e engines.Engine) {
	d, err := s.Make(e, *seed)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := s.Tables(e.Name())
	if err != nil {
		t.Fatal(err)
	}
	contact := "VARCHAR(249)"
	if tables.ID.Type == sqlgen.TypeInteger {
		contact = "BIGINT"
	}
	end := ""
	if s.Name == "espocrm" { // whose ids are texts, which MariaDB compares in one collation
		end = " COLLATE utf8mb4_unicode_ci"
	}
	for _, statement := range []string{"DROP TABLE IF EXISTS kept", "DROP TABLE IF EXISTS kept_locks",
		"CREATE TABLE kept (contact " + contact + " NOT NULL, segment VARCHAR(100) NOT NULL, PRIMARY KEY (contact, segment))" + end,
		"CREATE TABLE kept_locks (segment VARCHAR(100) NOT NULL PRIMARY KEY)" + end} {
		if err := e.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	tables.Segments = &sqlgen.Segments{Relation: sqlgen.Relation{Table: "kept"}, Contact: "contact", Segment: "segment",
		Locks: &sqlgen.Locks{Relation: sqlgen.Relation{Table: "kept_locks"}, Segment: "segment"}}
	rules, err := s.Rules()
	if err != nil {
		t.Fatal(err)
	}
	instants := schemas.Instants()
	slices.SortFunc(instants, time.Time.Compare)
	for i, text := range rules {
		if i%5 != 4 || strings.Contains(text, "SEGMENT") {
			continue
		}
		seg := segment.Segment{ID: fmt.Sprintf("s%d", i), Condition: segment.MustParse(text)}
		if err := e.Exec("INSERT INTO kept_locks VALUES ('" + seg.ID + "')"); err != nil {
			t.Fatal(err)
		}
		for _, at := range instants {
			if err := apply(e, tables, seg, at); err != nil {
				t.Errorf("%s at %s: %v", text, at, err)
				break
			}
			got, err := e.IDs("SELECT contact FROM kept WHERE segment = '"+seg.ID+"'", nil)
			want := []string{}
			for _, x := range d.Contacts {
				if segment.Evaluate(seg.Condition, x, at) {
					want = append(want, x.ID)
				}
			}
			slices.Sort(want)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s at %s: %v; got %v, want %v", text, at, err, got, want)
				break
			}
		}
	}
}

// apply brings a segment's members up to date, in a transaction.
func apply(e engines.Engine, tables sqlgen.Tables, seg segment.Segment, at time.Time) error {
	change, err := sqlgen.Diff(sqlgen.Dialect(dialectOf(e)), tables, seg, at)
	if err != nil {
		return err
	}
	tx, err := engines.DB(e).Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := sqlgen.Apply(context.Background(), tx, change); err != nil {
		return err
	}
	return tx.Commit()
}
