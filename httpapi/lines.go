package httpapi

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// A lineReader reads lines one by one, and holds no more than one, however long a line is
// that somebody sends.
type lineReader struct {
	r    *bufio.Reader
	most int // bytes of a line
	line []byte
	n    int // lines read so far
}

// errLongLine says that a line has more bytes than it may.
var errLongLine = errors.New("the line is too long")

func newLineReader(r io.Reader, most int) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, 64<<10), most: most}
}

// next returns the next line that is not blank, without its end; it is valid until the next
// call. The error is io.EOF behind the last line, errLongLine for a line that is too long,
// behind which reading goes on, or that of the reader: then what was read of the line is not
// returned, since nobody knows how it goes on.
func (l *lineReader) next() ([]byte, error) {
	for {
		line, err := l.one()
		if err != nil || len(line) > 0 {
			return line, err
		}
	}
}

// one returns the next line without white space around it.
func (l *lineReader) one() ([]byte, error) {
	l.line = l.line[:0]
	long := false
	for {
		part, err := l.r.ReadSlice('\n')
		if len(l.line)+len(bytes.TrimRight(part, "\r\n")) > l.most {
			long = true // the rest of it is read and let go
			l.line = l.line[:0]
		}
		if !long {
			l.line = append(l.line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && (!errors.Is(err, io.EOF) || len(l.line) == 0 && !long):
			return nil, err
		}
		l.n++
		if long {
			return nil, errLongLine
		}
		return bytes.TrimSpace(l.line), nil
	}
}
