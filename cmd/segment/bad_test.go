package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"strings"
	"testing"
	"unicode/utf16"
)

// inUTF16 is a text in UTF-16, the little end first, with a byte order mark.
func inUTF16(text string, bigEndian bool) []byte {
	var b bytes.Buffer
	for _, u := range append([]uint16{0xfeff}, utf16.Encode([]rune(text))...) {
		low, high := byte(u), byte(u>>8)
		if bigEndian {
			low, high = high, low
		}
		b.Write([]byte{low, high})
	}
	return b.Bytes()
}

func zipped(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.Bytes()
}

// TestEncodings reads files that are not plain UTF-8.
func TestEncodings(t *testing.T) {
	const table = "id,name\nann,Jörg\nbob,Zoë 🙂\n"
	const lines = "{\"id\": \"ann\", \"name\": \"Jörg\"}\n{\"id\": \"bob\", \"name\": \"Zoë 🙂\"}\n"
	big := "{\"id\": \"a\", \"name\": \"" + strings.Repeat("x", 10<<20) + "\"}\n{\"id\": \"b\", \"name\": \"Jörg\"}\n"
	bigTable := "id,name\na,\"" + strings.Repeat("line\n", 2<<20) + "\"\nb,Jörg\n"
	zip := zipped(table)
	for _, c := range []struct {
		name string
		text []byte
		args []string
		want string // of the output, or of the error
		code int
	}{
		{"x.csv", []byte("\xef\xbb\xbf" + table), nil, "1\n", 0},
		{"x.ndjson", []byte("\xef\xbb\xbf" + lines), nil, "1\n", 0},
		{"x.csv", inUTF16(table, false), nil, "1\n", 0},
		{"x.csv", inUTF16(table, true), nil, "1\n", 0},
		{"x.ndjson", inUTF16(lines, false), nil, "1\n", 0},
		{"x.csv", inUTF16(table, false)[2:], nil, "1\n", 0}, // without the mark
		{"x.csv", []byte("id,name\nann,J\xf6rg\n"), nil, "x.csv:2:6: error: the text is not UTF-8", 2},
		{"x.csv", []byte("id,name\nann,J\xf6rg\nbob,J\xc3\xb6rg\n"), []string{"--keep-going"}, "1\n", 0},
		{"x.csv", []byte("id,n\xe4me\nann,x\n"), nil, "x.csv:1:5: error: the text is not UTF-8", 2},
		{"x.csv", []byte("id,name\nann,J\xf6rg\n"), []string{"--encoding", "latin1"}, "1\n", 0},
		{"x.csv", []byte("id,name,price\nann,J\xf6rg,\x80 5\n"), []string{"--encoding", "windows-1252"}, "1\n", 0},
		{"x.ndjson", []byte("{\"id\": \"ann\", \"name\": \"J\xf6rg\"}\n"), nil, "x.ndjson:1:25: error: the text is not UTF-8", 2},
		{"x.ndjson", []byte("{\"id\": \"ann\", \"name\": \"J\xf6rg\"}\n"), []string{"--encoding", "latin1"}, "1\n", 0},
		{"x.csv", []byte(table), []string{"--encoding", "ebcdic"}, "there is no encoding \"ebcdic\"", 2},
		{"x.csv.gz", zip, nil, "1\n", 0},
		{"x.csv.gz", zip[:len(zip)-12], nil, "unexpected EOF", 3},
		{"x.csv.gz", zip[:5], nil, "unexpected EOF", 2},
		{"x.ndjson", []byte(big), nil, "1\n", 0},
		{"x.csv", []byte(bigTable), nil, "1\n", 0},
		{"x.ndjson", []byte(big), []string{"--max-row", "1000000"}, "x.ndjson:1:1: error: the row has more than the 1000000 bytes", 2},
		{"x.ndjson", []byte(big), []string{"--max-row", "1000000", "--keep-going"}, "1\n", 0},
		{"x.csv", []byte(bigTable), []string{"--max-row", "1000000"}, "x.csv:2:1: error: a field begins with a quote (\") that nothing closes within 1000000 bytes", 2},
		{"x.ndjson", []byte(strings.Repeat("{\"a\":", 200) + "1" + strings.Repeat("}", 200) + "\n"), nil, "x.ndjson:1:", 2},
		{"x.ndjson", []byte("\x00\x01\x02\n"), nil, "x.ndjson:1:1: error:", 2},
		{"x.csv", []byte("id,name\r\nann,Jörg\r\n\r\nbob,\"a\r\nb\"\r\n"), nil, "1\n", 0},
		{"x.csv", []byte("id\tname\nann\tJörg\n"), nil, "1\n", 0},
		{"x.csv", []byte("id;name\nann;Jörg, the second\nbob;Jörg"), nil, "1\n", 0},
	} {
		t.Chdir(t.TempDir())
		if err := os.WriteFile(c.name, c.text, 0o600); err != nil {
			t.Fatal(err)
		}
		r := segmentWith(nil, nil, append(append([]string{"count"}, c.args...), `name = "Jörg"`, c.name)...)
		if r.code != c.code || c.code == 0 && r.out != c.want || c.code != 0 && !strings.Contains(r.err, c.want) {
			t.Errorf("%s %.40q %v:\n%.300swant %s (exit %d)", c.name, c.text, c.args, r, c.want, c.code)
		}
	}
}

// TestNothingPanics gives files of rubbish to all that read files.
func TestNothingPanics(t *testing.T) {
	prepare(t)
	rubbish := []string{"", "\n", "{", "[", "\"", "{}", "[]", "null", "\xff\xfe", "\xff\xfe{", "id\n\"", "{\"id\":1}", "{\"contact\":1}", "{\"contact\":\"a\",\"at\":null}", "{\"id\":\"a\",\"fields\":{},\"events\":[1]}", "{\"id\":\"a\",\"fields\":{},\"lists\":1}", "\x1f\x8b", ",,,\n,,,", "{\"segments\":1}", "{\"segments\":[1]}", "{\"fields\":{\"age\":{\"kind\":\"numbr\"}}}"}
	for _, text := range rubbish {
		if err := os.WriteFile("rubbish", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{
			{"check", "rubbish"}, {"fmt", "rubbish"}, {"count", "age > 5", "rubbish"}, {"count", "--format", "csv", "--keep-going", "age > 5", "rubbish"},
			{"preview", "--keep-going", "DID a AND IN LIST \"x\"", "rubbish"}, {"count", "--events", "rubbish", "DID a", "contacts.csv"}, {"count", "--events", "rubbish", "--keep-going", "--events-sorted", "DID a", "contacts.ndjson"},
			{"replay", "rubbish", "--segments", "segments.json"}, {"replay", "log.ndjson", "--segments", "rubbish"}, {"count", "--schema", "rubbish", "age > 5", "contacts.csv"},
			{"explain", "DID a AND IN LIST \"x\" AND IN SEGMENT \"y\" AND age CHANGED IN LAST 5 DAYS", "rubbish"}, {"eval", "rubbish", "rubbish"}, {"sql", "--tables", "rubbish", "age > 5"}, {"check-db", "rubbish", "--tables", "tables.json", "--segments", "segments.json"},
			{"verify", "rubbish"}, {"serve", "rubbish", "--addr", "127.0.0.1:0"},
		} {
			if r := segmentWith(strings.NewReader(text), nil, args...); r.code > 3 || r.code != 0 && r.err == "" && r.out == "" {
				t.Errorf("%q %v: %s", text, args, r)
			}
		}
	}
}
