package source

// A file is read as chunks of whole rows. Where a row ends depends on the format: a line of
// NDJSON ends with its line break, a record of CSV with one outside of quotes.

import (
	"bufio"
	"bytes"
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
