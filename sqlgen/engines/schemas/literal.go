package schemas

import (
	"fmt"
	"strings"
	"time"

	"github.com/segmentrules/segment/sqlgen/engines"
)

// insert fills the tables, in the order in which their first rows came.
func (d *Data) insert(e engines.Engine) error {
	d.log()
	const atOnce = 200
	for _, b := range d.batches {
		for rows := b.rows; len(rows) > 0; rows = rows[min(atOnce, len(rows)):] {
			var text strings.Builder
			fmt.Fprintf(&text, "INSERT INTO %s (%s) VALUES ", b.table, b.columns)
			for i, row := range rows[:min(atOnce, len(rows))] {
				if i > 0 {
					text.WriteString(", ")
				}
				text.WriteString("(" + joined(literals(d.Engine, row)) + ")")
			}
			statement := text.String()
			if d.Engine == "mariadb" { // where days of zeros are refused today, and were not
				statement = "SET SESSION sql_mode = ''; " + statement + "; SET SESSION sql_mode = DEFAULT"
			}
			if err := e.Exec(statement); err != nil {
				return fmt.Errorf("%s (%s): %w", b.table, b.columns, err)
			}
		}
	}
	return nil
}

func joined(parts []string) string { return strings.Join(parts, ", ") }

// literals are cells as SQL.
func literals(engine string, cells []any) (texts []string) {
	for _, c := range cells {
		texts = append(texts, literal(engine, c))
	}
	return texts
}

func literal(engine string, cell any) string {
	switch cell := cell.(type) {
	case nil:
		return "NULL"
	case code:
		return string(cell)
	case decimal:
		return string(cell)
	case int, int64, float64:
		return fmt.Sprint(cell)
	case bool:
		if cell && engine != "postgres" && engine != "duckdb" {
			return "1"
		}
		if !cell && engine != "postgres" && engine != "duckdb" {
			return "0"
		}
		return fmt.Sprint(cell)
	case time.Time:
		return "'" + cell.UTC().Format("2006-01-02 15:04:05.999999") + "'"
	case string:
		return quoted(engine, cell)
	case document:
		return quoted(engine, string(cell))
	case day:
		return quoted(engine, string(cell))
	}
	panic(fmt.Sprintf("a cell has a %T", cell))
}

// quoted is a text as SQL.
func quoted(engine, text string) string {
	if engine == "mariadb" || engine == "clickhouse" {
		return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}
