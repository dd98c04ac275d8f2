package contacts

import (
	"errors"
	"unsafe"

	"github.com/tidwall/gjson"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
	"github.com/segmentrules/segment/rule"
)

// A Row is a contact and the line that it is from.
type Row struct {
	Line int
	*segment.Record
}

// Rows are the contacts of a chunk.
type Rows struct {
	Rows     []Row
	Problems []*source.Problem // of the rows that are wrong, in their order
	Misfits  int               // cells of CSV that are kept as text, since they are not of the kind that was guessed
}

// A Parser reads the contacts of a chunk. It may be used by many goroutines at once.
type Parser func(*source.Chunk) Rows

// A place is where in a file a row is.
type place struct {
	file string
	line int
	text []byte // the row
}

// fail is a problem at a part of the row, or with the row as a whole if the part is "" or
// lies elsewhere.
func (p place) fail(part string, code segment.Code, format string, args ...any) *source.Problem {
	return source.ProblemAt(p.file, p.line, p.text, p.offset(part), rule.Errorf(code, format, args...))
}

// json is the row, which has been checked, as JSON that shares its memory.
func (p place) json() gjson.Result { return gjson.Parse(unsafe.String(&p.text[0], len(p.text))) }

// offset is where a part of the row begins, that shares its memory.
func (p place) offset(part string) int {
	if part == "" || len(p.text) == 0 {
		return 0
	}
	at := uintptr(unsafe.Pointer(unsafe.StringData(part))) - uintptr(unsafe.Pointer(&p.text[0]))
	if at >= uintptr(len(p.text)) {
		return 0
	}
	return int(at)
}

// broken is the problem of an error of the library about the row.
func (p place) broken(err error) *source.Problem {
	es := rule.ErrorsOf(err)
	if len(es) == 0 {
		return nil
	}
	out := &source.Problem{File: p.file, Line: p.line, Column: 1, Err: es[0]}
	if es[0].Line > 0 {
		out.Line, out.Column = p.line+es[0].Line-1, es[0].Column
	}
	return out
}

// notAnObject is the problem of a line that reading as an object has refused.
func (p place) notAnObject() *source.Problem {
	if problem := source.CheckUTF8(p.file, p.line, p.text); problem != nil {
		return problem
	}
	if err := rule.CheckJSON(p.text, rule.Limits{}.WithDefaults()); err != nil {
		return p.broken(err)
	}
	if _, err := segment.NewDocument(p.text); err != nil {
		return p.broken(err)
	}
	return p.broken(errors.New("the line cannot be read"))
}
