package column

import (
	"math/bits"
	"strings"

	"github.com/segmentrules/segment"
)

// A dictionary is the different values of a column, each with a code from 1;
// code 0 is null. Values stay for as long as any strip uses the dictionary.
type dictionary struct {
	values []segment.Value // by code; only ever appended to, as views share it
	texts  map[string]uint32
	others map[key]uint32
	strips int   // how many use it
	rows   int   // of the table
	full   bool  // no more values: they are too many to be worth it
	held   int64 // bytes of the texts
}

// A key stands for a value that is no text.
type key struct {
	class class
	x     int64
}

// classBool is a class for keys only.
const classBool = classDuration + 1

// keyOf returns the key of a scalar that is no text; ok is false if none can be
// made: then no dictionary holds the value.
func keyOf(v segment.Value) (k key, ok bool) {
	if v.Kind() == segment.KindBool {
		if v.Bool() {
			return key{classBool, 1}, true
		}
		return key{classBool, 0}, true
	}
	c := classOf(v)
	if c == classCents {
		c = classFloat // whether it is cents is of no interest here
	}
	// a number has one key whatever the class of the strip it is in
	x, _ := c.encode(v)
	return key{c, x}, c != classNone
}

// limit returns how many values a column of this many rows may have. A few
// thousand are kept whatever the rows, as cities and campaigns have as many;
// past that values that are mostly different are better off as they are.
func (d *dictionary) limit() int {
	return max(4096, min(d.rows/2, 16384), d.rows/8)
}

// crowded reports whether there are as many values as there may be.
func (d *dictionary) crowded() bool { return !d.full && len(d.values) > d.limit() }

// code returns the code of a value; ok is false if it has none.
func (d *dictionary) code(v segment.Value) (code uint32, ok bool) {
	if v.Kind() == segment.KindText {
		code, ok = d.texts[v.Text()]
		return code, ok
	}
	k, ok := keyOf(v)
	if !ok {
		return 0, false
	}
	code, ok = d.others[k]
	return code, ok
}

// intern returns the code of a value, and makes one if need be; ok is false if
// the dictionary cannot hold the value, or gives up.
func (d *dictionary) intern(v segment.Value) (code uint32, ok bool) {
	if code, ok := d.code(v); ok {
		return code, true
	}
	if d.full {
		return 0, false
	}
	k, isKey := keyOf(v)
	isText := v.Kind() == segment.KindText
	if !isKey && !isText {
		return 0, false
	}
	// from now on it takes no new values: most are different, and better off as they are
	if d.crowded() {
		d.full = true
		return 0, false
	}
	if d.values == nil {
		d.values = make([]segment.Value, 1, 4)
		d.texts, d.others = map[string]uint32{}, map[key]uint32{}
	}
	code = uint32(len(d.values))
	if isText {
		text := strings.Clone(v.Text()) // it may be part of a large document
		d.held += int64(len(text))
		v = segment.Text(text)
		d.texts[text] = code
	} else {
		d.others[k] = code
	}
	d.values = append(d.values, v)
	return code, true
}

// encode returns a strip of codes for the values, nil if the dictionary does
// not take them. Where numbers are among them it gives up on this strip only:
// a stray text in a block of numbers says nothing of the column.
func (d *dictionary) encode(vs []segment.Value, n int) strip {
	if !d.takes(vs) {
		return nil
	}
	all := make([]uint32, n)
	most, count := uint32(0), 0
	for r, v := range vs {
		if v.IsNull() {
			continue
		}
		code, ok := d.intern(v)
		if !ok {
			// what was added for this strip alone goes with it
			if d.strips == 0 {
				*d = dictionary{full: d.full, rows: d.rows}
			}
			return nil
		}
		all[r] = code
		most = max(most, code)
		count++
	}
	switch width := bits.Len32(most); {
	case width <= 8:
		return newPlanes(all, width, count)
	case width <= 16:
		return newCodes[uint16](all, count)
	}
	return newCodes[uint32](all, count)
}

// takes reports whether the values are worth adding to the dictionary.
func (d *dictionary) takes(vs []segment.Value) bool {
	fresh := map[key]struct{}{}
	for _, v := range vs {
		if v.IsNull() || v.Kind() == segment.KindText {
			continue
		}
		k, ok := keyOf(v)
		if !ok {
			return false
		}
		if _, known := d.others[k]; !known {
			// so many new numbers in one block are no names for anything, such as states are
			if fresh[k] = struct{}{}; len(fresh) > 1024 {
				return false
			}
		}
	}
	return true
}

// bytes returns the memory held: 24 bytes a value, and what a map of Go takes.
func (d *dictionary) bytes() int64 {
	return int64(cap(d.values))*24 + d.held + mapBytes(len(d.texts), 24) + mapBytes(len(d.others), 24)
}

// mapBytes returns what a map with n entries of this size takes, with its free
// slots, three of eight on the average.
func mapBytes(n, entry int) int64 {
	if n == 0 {
		return 0
	}
	return int64(room(n*8/7)) * int64(entry+1)
}
