package engines

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// chdbVersion is that of the npm package with the library; install.sh and
// Open agree on it.
const chdbVersion = "26.5.3"

type clickEngine struct {
	dialect
	conn   *chdbConn
	folder string
}

func openClickHouse() (_ Engine, err error) {
	folder, err := newFolder("clickhouse")
	if err != nil {
		return nil, err
	}
	conn, err := openCHDB(folder)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return &clickEngine{
		conn:   conn,
		folder: folder,
		dialect: dialect{
			quote:  backslashed,
			nulled: "Nullable(%s)",
			after:  " ENGINE = MergeTree ORDER BY (%s)",
			types: map[Type]string{Text: "String", Integer: "Int64", Decimal: "Decimal", Float: "Float64",
				Bool: "Bool", Timestamp: "DateTime64(6, 'UTC')", Date: "Date32", JSON: "String"},
		},
	}, nil
}

func (e *clickEngine) Name() string { return "clickhouse" }

func (e *clickEngine) Version() (string, error) {
	text, err := e.conn.run("SELECT 'ClickHouse ' || version()", nil)
	if err != nil {
		return "", err
	}
	return readTabbed(text)[0][0], nil
}

func (e *clickEngine) Quote(name string) string { return e.quote(name) }

func (e *clickEngine) Exec(text string) error {
	_, err := e.conn.run(text, nil)
	return err
}

func (e *clickEngine) Create(table string, columns []Column, key ...string) error {
	drop, create := e.create(table, columns, key)
	if err := e.Exec(drop); err != nil { // SYNC would wait for good where an insertion had failed
		return err
	}
	return e.Exec(create)
}

// Insert reads a file.
func (e *clickEngine) Insert(table string, columns []Column, rows [][]any) (err error) {
	f, err := os.CreateTemp(e.folder, "rows")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := errors.Join(writeTabbed(w, columns, rows, "true", "false"), w.Flush()); err != nil {
		return err
	}
	var structure []string
	for _, c := range columns {
		structure = append(structure, e.quote(c.Name)+" Nullable("+e.typeOf(c)+")")
	}
	list := columnList(e.quote, columns)
	return e.Exec(fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM file('%s', 'TabSeparated', '%s')",
		e.quote(table), list, list, tabbed.Replace(f.Name()), strings.ReplaceAll(tabbed.Replace(strings.Join(structure, ", ")), "'", `\'`)))
}

func (e *clickEngine) IDs(text string, args []any) ([]string, error) { return ids(e.Rows(text, args)) }

func (e *clickEngine) Rows(text string, args []any) ([][]string, error) {
	params := make([]string, len(args))
	for i, arg := range args {
		p, err := tabbedParameter(arg)
		if err != nil {
			return nil, fmt.Errorf("parameter %d: %w", i+1, err)
		}
		params[i] = p
	}
	out, err := e.conn.run(text, params)
	if err != nil {
		return nil, err
	}
	return readTabbed(out), nil
}

// tabbedParameter is a parameter as the engine reads it: like a cell of a
// tab-separated file. NULL needs a type that has it: {p1:Nullable(String)}.
func tabbedParameter(arg any) (string, error) {
	switch arg := arg.(type) {
	case nil:
		return tabbedNull, nil
	case string:
		return tabbed.Replace(arg), nil
	case []byte:
		return tabbed.Replace(string(arg)), nil
	case int:
		return strconv.Itoa(arg), nil
	case int64:
		return strconv.FormatInt(arg, 10), nil
	case float64:
		return strconv.FormatFloat(arg, 'g', -1, 64), nil
	case bool:
		return strconv.FormatBool(arg), nil
	case time.Time:
		return timeText(arg, Timestamp), nil
	}
	return "", fmt.Errorf("cannot bind a %T", arg)
}

func (e *clickEngine) Close() error {
	return errors.Join(e.conn.Close(), os.RemoveAll(e.folder))
}
