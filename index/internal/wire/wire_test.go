package wire

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/codec"
	"github.com/segmentrules/segment/rule"
)

const preambleText = "preamble"

// write returns what is written in one section of kind 1.
func write(t testing.TB, f func(*Writer)) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b, []byte(preambleText))
	w.Section(1)
	f(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// open returns a reader at the beginning of the section.
func open(b []byte) *Reader {
	r := NewReader(bytes.NewReader(b[min(len(b), len(preambleText)):]), []byte(preambleText))
	r.Section(1)
	return r
}

var someValues = []segment.Value{
	{}, segment.Bool(true), segment.Bool(false), segment.Int(0), segment.Int(-1), segment.Int(math.MaxInt64), segment.Int(math.MinInt64),
	segment.Uint(math.MaxUint64), segment.Number(0.1), segment.Number(-1e300), segment.Number(math.SmallestNonzeroFloat64), segment.JSON(`1e-30`),
	segment.JSON(`123456789012345678901234567890.5`), segment.Text(""), segment.Text("grüße\x00"), segment.Text(strings.Repeat("long ", 60_000)),
	segment.Time(time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)), segment.Time(time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)),
	segment.Date(1600, 2, 29), segment.Date(9999, 12, 31), segment.Duration(math.MinInt64), segment.Duration(time.Nanosecond),
	segment.JSON(`[1,"a",[null,{"b":[]}],{}]`), segment.List(), segment.Object(segment.Member{Name: "", Value: segment.Int(1)}, segment.Member{Name: "z", Value: segment.List(segment.Int(2))}),
}

