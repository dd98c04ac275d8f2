package jsontext

import (
	"bytes"
	"unicode/utf8"
)

// maxSourceLine bounds the line that an error keeps for its snippet: a text
// of megabytes in one line would be held by every error, and shows nothing.
const maxSourceLine = 500

// PlaceOf returns the line and column, from 1, of an offset, and the line
// itself unless it is very long. It copies nothing else.
func PlaceOf(text []byte, offset int) (line, column int, source string) {
	before := text[:min(offset, len(text))]
	line = 1 + bytes.Count(before, []byte{'\n'})
	start := bytes.LastIndexByte(before, '\n') + 1
	column = 1 + utf8.RuneCount(before[start:])
	rest := text[start:min(len(text), start+maxSourceLine+1)]
	if end := bytes.IndexByte(rest, '\n'); end >= 0 {
		rest = rest[:end]
	}
	if len(rest) <= maxSourceLine && utf8.Valid(rest) {
		source = string(bytes.TrimRight(rest, "\r"))
	}
	return line, column, source
}
