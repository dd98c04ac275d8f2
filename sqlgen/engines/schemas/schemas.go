package schemas

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

//go:embed */schema.sql */rules.txt */*.json
var files embed.FS

// A Schema is a product's tables with their mapping and what makes their rows.
type Schema struct {
	Name    string
	Engines []string // that it is for
	// Tables is the mapping.
	Tables func(engine string) (sqlgen.Tables, error)
	fill   func(*Data)
	// write, where there is one, makes the SQL of schema.sql that of an engine.
	write func(engine, text string) string
}

// All are the schemas.
func All() []Schema {
	return []Schema{listmonk, notifuse, mautic, espocrm, posthog, odoo, shop}
}

// ready is the mapping that package sqlgen has.
func ready(t sqlgen.Tables) func(string) (sqlgen.Tables, error) {
	return func(string) (sqlgen.Tables, error) { return t, nil }
}

// written is the mapping in the schema's folder.
func written(name string) func(string) (sqlgen.Tables, error) {
	return func(string) (sqlgen.Tables, error) {
		text, err := files.ReadFile(name + "/tables.json")
		if err != nil {
			return sqlgen.Tables{}, err
		}
		return sqlgen.ParseTables(text)
	}
}

// Rules are the rules, in their order.
func (s Schema) Rules() ([]string, error) {
	text, err := files.ReadFile(s.Name + "/rules.txt")
	if err != nil {
		return nil, err
	}
	var rules []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			rules = append(rules, line)
		}
	}
	return rules, nil
}

// Make makes the tables of the schema anew in an engine and fills them. The same seed
// makes the same rows.
func (s Schema) Make(e engines.Engine, seed uint64) (*Data, error) {
	text, err := files.ReadFile(s.Name + "/schema.sql")
	if err != nil {
		return nil, err
	}
	schema := string(text)
	if s.write != nil {
		schema = s.write(e.Name(), schema)
	}
	if err := empty(e, schema); err != nil {
		return nil, err
	}
	for statement := range strings.SplitSeq(schema, ";") {
		if statement = strings.TrimSpace(statement); statement == "" {
			continue
		}
		if err := e.Exec(statement); err != nil {
			return nil, fmt.Errorf("%s: %w", statement, err)
		}
	}
	d := &Data{Rand: rand.New(rand.NewPCG(seed, 13)), Engine: e.Name()}
	s.fill(d)
	return d, d.insert(e)
}

// empty drops the tables of a schema, and in PostgreSQL all there are.
func empty(e engines.Engine, schema string) error {
	if e.Name() == "postgres" {
		return e.Exec("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
	}
	for part := range strings.SplitSeq(schema, "CREATE TABLE ") {
		name, _, isTable := strings.Cut(part, " (")
		if !isTable || strings.ContainsAny(name, " \n") {
			continue
		}
		if err := e.Exec("DROP TABLE IF EXISTS " + name); err != nil {
			return err
		}
	}
	return nil
}

// Instants are those at which rules are asked: ends of months, a leap day, nights in
// which clocks change, and calendars of other zones.
func Instants() []time.Time {
	in := func(zone, text string) time.Time {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			panic(err)
		}
		at, err := time.ParseInLocation("2006-01-02T15:04:05.999999999", text, loc)
		if err != nil {
			panic(err)
		}
		return at
	}
	return []time.Time{
		in("UTC", "2026-03-31T10:00:00"),
		in("UTC", "2026-02-28T23:59:59.999999999"),
		in("UTC", "2026-03-01T00:00:00"),
		in("Europe/Berlin", "2026-03-29T03:00:00"),
		in("Europe/Berlin", "2025-10-26T02:30:00"),
		in("America/New_York", "2025-12-31T23:30:00"),
		in("Asia/Tokyo", "2026-01-01T00:00:00"),
		in("UTC", "2024-02-29T12:00:00"),
		in("Asia/Kolkata", "2025-07-04T16:20:30.5"),
		in("UTC", "2026-06-15T08:00:00"),
	}
}
