package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
	"github.com/segmentrules/segment/rule"
)

// A fault is one thing wrong, as JSON.
type fault struct {
	Code       string `json:"code"`
	Message    string `json:"message"`
	File       string `json:"file,omitempty"`
	Line       int    `json:"line,omitempty"`   // from 1
	Column     int    `json:"column,omitempty"` // from 1, in characters
	Offset     int    `json:"offset"`           // from 0, in bytes, of the rule or definition
	Path       string `json:"path,omitempty"`
	Part       string `json:"part,omitempty"` // of a warning: the text that it is about, which the fix replaces
	Snippet    string `json:"snippet,omitempty"`
	Suggestion string `json:"suggestion,omitempty"`
	Fix        string `json:"fix,omitempty"`
}

// faultsOf are the things that an error says are wrong; one without a place for an error that
// is not the library's.
func faultsOf(file string, err error) (faults []fault) {
	var problem *source.Problem
	if errors.As(err, &problem) {
		f := fault{Code: "input", Message: problem.Message(), File: problem.File, Line: problem.Line, Column: problem.Column}
		var e *segment.Error
		if errors.As(problem.Err, &e) {
			f.Code, f.Message, f.Path, f.Suggestion = string(e.Code), e.Msg, e.Path, e.Suggestion
		}
		return []fault{f}
	}
	if !errors.As(err, new(segment.Errors)) && !errors.As(err, new(*segment.Error)) {
		code := "input"
		if codeOf(err) == codeIO {
			code = "io"
		}
		message := innermost(err).Error()
		if strings.Contains(message, "\n") { // as of a command that does not exist
			message = strings.Join(strings.Fields(message), " ")
		}
		return []fault{{Code: code, Message: message, File: file}}
	}
	for _, e := range rule.ErrorsOf(err) {
		faults = append(faults, fault{Code: string(e.Code), Message: e.Msg, File: file, Line: e.Line, Column: e.Column, Offset: e.Offset,
			Path: e.Path, Snippet: e.Snippet(), Suggestion: e.Suggestion, Fix: e.Fix})
	}
	return faults
}

// innermost is an error without the name of the file, which the fault says.
func innermost(err error) error {
	var named *inFile
	if errors.As(err, &named) {
		return named.err
	}
	return err
}

// write writes a fault: one line with its place, the line of the text with a caret, and what
// was probably meant.
func (f fault) write(w io.Writer, s style, kind string) {
	place := f.File
	if f.Line > 0 {
		place = strings.TrimPrefix(fmt.Sprintf("%s:%d", place, f.Line), ":")
	}
	if f.Column > 0 {
		place += fmt.Sprintf(":%d", f.Column)
	}
	if place != "" {
		place = s.bold(place+":") + " "
	}
	message := f.Message
	if f.Path != "" {
		message = f.Path + ": " + message
	}
	if f.Suggestion != "" {
		message += "; did you mean " + f.Suggestion + "?"
	}
	fmt.Fprintf(w, "%s%s %s %s\n", place, kind, message, s.faint("["+f.Code+"]"))
	if f.Snippet != "" {
		text, caret, _ := strings.Cut(f.Snippet, "\n")
		fmt.Fprintf(w, "    %s\n    %s\n", text, s.green(caret))
	}
	if f.Fix != "" {
		place := ""
		if f.Part != "" {
			place = " in place of " + f.Part
		}
		fmt.Fprintf(w, "  write: %s%s\n", f.Fix, place)
	}
}

// complain prints an error to the error stream, in JSON where that is asked for.
func (a *app) complain(err error) {
	var e *exit
	if errors.As(err, &e) && e.err == nil {
		return
	}
	var named *inFile
	file := ""
	if errors.As(err, &named) {
		file = named.file
	}
	faults := faultsOf(file, err)
	if a.json {
		_ = replyLine(a.Err, struct {
			Errors []fault `json:"errors"`
		}{faults})
		return
	}
	s := a.colours(a.ErrTerm)
	for _, f := range faults {
		f.write(a.Err, s, s.red("error:"))
	}
}

// An inFile is an error about a file.
type inFile struct {
	file string
	err  error
}

func (e *inFile) Error() string {
	if e.file == "" {
		return e.err.Error()
	}
	return e.file + ": " + e.err.Error()
}
func (e *inFile) Unwrap() error { return e.err }

// about names the file that an error is about.
func about(file string, err error) error {
	if err == nil {
		return nil
	}
	return &inFile{file, err}
}
