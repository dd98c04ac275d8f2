package contacts

// The columns of a CSV file and its rows as text. encoding/csv reads the rows of a chunk; what
// is added is the place of an error in the whole file, and the kinds of the columns.

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// A column of CSV.
type column struct {
	name     string
	path     []string
	typ      schema.FieldType
	declared bool // by the schema
}

// A table is the columns of a CSV file.
type table struct {
	file    string
	comma   byte
	columns []column
	first   int // lines of the head, which are passed over in the first chunk
}

// sampled is how many rows the kinds of columns are guessed from.
const sampled = 1000

// newTable reads the first row of a file, and finds out what its columns hold.
func newTable(src *source.Source, typeOf func(name string) (schema.FieldType, bool)) (*table, error) {
	t := &table{file: src.Name, comma: src.Comma}
	empty := &source.Problem{File: src.Name, Err: errors.New("the file is empty; the first row must name the columns")}
	c, err := src.Peek()
	switch {
	case errors.Is(err, io.EOF):
		return nil, empty
	case err != nil:
		return nil, err
	}
	if len(c.Faults) > 0 {
		return nil, c.Faults[0]
	}
	if problem := source.CheckUTF8(src.Name, c.Line, c.Text); problem != nil {
		end := bytes.IndexByte(c.Text, '\n')
		if head := c.Text[:max(end, 0)]; source.CheckUTF8(src.Name, c.Line, head) != nil {
			return nil, problem
		}
	}
	r := t.reader(c.Text)
	head, err := r.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, empty
	case err != nil:
		return nil, t.problem(c, err)
	}
	t.first = bytes.Count(c.Text[:r.InputOffset()], []byte("\n"))
	if err := t.name(head, c.Line); err != nil {
		return nil, err
	}
	t.kinds(r, typeOf)
	return t, nil
}

func (t *table) reader(text []byte) *csv.Reader {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.ReuseRecord = rune(t.comma), true
	return r
}

// name makes columns of the names in the first row.
func (t *table) name(head []string, line int) error {
	fail := func(i int, code segment.Code, format string, args ...any) error {
		return &source.Problem{File: t.file, Line: line, Err: rule.Errorf(code, "column %d: "+format, append([]any{i + 1}, args...)...)}
	}
	seen := make(map[string]bool)
	for i, name := range head {
		name = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))
		switch {
		case name == "":
			return fail(i, segment.ErrSyntax, "it has no name")
		case seen[name]:
			return fail(i, segment.ErrSyntax, "the name %q stands twice", name)
		}
		seen[name] = true
		t.columns = append(t.columns, column{name: strings.Clone(name), path: strings.Split(strings.Clone(name), ".")})
	}
	for i, c := range t.columns {
		for n := 1; n < len(c.path); n++ {
			if within := strings.Join(c.path[:n], "."); seen[within] {
				return fail(i, segment.ErrSyntax, "%q lies within %q, which is a column, too", c.name, within)
			}
		}
	}
	return nil
}

// kinds decides what the columns hold.
func (t *table) kinds(r *csv.Reader, typeOf func(string) (schema.FieldType, bool)) {
	cells := make([][]string, len(t.columns))
	for range sampled {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			continue
		}
		for i := range cells {
			cells[i] = append(cells[i], strings.Clone(row[i]))
		}
	}
	for i := range t.columns {
		c := &t.columns[i]
		if c.typ, c.declared = typeOf(c.name); !c.declared || c.typ.Kind == rule.KindNull {
			c.typ, c.declared = schema.FieldType{Kind: guessed(cells[i])}, false
		}
	}
}

// of is the index of the column with a name.
func (t *table) of(name string) (int, error) {
	var names []string
	for i, c := range t.columns {
		if c.name == name {
			return i, nil
		}
		names = append(names, c.name)
	}
	err := rule.Errorf(segment.ErrUnknown, "there is no column %q; there are %s", name, strings.Join(names, ", "))
	err.Suggestion = textset.Nearest(name, names...)
	return 0, &source.Problem{File: t.file, Line: 1, Err: err}
}

// each calls f for the rows of a chunk, with their lines, and returns what is wrong with the
// others.
func (t *table) each(c *source.Chunk, f func(row []string, at place) *source.Problem) (problems []*source.Problem) {
	r := t.reader(c.Text)
	r.FieldsPerRecord = len(t.columns)
	sound := source.CheckUTF8(t.file, c.Line, c.Text) == nil
	if c.Number == 0 {
		_, _ = r.Read()
	}
	for {
		from := r.InputOffset()
		row, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return problems
		case err != nil:
			problems = append(problems, t.problem(c, err))
			continue
		}
		line, _ := r.FieldPos(0)
		at := place{file: t.file, line: c.Line + line - 1}
		if !sound {
			text := c.Text[from:r.InputOffset()]
			if problem := source.CheckUTF8(t.file, c.Line+bytes.Count(c.Text[:from], []byte("\n")), text); problem != nil {
				problems = append(problems, problem)
				continue
			}
		}
		if problem := f(row, at); problem != nil {
			if problem.Column < 0 { // of a cell: its index, as -1 - i
				i := -1 - problem.Column
				problem.Line, problem.Column = r.FieldPos(i)
				problem.Line += c.Line - 1
				problem.Column = characters(c.Text, r.InputOffset(), problem.Line-c.Line, problem.Column)
			}
			problems = append(problems, problem)
		}
	}
}

// problem is what encoding/csv says, with its place in the file.
func (t *table) problem(c *source.Chunk, err error) *source.Problem {
	var e *csv.ParseError
	if !errors.As(err, &e) {
		return &source.Problem{File: t.file, Line: c.Line, Err: err}
	}
	out := &source.Problem{File: t.file, Line: c.Line + e.Line - 1, Column: characters(c.Text, int64(len(c.Text)), e.Line-1, e.Column), Err: e.Err}
	switch {
	case errors.Is(e.Err, csv.ErrFieldCount):
		out.Err, out.Column = fmt.Errorf("the row has another number of cells than the %d columns", len(t.columns)), 1
	case errors.Is(e.Err, csv.ErrBareQuote):
		out.Err = errors.New(`a quote (") within a field that does not begin with one; write the field in quotes, and this one twice`)
	case errors.Is(e.Err, csv.ErrQuote):
		out.Err = errors.New(`behind the quote (") that closes a field something follows; a quote within a field is written twice`)
	}
	return out
}

// characters is a column in characters of a line of a text, counted from 0, for one in bytes.
func characters(text []byte, before int64, line, column int) int {
	text = text[:before]
	for ; line > 0; line-- {
		i := bytes.IndexByte(text, '\n')
		if i < 0 {
			return column
		}
		text = text[i+1:]
	}
	return len([]rune(string(text[:min(max(column-1, 0), len(text))]))) + 1
}

// cell reads a cell. One that is nothing of a guessed kind is a misfit, and text.
func (c *column) cell(text string, misfits *int) (v segment.Value, ok bool) {
	switch {
	case text == "":
		return v, true
	case !c.declared && !isOf(c.typ.Kind, text):
		*misfits++
		return segment.Text(text), true
	}
	if v, ok = valueOf(c.typ, text); v.Kind() == rule.KindText {
		v = segment.Text(text)
	}
	return v, ok
}
