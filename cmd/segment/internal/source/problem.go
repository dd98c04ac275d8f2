package source

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/segmentrules/segment"
)

// A Problem is something wrong in a file.
type Problem struct {
	File   string // its name, or "standard input"
	Line   int    // from 1; 0 if the problem is with the file as a whole
	Column int    // from 1, in characters; 0 if it is not known
	Err    error  // what is wrong
}

// Error returns one line: file, line, column and what is wrong.
func (p *Problem) Error() string {
	place := p.File
	if p.Line > 0 {
		place += fmt.Sprintf(":%d", p.Line)
	}
	if p.Column > 0 {
		place += fmt.Sprintf(":%d", p.Column)
	}
	return place + ": " + p.Message()
}

// Message returns what is wrong without the place.
func (p *Problem) Message() string {
	var e *segment.Error
	if !errors.As(p.Err, &e) {
		return p.Err.Error()
	}
	text := e.Msg
	if e.Path != "" {
		text = e.Path + ": " + text
	}
	if e.Suggestion != "" {
		text += "; did you mean " + e.Suggestion + "?"
	}
	return text
}

// Unwrap returns what is wrong.
func (p *Problem) Unwrap() error { return p.Err }

// ProblemAt is a problem at a byte offset of a text that begins with a line of a file.
func ProblemAt(file string, line int, text []byte, offset int, err error) *Problem {
	offset = min(offset, len(text))
	column := 1
	for i := 0; i < offset; {
		_, n := utf8.DecodeRune(text[i:])
		column++
		if text[i] == '\n' {
			line, column = line+1, 1
		}
		i += n
	}
	return &Problem{File: file, Line: line, Column: column, Err: err}
}

// errNotUTF8 is what is wrong with a text in another encoding.
var errNotUTF8 = errors.New("the text is not UTF-8; if the file is Latin-1 or Windows-1252, say --encoding latin1 or --encoding windows-1252")

// CheckUTF8 returns the problem of a text that is not UTF-8, nil if it is.
func CheckUTF8(file string, line int, text []byte) *Problem {
	if utf8.Valid(text) {
		return nil
	}
	at := 0
	for at < len(text) {
		r, n := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return ProblemAt(file, line, text, at, errNotUTF8)
}
