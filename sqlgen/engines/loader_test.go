package engines_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/segmenttest"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// loadAll loads contacts, by their ids.
func loadAll(t *testing.T, e engines.Engine, tables sqlgen.Tables, ids ...string) (ordered []string, byID map[string]segment.Contact) {
	t.Helper()
	byID = make(map[string]segment.Contact)
	for x, err := range sqlgen.Load(t.Context(), engines.DB(e), tables, ids...) {
		if err != nil {
			t.Fatalf("%s: %v", e.Name(), err)
		}
		r := x.(*segment.Record)
		ordered = append(ordered, r.ID)
		byID[r.ID] = r
	}
	return ordered, byID
}

// loads says that what is loaded fulfils each rule as what was stored does.
func loads(t *testing.T, e engines.Engine, tables sqlgen.Tables, at time.Time, stored []segment.Record, rules ...string) {
	t.Helper()
	var conditions []segment.Condition
	for _, r := range rules {
		conditions = append(conditions, segment.MustParse(r))
	}
	loadsAsStored(t, e, tables, "made", segmenttest.Crowd{At: at, Conditions: conditions}, stored)
}

// loadsAsStored compares, for every condition and contact, what is loaded with what
// was stored.
func loadsAsStored(t *testing.T, e engines.Engine, tables sqlgen.Tables, place string, crowd segmenttest.Crowd, stored []segment.Record) {
	t.Helper()
	_, byID := loadAll(t, e, tables)
	if len(byID) != len(stored) {
		t.Errorf("%s: %d contacts are loaded, %d stored", place, len(byID), len(stored))
	}
	differ := 0
	for i, c := range crowd.Conditions {
		at := crowd.At.Add(time.Duration(i%3) * time.Hour)
		for _, x := range stored {
			y := byID[x.ID]
			if y == nil {
				t.Fatalf("%s: %s is not loaded", place, x.ID)
			}
			if want := segment.Evaluate(c, x, at); segment.Evaluate(c, y, at) != want && differ < 3 {
				differ++
				t.Errorf("%s: %s at %s is %v of %s:\n%v\nloaded\n%v", place, c, at, want, x.ID, x, y)
			}
		}
	}
}

// TestLoadIsWhatWasStored loads random contacts from every layout: each condition is
// true of the same ones.
func TestLoadIsWhatWasStored(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		for n := *seed; n < *seed+4 && !t.Failed(); n++ {
			crowd := crowdOf(n, 40, 60)
			for _, l := range layouts(dialectOf(e)) {
				stored, err := l.load(e, crowd.Contacts)
				if err != nil {
					t.Fatalf("seed %d, %s: %v", n, l.name, err)
				}
				loadsAsStored(t, e, l.tables(), fmt.Sprintf("seed %d, %s", n, l.name), crowd, stored)
			}
		}
	})
}