func TestValuesComeBack(t *testing.T) {
	b := write(t, func(w *Writer) {
		for _, v := range someValues {
			w.Value(v)
		}
	})
	r := open(b)
	for i, want := range someValues {
		if got := r.Value(); got.Kind() != want.Kind() || !got.Equal(want) {
			t.Errorf("value %d: %v, want %v", i, got, want)
		}
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestEqualValuesAppendTheSame(t *testing.T) {
	seen := map[string]int{}
	for i, v := range someValues {
		text := string(AppendValue(nil, v))
		if j, ok := seen[text]; ok {
			t.Errorf("values %d and %d append the same", i, j)
		}
		seen[text] = i
	}
	a, b := segment.JSON(`{"a":1,"b":{"c":2,"d":3}}`), segment.JSON(`{"b":{"d":3,"c":2},"a":1.0}`)
	if !bytes.Equal(AppendValue(nil, a), AppendValue(nil, b)) {
		t.Error("the order of members makes a difference")
	}
}

// primitives writes, or reads and compares, some of everything; more than a frame.
var blobs = [][]byte{nil, {0}, bytes.Repeat([]byte("0123456789"), 40_000)}

var numbers = []uint64{0, 1, 127, 128, 1 << 32, math.MaxUint64}

var instants = []time.Time{time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 31, 12, 0, 0, 5, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}

func writePrimitives(w *Writer) {
	for _, n := range numbers {
		w.Uvarint(n)
		w.Varint(int64(n))
		w.Varint(-int64(n))
	}
	for _, b := range blobs {
		w.Blob(b)
		w.Text(string(b))
		w.Tail(string(b))
	}
	w.Byte(7)
	w.Bool(true)
	w.Bool(false)
	for _, at := range instants {
		w.Instant(at)
	}
	Words(w, make([]uint8, 5))
	Words(w, []uint16{1, 1 << 15})
	Words(w, slices.Repeat([]uint32{3, 1 << 31}, 50_000))
	Words(w, []uint64{9, math.MaxUint64})
	w.Byte(0)
}

func readPrimitives(r *Reader) (all []any) {
	for range numbers {
		all = append(all, r.Uvarint(), r.Varint(), r.Varint())
	}
	for range blobs {
		all = append(all, string(r.Blob(MaxText)), r.Text())
		tail, _ := r.Tail()
		all = append(all, string(tail))
	}
	all = append(all, r.Byte(), r.Bool(), r.Bool())
	for range instants {
		all = append(all, r.Instant())
	}
	a, b, c, d := make([]uint8, 5), make([]uint16, 2), make([]uint32, 100_000), make([]uint64, 2)
	ReadWords(r, a)
	ReadWords(r, b)
	ReadWords(r, c)
	ReadWords(r, d)
	none, ok := r.Tail()
	return append(all, a, b, c, d, len(none), ok)
}

func wantPrimitives() (all []any) {
	for _, n := range numbers {
		all = append(all, n, int64(n), -int64(n))
	}
	for _, b := range blobs {
		all = append(all, string(b), string(b), string(b))
	}
	all = append(all, byte(7), true, false)
	for _, at := range instants {
		all = append(all, at)
	}
	return append(all, make([]uint8, 5), []uint16{1, 1 << 15}, slices.Repeat([]uint32{3, 1 << 31}, 50_000), []uint64{9, math.MaxUint64}, 0, false)
}

func TestPrimitivesComeBack(t *testing.T) {
	b := write(t, writePrimitives)
	if len(b) < 10*maxPayload {
		t.Fatalf("%d bytes are too few frames", len(b))
	}
	for name, in := range map[string]io.Reader{"at once": bytes.NewReader(b[len(preambleText):]), "byte by byte": iotest.OneByteReader(bytes.NewReader(b[len(preambleText):]))} {
		r := NewReader(in, []byte(preambleText))
		r.Section(1)
		if diff := cmp.Diff(wantPrimitives(), readPrimitives(r)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if err := r.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSections(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b, nil)
	for kind := byte(1); kind <= 3; kind++ {
		w.Section(kind)
		w.Byte(kind)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	read := func(b []byte, kinds ...byte) error {
		r := NewReader(bytes.NewReader(b), nil)
		for _, kind := range kinds {
			if r.Section(kind); kind < 9 {
				r.Byte()
			}
		}
		return r.Close()
	}
	good := b.Bytes()
	const frame = headerSize + 1 + sumSize
	for name, c := range map[string]struct {
		bytes []byte
		kinds []byte
		want  string // "" if it is read
	}{
		"as written":    {good, []byte{1, 2, 3}, ""},
		"another":       {good, []byte{1, 3}, "section 2 where section 3 is expected"},
		"too few":       {good, []byte{1, 2}, "section 3 where section 0"},
		"not all read":  {good, []byte{1, 9}, "section 2 where section 9"},
		"too many":      {good, []byte{1, 2, 3, 4}, "section 0 where section 4"},
		"swapped":       {slices.Concat(good[frame:2*frame], good[:frame], good[2*frame:]), []byte{2, 1, 3}, "checksum of a frame does not fit"},
		"one left out":  {slices.Concat(good[:frame], good[2*frame:]), []byte{1, 3}, "checksum of a frame does not fit"},
		"bytes behind":  {append(slices.Clone(good), 0), []byte{1, 2, 3}, "bytes behind the end"},
		"another start": {good[1:], []byte{1, 2, 3}, "checksum of a frame's header"},
	} {
		err := read(c.bytes, c.kinds...)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestTruncatedIsAnError cuts a file off at every byte of its small frames.
func TestTruncatedIsAnError(t *testing.T) {
	b := write(t, func(w *Writer) {
		for _, v := range someValues[:15] {
			w.Value(v)
		}
		w.Text(strings.Repeat("x", 100))
	})
	for n := len(preambleText); n < len(b); n++ {
		r := open(b[:n])
		for range someValues[:15] {
			r.Value()
		}
		r.Text()
		if err := r.Close(); err == nil {
			t.Fatalf("cut off after %d of %d bytes: no error", n, len(b))
		}
	}
}

func TestEveryChangedByteIsAnError(t *testing.T) {
	good := write(t, func(w *Writer) { w.Text("some text") })
	for i := range good[len(preambleText):] {
		for _, x := range []byte{1, 0x80, 0xff} {
			b := slices.Clone(good)
			b[len(preambleText)+i] ^= x
			r := open(b)
			r.Text()
			if err := r.Close(); err == nil {
				t.Fatalf("byte %d changed by %x: no error", i, x)
			}
		}
	}
	r := NewReader(bytes.NewReader(good[len(preambleText):]), []byte("Preamble"))
	if r.Section(1); r.OK() {
		t.Error("another preamble: no error")
	}
}

// forge returns a file with one frame of these bytes, checksums and all.
func forge(payload []byte) []byte {
	table := castagnoli()
	h := make([]byte, headerSize)
	putHeader(h, 1, true, len(payload), table)
	sum := crc32.Checksum([]byte(preambleText), table)
	sum = crc32.Update(crc32.Update(sum, table, h), table, payload)
	return binary.LittleEndian.AppendUint32(slices.Concat([]byte(preambleText), h, payload), sum)
}

// TestHostileLengths states lengths that there is nothing behind: an error, and
// memory for what there is only.
func TestHostileLengths(t *testing.T) {
	huge := binary.AppendUvarint(nil, 1<<30)
	beyond := binary.AppendUvarint(nil, math.MaxUint64)
	deep := bytes.Repeat([]byte{byte(codec.TagList), 1}, rule.DefaultDepth+2)
	for name, c := range map[string]struct {
		payload []byte
		read    func(*Reader)
	}{
		"blob":               {huge, func(r *Reader) { r.Blob(MaxText) }},
		"blob over its most": {[]byte{9, 1, 2, 3, 4, 5, 6, 7, 8, 9}, func(r *Reader) { r.Blob(8) }},
		"text":               {huge, func(r *Reader) { r.Text() }},
		"text of all bits":   {beyond, func(r *Reader) { r.Text() }},
		"no UTF-8":           {[]byte{2, 0xff, 0xfe}, func(r *Reader) { r.Text() }},
		"empty name":         {[]byte{0}, func(r *Reader) { r.Name("name") }},
		"tail":               {huge, func(r *Reader) { r.Tail() }},
		"count":              {[]byte{9}, func(r *Reader) { r.Count(8, "things") }},
		"count of nothing":   {[]byte{0}, func(r *Reader) { r.Count(-1, "things") }},
		"number":             {bytes.Repeat([]byte{0xff}, 12), func(r *Reader) { r.Uvarint() }},
		"half a number":      {[]byte{0x80}, func(r *Reader) { r.Uvarint() }},
		"bool":               {[]byte{2}, func(r *Reader) { r.Bool() }},
		"words":              {[]byte{1, 2, 3}, func(r *Reader) { ReadWords(r, make([]uint64, 1)) }},
		"list":               {append([]byte{byte(codec.TagList)}, huge...), func(r *Reader) { r.Value() }},
		"object":             {append([]byte{byte(codec.TagObject)}, huge...), func(r *Reader) { r.Value() }},
		"deep":               {deep, func(r *Reader) { r.Value() }},
		"twice":              {[]byte{byte(codec.TagObject), 2, 1, 'a', 0, 1, 'a', 0}, func(r *Reader) { r.Value() }},
		"kind":               {[]byte{99}, func(r *Reader) { r.Value() }},
		"not a number":       {append([]byte{byte(codec.TagFloat)}, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f), func(r *Reader) { r.Value() }},
		"JSON":               {[]byte{byte(codec.TagJSON), 2, '{', '{'}, func(r *Reader) { r.Value() }},
		"date":               {append([]byte{byte(codec.TagDate)}, binary.AppendVarint(nil, 1<<40)...), func(r *Reader) { r.Value() }},
		"instant":            {append(binary.AppendVarint(nil, 1<<60), 0), func(r *Reader) { r.Instant() }},
		"nanoseconds":        {append([]byte{0}, binary.AppendUvarint(nil, 1e9)...), func(r *Reader) { r.Instant() }},
	} {
		b := forge(c.payload)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := open(b)
		if r.Err() != nil {
			t.Fatalf("%s: the forgery is bad: %v", name, r.Err())
		}
		c.read(r)
		if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 1<<20 {
			t.Errorf("%s: %d bytes were allocated", name, after.TotalAlloc-before.TotalAlloc)
		}
		if r.OK() {
			t.Errorf("%s: no error", name)
		}
		if n := r.Uvarint(); n != 0 || r.Text() != "" || r.Blob(9) != nil {
			t.Errorf("%s: something is read behind an error", name)
		}
	}
	big := slices.Concat([]byte(preambleText), make([]byte, headerSize))
	putHeader(big[len(preambleText):], 1, true, maxPayload+1, castagnoli())
	if r := open(big); r.OK() || !strings.Contains(r.Err().Error(), "a frame of") {
		t.Errorf("a frame that is too large: %v", r.Err())
	}
}

func FuzzReader(f *testing.F) {
	f.Add(write(f, writePrimitives)[len(preambleText)+headerSize:])
	f.Add([]byte{byte(codec.TagList), 2, byte(codec.TagText), 1, 'a', byte(codec.TagInt), 4})
	f.Fuzz(func(t *testing.T, payload []byte) {
		if len(payload) > maxPayload {
			return
		}
		r := open(forge(payload))
		for r.OK() {
			if v := r.Value(); r.OK() {
				again := open(write(t, func(w *Writer) { w.Value(v) }))
				if got := again.Value(); !got.Equal(v) || !again.OK() {
					t.Fatalf("%v came back as %v", v, got)
				}
			}
		}
	})
}
