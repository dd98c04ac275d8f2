package rules

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Text is a rule as it was given: rule text, or a definition as JSON.
type Text struct {
	Name   string // of the file, "standard input", or "" for rule text on the command line
	Path   string // of the file, if it is one
	Text   string
	IsJSON bool
}

// Given returns the rule that an argument stands for: "-" is standard input, @FILE and the
// name of a file that exists are that file, and all else is rule text or a definition itself.
// The error is that of the file system.
func Given(arg string, stdin io.Reader) (Text, error) {
	switch path, at := strings.CutPrefix(arg, "@"); {
	case arg == "-":
		text, err := io.ReadAll(stdin)
		return of("standard input", "", string(text)), err
	case at:
		return fromFile(path)
	case isFile(arg):
		return fromFile(arg)
	case looksLikeFile(arg):
		return Text{}, fmt.Errorf("there is no file %q: %w", arg, fs.ErrNotExist)
	}
	return of("", "", arg), nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// looksLikeFile reports whether somebody who writes this means a file: rule.txt is no rule.
func looksLikeFile(arg string) bool {
	switch filepath.Ext(arg) {
	case ".json", ".txt", ".rule", ".segment", ".ndjson":
		return !strings.ContainsAny(arg, " \n=<>{\"'()")
	}
	return false
}

func fromFile(path string) (Text, error) {
	text, err := os.ReadFile(path)
	return of(path, path, string(text)), err
}

// of tells what a text is by its first character, which is a brace or bracket in JSON alone.
func of(name, path, text string) Text {
	text = strings.TrimPrefix(text, "\ufeff")
	first := strings.TrimLeft(text, " \t\r\n")
	return Text{Name: name, Path: path, Text: text, IsJSON: first != "" && (first[0] == '{' || first[0] == '[')}
}

// ErrEmpty says that there is no rule in a text.
var ErrEmpty = errors.New("there is no rule: the text is empty")