// Ids are given: those that exist come in their order, each once.
func TestLoadByIDs(t *testing.T) {
	ids := []string{"a", "A", "a ", "ä", "it's", `"`, `\`, "😀", "", "b\x00c", "?", "$1", "c01", "{p1:String}", "0", "00"}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		var rows [][]any
		var kept []string
		for _, id := range ids {
			if strings.Contains(id, "\x00") && (e.Name() == "postgres" || e.Name() == "duckdb") {
				continue // it holds no such text, or its driver sends none
			}
			rows = append(rows, []any{id})
			kept = append(kept, id)
		}
		cols := []engines.Column{named("id", engines.Text)}
		create(t, e, "load_ids", cols)
		if err := e.Insert("load_ids", cols, rows); err != nil {
			t.Fatal(err)
		}
		if e.Name() == "duckdb" {
			run(t, e, "INSERT INTO load_ids SELECT 'b' || chr(0) || 'c'")
			kept = slices.Insert(kept, 9, "b\x00c")
		}
		tables := sqlgen.Tables{Contacts: sqlgen.Relation{Table: "load_ids"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeText}}
		asked := slices.Concat([]string{"nobody", "b\x00", "' OR 1=1 --", "\xff"}, ids, ids)
		if got, _ := loadAll(t, e, tables, asked...); !slices.Equal(got, kept) {
			t.Errorf("got %q, want %q", got, kept)
		}
		got, _ := loadAll(t, e, tables)
		slices.Sort(got)
		slices.Sort(kept)
		if !slices.Equal(got, kept) {
			t.Errorf("all: got %q, want %q", got, kept)
		}
	})
}

// More contacts than a batch holds, some of whose ids a collation calls equal, each
// with an event, a list, a segment and a change.
func TestLoadManyBatches(t *testing.T) {
	const many = 2_500
	engines.All(t, func(t *testing.T, e engines.Engine) {
		for _, typ := range []sqlgen.Type{sqlgen.TypeText, sqlgen.TypeInteger} {
			t.Run(string(typ), func(t *testing.T) { loadMany(t, e, typ, many) })
		}
	})
}

func loadMany(t *testing.T, e engines.Engine, typ sqlgen.Type, many int) {
	neutralType := map[sqlgen.Type]engines.Type{sqlgen.TypeText: engines.Text, sqlgen.TypeInteger: engines.Integer}[typ]
	key := []engines.Column{named("contact", neutralType), named("name", engines.Text), named("s", engines.Integer)}
	var rows [][]any
	var ids []string
	for i := range many {
		id := fmt.Sprint((many - i) * 7)
		var cell any = int64((many - i) * 7)
		if typ == sqlgen.TypeText {
			id = []string{"user", "User", "USER", "us\u00e9r"}[i%4] + fmt.Sprint(i/4)
			cell = id
		}
		ids = append(ids, id)
		rows = append(rows, []any{cell, "n" + id, int64(i)})
	}
	create(t, e, "load_many", key)
	if err := e.Insert("load_many", key, rows); err != nil {
		t.Fatal(err)
	}
	of := sqlgen.Relation{Table: "load_many"}
	at := sqlgen.Column{Column: "s", Type: sqlgen.TypeUnix}
	tables := sqlgen.Tables{Contacts: of, ID: sqlgen.Column{Column: "contact", Type: typ}, Fields: map[string]sqlgen.Column{"name": {Column: "name", Type: sqlgen.TypeText}},
		Events:   []sqlgen.Events{{Relation: of, Contact: "contact", Names: "name", At: at}},
		Lists:    &sqlgen.Lists{Relation: of, Contact: "contact", List: "name", Joined: &at},
		Segments: &sqlgen.Segments{Relation: of, Contact: "contact", Segment: "name"},
		History:  &sqlgen.History{Relation: of, Contact: "contact", Field: "name", At: at, Value: sqlgen.Column{Column: "name", Type: sqlgen.TypeText}}}
	if typ == sqlgen.TypeText && e.Name() == "mariadb" { // whose = joins what the collation calls equal
		run(t, e, "ALTER TABLE load_many MODIFY contact VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	}
	if e.Name() != "clickhouse" {
		run(t, e, "CREATE INDEX load_many_contact ON load_many (contact)")
	}
	start := time.Now()
	got, byID := loadAll(t, e, tables)
	t.Logf("%d contacts in %s", len(got), time.Since(start))
	asked, _ := loadAll(t, e, tables, append(slices.Clone(ids), "0", "x")...)
	if !slices.Equal(asked, ids) {
		t.Errorf("of %d ids %d are loaded, or in another order", len(ids), len(asked))
	}
	if len(got) != many || len(byID) != many {
		t.Fatalf("%d contacts with %d ids, not %d", len(got), len(byID), many)
	}
	for i, id := range ids {
		name := "n" + id
		want := segment.Record{ID: id, Fields: map[string]segment.Value{"name": segment.Text(name)}, Log: []segment.Event{{Name: name, At: time.Unix(int64(i), 0).UTC()}},
			Lists: map[string]time.Time{name: time.Unix(int64(i), 0).UTC()}, Segments: []string{name},
			Changes: map[string][]segment.Change{name: {{At: time.Unix(int64(i), 0).UTC(), Value: segment.Text(name)}}}}
		if d := cmp.Diff(&want, byID[id], cmp.Comparer(segment.Value.Equal), cmpopts.IgnoreUnexported(segment.Record{})); d != "" {
			t.Fatalf("%s: %s", id, d)
		}
	}
}

// Ids that a collation calls equal are ids of their own, also where a batch ends
// between them.
func TestLoadIDsThatACollationCallsEqual(t *testing.T) {
	for name, collation := range map[string]string{"sqlite": "NOCASE", "duckdb": "NOCASE", "postgres": "loose", "mariadb": "utf8mb4_general_ci"} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			if name == "postgres" {
				run(t, e, "CREATE COLLATION IF NOT EXISTS loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)")
			}
			run(t, e, "DROP TABLE IF EXISTS load_equal")
			run(t, e, "CREATE TABLE load_equal (id VARCHAR(20) COLLATE "+collation+")")
			var rows []string
			var ids []string
			for i := range 2100 {
				id := fmt.Sprintf("%s%04d", []string{"u", "U"}[i%2], (i+1)/2)
				ids = append(ids, id)
				rows = append(rows, "('"+id+"')")
			}
			run(t, e, "INSERT INTO load_equal VALUES "+strings.Join(rows, ", "))
			tables := sqlgen.Tables{Contacts: sqlgen.Relation{Table: "load_equal"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeText}}
			got, _ := loadAll(t, e, tables)
			slices.Sort(got)
			slices.Sort(ids)
			if !slices.Equal(got, ids) {
				t.Errorf("%d of %d are loaded", len(got), len(ids))
			}
			if got, _ := loadAll(t, e, tables, "u0003", "U0003", "ü0003"); !slices.Equal(got, []string{"u0003", "U0003"}) && !slices.Equal(got, []string{"u0003"}) && !slices.Equal(got, []string{"U0003"}) {
				t.Errorf("by ids: %q", got)
			}
		})
	}
}

// A break closes what is open, an error ends the sequence, and a context that is
// done does.
func TestLoadEnds(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		tables, _ := people(t, e, 5)
		db := engines.DB(e)
		for range 200 { // more than any pool has connections
			for _, err := range sqlgen.Load(t.Context(), db, tables) {
				if err != nil {
					t.Fatal(err)
				}
				break
			}
		}
		if n := db.Stats().InUse; n > 0 {
			t.Errorf("%d connections are still in use", n)
		}
		tables.Fields["gone"] = sqlgen.Column{Column: "gone", Type: sqlgen.TypeText}
		l, err := sqlgen.NewLoader(dialectOf(e), tables)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for x, err := range l.Load(t.Context(), db) {
			if n++; x != nil || err == nil || !strings.Contains(err.Error(), "loading contacts: ") || !strings.Contains(err.Error(), "gone") {
				t.Errorf("%v, %v", x, err)
			}
		}
		if n != 1 {
			t.Errorf("%d steps", n)
		}
		delete(tables.Fields, "gone")
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		n = 0
		for _, err := range sqlgen.Load(ctx, db, tables) {
			if n++; n == 2 && !errors.Is(err, context.Canceled) {
				t.Errorf("%v after a cancel", err)
			}
			cancel()
		}
		if n != 2 {
			t.Errorf("%d steps", n)
		}
	})
}

// TestLoadColumnsOfEveryType loads columns of all types that an engine has, as fields
// and as properties: random rules are true of the same contacts.
func TestLoadColumnsOfEveryType(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		r := rand.New(rand.NewSource(*seed))
		n := nativeTableOf(e)
		for range 3 {
			tables, stored := n.load(t, e, r)
			crowd := segmenttest.Crowd{At: time.Unix(decided, 0).UTC()}
			for len(crowd.Conditions) < 400 {
				if c, ok := randomNative(r, n.names); ok {
					crowd.Conditions = append(crowd.Conditions, c)
				}
			}
			loadsAsStored(t, e, tables, "natives", crowd, stored)
		}
	})
}

// Ids that are uuids: as the database writes them, and no other spelling.
func TestLoadUUIDs(t *testing.T) {
	for _, name := range []string{"postgres", "duckdb", "clickhouse", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			after := map[string]string{"clickhouse": " ENGINE = MergeTree ORDER BY id"}[name]
			run(t, e, "DROP TABLE IF EXISTS load_uuids")
			run(t, e, "CREATE TABLE load_uuids (id UUID)"+after)
			var ids, rows []string
			for i := range 1200 {
				id := fmt.Sprintf("%08x-0000-4abc-8def-0123456789ab", uint32(i)*2654435761)
				ids = append(ids, id)
				rows = append(rows, "('"+id+"')")
			}
			run(t, e, "INSERT INTO load_uuids VALUES "+strings.Join(rows, ", "))
			tables := sqlgen.Tables{Contacts: sqlgen.Relation{Table: "load_uuids"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeUUID}}
			tables.Events = []sqlgen.Events{{Relation: sqlgen.Relation{Query: "SELECT id, 5 AS s FROM load_uuids"}, Contact: "id", Name: "e", At: sqlgen.Column{Column: "s", Type: sqlgen.TypeUnix}}}
			for rule, want := range map[string]int{"COUNT(e) = 1": 1200, "DID e AND id = \"" + ids[7] + "\"": 1, "NEVER DID e": 0} {
				q, err := sqlgen.Select(dialectOf(e), tables, segment.MustParse(rule), time.Unix(decided, 0))
				if err != nil {
					t.Fatal(err)
				}
				got, err := e.IDs(q.Text, q.Args)
				if err != nil || len(got) != want || want > 0 && !slices.Contains(got, ids[7]) {
					t.Errorf("%s: %d contacts, %v", rule, len(got), err)
				}
			}
			// For many ids, by which the column is asked as it is.
			q, err := sqlgen.Select(dialectOf(e), tables, segment.MustParse("DID e"), time.Unix(decided, 0))
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range []int{2, 600, 1199} {
				few, err := q.For(append([]string{"x", strings.ToUpper(ids[1]), strings.Replace(ids[2], "8def", "8dee", 1)}, ids[:n]...)...)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := e.IDs(few.Text, few.Args); err != nil || len(got) != n {
					t.Errorf("for %d: %d contacts, %v", n, len(got), err)
				}
			}
			got, byID := loadAll(t, e, tables)
			if x := byID[ids[7]].(*segment.Record); len(x.Log) != 1 {
				t.Errorf("%v", x)
			}
			slices.Sort(got)
			all := slices.Sorted(slices.Values(ids))
			if !slices.Equal(got, all) {
				t.Errorf("%d of %d are loaded", len(got), len(ids))
			}
			asked := append([]string{"x", strings.ToUpper(ids[1]), "'"}, ids...)
			if got, _ := loadAll(t, e, tables, asked...); !slices.Equal(got, ids) {
				t.Errorf("by ids %d of %d are loaded", len(got), len(ids))
			}
		})
	}
}
