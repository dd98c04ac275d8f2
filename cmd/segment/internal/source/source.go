package source

// A file is read as chunks of whole rows. Where a row ends depends on the format: a line of
// NDJSON ends with its line break, a record of CSV with one outside of quotes. A row that is
// longer than it may be is a fault of its chunk: the rest of its line is passed over, and
// reading goes on behind it. So does a CSV file with a quote that nothing closes, which is
// one record up to the end of the file to encoding/csv: here it costs one line.

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Formats are the formats of rows. With "auto" the end of the name decides, and for others the
// first character: a brace is NDJSON.
var Formats = []string{"auto", "ndjson", "csv"}

// Options are how a file is read. The zero Options are good.
type Options struct {
	Encoding  string    // one of [Encodings]; "" means auto
	Format    string    // one of [Formats]; "" means auto
	Delimiter byte      // of CSV; 0 means the most frequent of , ; and tab in the first line
	MaxRow    int       // bytes of a row; 0 means 32 MiB
	Chunk     int       // bytes of a chunk; 0 means 256 KiB, since short rows take several times their size when they are parsed
	Stdin     io.Reader // what "-" stands for; nil means os.Stdin
}

// A Source is a file under way. It must be closed.
type Source struct {
	Name   string // for messages
	Format string // "ndjson" or "csv"
	Comma  byte   // of CSV
	Size   int64  // bytes of the file on the disk; 0 if nobody knows

	o      Options
	file   io.Closer
	raw    *counter
	text   *bufio.Reader
	plain  bool // the text has the bytes of the file
	number int
	line   int    // of the next chunk
	rest   []byte // text that has been read and is in no chunk yet
	over   bool
	peeked *Chunk
}

// A Chunk is some whole rows.
type Chunk struct {
	Number int        // from 0
	Line   int        // of its first row
	Text   []byte     // not used again: values may go on pointing into it
	Share  int64      // bytes of the file up to its end
	Faults []*Problem // of rows that were left out of Text
}

// A counter counts the bytes that were read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// Open opens a file, or standard input for "-". The error is that of the file system, or a
// [*Problem] of options that do not fit the file.
func Open(path string, o Options) (*Source, error) {
	s := &Source{Name: path, line: 1}
	var in io.Reader
	if path == "-" {
		s.Name, in = "standard input", o.Stdin
		if in == nil {
			in = os.Stdin
		}
	} else {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			s.Size = info.Size()
		}
		s.file, in = f, f
	}
	if o.MaxRow <= 0 {
		o.MaxRow = 32 << 20
	}
	if o.Chunk <= 0 {
		o.Chunk = 256 << 10
	}
	s.o, s.raw = o, &counter{r: in}
	if err := s.begin(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// begin finds out how the file is written.
func (s *Source) begin() (err error) {
	name := s.o.Encoding
	if name == "" {
		name = "auto"
	}
	if s.text, s.plain, err = decoded(s.raw, name); err != nil {
		return &Problem{File: s.Name, Err: err}
	}
	if s.Format, err = s.formatOf(s.o.Format); err != nil {
		return &Problem{File: s.Name, Err: err}
	}
	if s.Comma = s.o.Delimiter; s.Comma == 0 {
		s.Comma = s.delimiter()
	}
	return nil
}

func (s *Source) formatOf(name string) (string, error) {
	if name != "" && name != "auto" {
		if !slices.Contains(Formats, name) {
			return "", fmt.Errorf("there is no format %q; there are %s", name, strings.Join(Formats, ", "))
		}
		return name, nil
	}
	switch strings.ToLower(filepath.Ext(strings.TrimSuffix(s.Name, ".gz"))) {
	case ".csv", ".tsv":
		return "csv", nil
	case ".ndjson", ".jsonl", ".json":
		return "ndjson", nil
	}
	head, _ := s.text.Peek(4096)
	if head = bytes.TrimSpace(head); len(head) > 0 && head[0] != '{' {
		return "csv", nil
	}
	return "ndjson", nil
}

// delimiter is the most frequent of the usual ones in the first line.
func (s *Source) delimiter() byte {
	head, _ := s.text.Peek(60 << 10)
	line, _, _ := bytes.Cut(head, []byte("\n"))
	best := byte(',')
	for _, d := range []byte{';', '\t'} {
		if bytes.Count(line, []byte{d}) > bytes.Count(line, []byte{best}) {
			best = d
		}
	}
	return best
}

// Close closes the file.
func (s *Source) Close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// Next returns the next chunk, io.EOF behind the last.
func (s *Source) Next() (*Chunk, error) {
	if c := s.peeked; c != nil {
		s.peeked = nil
		return c, nil
	}
	if s.over && len(s.rest) == 0 {
		return nil, io.EOF
	}
	c := &Chunk{Number: s.number, Line: s.line}
	s.number++
	end, err := s.fill(c)
	if err != nil {
		return nil, err
	}
	rest := make([]byte, len(s.rest)-end, max(len(s.rest)-end, s.o.Chunk)+s.o.Chunk/4)
	copy(rest, s.rest[end:])
	c.Text, s.rest = s.rest[:end:end], rest
	s.line += bytes.Count(c.Text, []byte("\n"))
	c.Share = s.raw.n
	if s.plain {
		c.Share -= int64(s.text.Buffered() + len(s.rest))
	}
	return c, nil
}

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

// Peek returns the next chunk, which Next returns once more; nil and io.EOF behind the last.
func (s *Source) Peek() (*Chunk, error) {
	if s.peeked == nil {
		c, err := s.Next()
		if err != nil {
			return nil, err
		}
		s.peeked = c
	}
	return s.peeked, nil
}
