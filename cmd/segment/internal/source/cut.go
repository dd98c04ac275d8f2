package source

// Where rows end. A row that is longer than it may be is a fault of its chunk: the rest of its
// line is passed over, and reading goes on behind it. So does a CSV file with a quote that
// nothing closes, which is one record up to the end of the file to encoding/csv: here it costs
// one line.

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// fill reads until there are rows for a chunk, and returns where they end. Rows that are too
// long become faults: they are cut out, and so a chunk ends before the first of them.
func (s *Source) fill(c *Chunk) (end int, err error) {
	cut := cutter{lines: s.Format != "csv", q: quotes{comma: s.Comma}}
	for {
		end = cut.upTo(s.rest)
		switch {
		case len(s.rest)-end > s.o.MaxRow:
			return s.tooLong(c, end)
		case end > 0 && len(s.rest) >= s.o.Chunk:
			return end, nil
		case s.over && end < len(s.rest) && !cut.lines && cut.q.state == inQuoted:
			return s.leaveLine(c, end, errors.New(`a field begins with a quote (") that nothing closes`)), nil
		case s.over:
			return len(s.rest), nil
		}
		if err := s.read(); err != nil {
			return 0, err
		}
	}
}

// read reads some more text.
func (s *Source) read() error {
	from := len(s.rest)
	s.rest = slices.Grow(s.rest, s.o.Chunk/4)
	n, err := io.ReadFull(s.text, s.rest[from:from+s.o.Chunk/4])
	s.rest = s.rest[:from+n]
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && n < s.o.Chunk/4 && s.ended():
		s.over = true
	case err != nil:
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	return nil
}

// ended reports whether the text has come to its end, and not to a broken one, as of a
// compressed file that was cut off.
func (s *Source) ended() bool {
	_, err := s.text.Peek(1)
	return errors.Is(err, io.EOF)
}

// A cutter finds where rows end, going on where it was when there is more text.
type cutter struct {
	lines bool
	q     quotes
	seen  int
	end   int
}

// upTo returns the offset behind the last whole row.
func (c *cutter) upTo(text []byte) int {
	if c.lines {
		if i := bytes.LastIndexByte(text[c.seen:], '\n'); i >= 0 {
			c.end = c.seen + i + 1
		}
		c.seen = len(text)
		return c.end
	}
	for ; c.seen < len(text); c.seen++ {
		if c.q.step(text[c.seen]) {
			c.end = c.seen + 1
		}
	}
	return c.end
}

// tooLong makes a fault of the row that starts at an offset, and passes over the rest of it.
func (s *Source) tooLong(c *Chunk, start int) (end int, err error) {
	if start > 0 {
		return start, nil // first the rows before it
	}
	if s.Format == "csv" && bytes.IndexByte(s.rest, '\n') >= 0 {
		return s.leaveLine(c, 0, fmt.Errorf(`a field begins with a quote (") that nothing closes within %d bytes; --max-row allows more`, s.o.MaxRow)), nil
	}
	s.fault(c, fmt.Errorf("the row has more than the %d bytes that are allowed; --max-row allows more", s.o.MaxRow))
	s.rest = s.rest[:0]
	for { // up to its end, without keeping it
		_, err := s.text.ReadSlice('\n')
		switch {
		case err == nil || errors.Is(err, io.EOF):
			s.over = s.over || err != nil
			s.line++
			return 0, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return 0, fmt.Errorf("%s: %w", s.Name, err)
		}
	}
}

// leaveLine makes a fault of the first line of a record, and goes on behind that line; before
// it are rows up to an offset, which come first.
func (s *Source) leaveLine(c *Chunk, start int, err error) (end int) {
	if start > 0 {
		return start
	}
	s.fault(c, err)
	if i := bytes.IndexByte(s.rest, '\n'); i >= 0 {
		s.rest = s.rest[i+1:]
		s.line++
	} else {
		s.rest = nil
	}
	return 0
}

func (s *Source) fault(c *Chunk, err error) {
	c.Faults = append(c.Faults, &Problem{File: s.Name, Line: s.line, Column: 1, Err: err})
}
