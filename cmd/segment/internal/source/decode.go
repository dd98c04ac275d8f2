package source

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Encodings are the names of the encodings that a file may be in. With "auto" a byte order
// mark decides, then a text with a zero in every other byte is UTF-16, and all else is UTF-8.
var Encodings = []string{"auto", "utf-8", "utf-16le", "utf-16be", "latin1", "windows-1252"}

// decoded returns a reader of the text in UTF-8, without a byte order mark, and whether it has
// the bytes as they are in the file.
func decoded(r io.Reader, name string) (text *bufio.Reader, plain bool, err error) {
	if !slices.Contains(Encodings, name) {
		return nil, false, fmt.Errorf("there is no encoding %q; there are %s", name, strings.Join(Encodings, ", "))
	}
	in, plain := bufio.NewReaderSize(r, 64<<10), true
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, false, err
		}
		in, plain = bufio.NewReaderSize(z, 64<<10), false
	}
	if name == "auto" {
		name = sniffed(in)
	}
	if mark, _ := in.Peek(3); name == "utf-8" && bytes.Equal(mark, []byte{0xef, 0xbb, 0xbf}) {
		_, _ = in.Discard(3)
	}
	if d := decoderOf(name); d != nil {
		return bufio.NewReaderSize(d.Reader(in), 64<<10), false, nil
	}
	return in, plain, nil
}

// sniffed is the encoding that the first bytes of a text tell.
func sniffed(in *bufio.Reader) string {
	head, _ := in.Peek(256)
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return "utf-16le"
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return "utf-16be"
	case len(head) < 4 || bytes.Count(head, []byte{0})*3 < len(head):
		return "utf-8"
	case head[1] == 0:
		return "utf-16le"
	case head[0] == 0:
		return "utf-16be"
	}
	return "utf-8"
}

// decoderOf is the decoder of an encoding; nil for UTF-8.
func decoderOf(name string) *encoding.Decoder {
	switch name {
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder()
	case "latin1":
		return charmap.ISO8859_1.NewDecoder()
	case "windows-1252":
		return charmap.Windows1252.NewDecoder()
	}
	return nil
}
