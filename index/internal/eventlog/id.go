package eventlog

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// Event ids are random or counted, and most of a log would be ids if their
// text were kept. A code is an id without loss in few bytes: a first byte,
// form in the low three bits and a number from 0 to 31 above, and a payload
// whose length follows from what comes before it. An id has one code in a log,
// for good, so codes are equal exactly if ids are.
const (
	formText   = iota // the bytes; number: how many, 0 if a varint says it
	formNumber        // a decimal number; number: bytes of it
	formUUID          // 16 bytes of a UUID in lower case with dashes
	formHex           // lower-case hexadecimal digits; number: bytes less one

	// Decimal digits after a text, as a number of 3, 4 or 8 bytes; number: the
	// pattern, or 31 if a varint follows that is the pattern less 31.
	formPattern3
	formPattern4
	formPattern8
)

const (
	maxPatterns = 4096 // more are noise, and must not cost memory for ever
	maxPrefix   = 24   // bytes
	minDigits   = 5    // fewer gain nothing, and come by chance in random ids
	maxDigits   = 18   // fit 64 bits
	minHex      = 8
	maxHex      = 64
	uuidText    = 36
	uuidBytes   = 16
)

// A pattern is what ids of formPattern have in common.
type pattern struct {
	prefix string
	digits int
}

// patterns only grow, so that a slice of them taken earlier stays right.
type patterns struct {
	known []pattern
	index map[pattern]int
}

// patternBits are a pattern's number in the first byte of a code.
const patternBits = 31

// encode appends the code of the id. Without learn, ok is false for an id
// with a pattern never seen, which is thus in no event.
func (p *patterns) encode(code []byte, id string, learn bool) (_ []byte, ok bool) {
	digits := trailingDigits(id)
	switch {
	// a number, unless it begins with a zero that would be lost
	case digits == len(id) && digits <= maxDigits && (id[0] != '0' || digits == 1):
		n, _ := strconv.ParseUint(id, 10, 64)
		size := bytesOf(n)
		code = append(code, byte(formNumber|size<<3))
		return appendLow(code, n, size), true
	// only lower case, since only one spelling can come back
	case len(id) == uuidText && isUUID(id):
		code = append(code, formUUID)
		return appendHex(code, id), true
	case len(id) >= minHex && len(id) <= maxHex && len(id)%2 == 0 && isHex(id):
		code = append(code, byte(formHex|(len(id)/2-1)<<3))
		return appendHex(code, id), true
	// a text with a number behind it, such as order-000123: the text is a pattern
	case digits >= minDigits && len(id)-min(digits, maxDigits) <= maxPrefix:
		digits = min(digits, maxDigits)
		if known, at, full := p.number(pattern{id[:len(id)-digits], digits}, learn); known {
			n, _ := strconv.ParseUint(id[len(id)-digits:], 10, 64)
			// all numbers of so many digits have as many bytes, so that codes of a pattern do too
			form, size := patternForm(digits)
			code = append(code, byte(form|min(at, patternBits)<<3))
			if at >= patternBits {
				code = binary.AppendUvarint(code, uint64(at-patternBits))
			}
			return appendLow(code, n, size), true
		} else if !full {
			// a pattern that is not known yet is in no event
			return code, false
		}
	}
	// anything else as it is, with its length in the first byte if that is short
	if len(id) < 32 {
		code = append(code, byte(formText|len(id)<<3))
	} else {
		code = append(code, formText)
		code = binary.AppendUvarint(code, uint64(len(id)))
	}
	return append(code, id...), true
}

// number returns the number of a pattern, which it learns if it may and there
// is room. That there is none once stays so, or an id would change its code.
func (p *patterns) number(one pattern, learn bool) (known bool, at int, full bool) {
	at, known = p.index[one]
	full = len(p.known) >= maxPatterns
	if known || full || !learn {
		return known, at, full
	}
	if p.index == nil {
		p.index = map[pattern]int{}
	}
	one.prefix = strings.Clone(one.prefix)
	at = len(p.known)
	p.index[one] = at
	p.known = append(p.known, one)
	return true, at, false
}

// codeLen returns the length of the code that the bytes begin with.
func codeLen(p []byte) int {
	number := int(p[0] >> 3)
	switch p[0] & 7 {
	case formNumber:
		return 1 + number
	case formUUID:
		return 1 + uuidBytes
	case formHex:
		return 2 + number
	case formPattern3, formPattern4, formPattern8:
		_, from, size := patternAt(p)
		return from + size
	}
	if number > 0 {
		return 1 + number
	}
	length, n := binary.Uvarint(p[1:])
	return 1 + n + int(length)
}

// wellFormed reports whether the bytes are a code by their form, with this many
// patterns: then they may be decoded.
func wellFormed(p []byte, patterns int) bool {
	if len(p) == 0 {
		return false
	}
	switch number := int(p[0] >> 3); p[0] & 7 {
	case formNumber:
		return number >= 1 && number <= 8 && len(p) == 1+number
	case formUUID:
		return len(p) == 1+uuidBytes
	case formHex:
		return len(p) == 2+number
	case formPattern3, formPattern4, formPattern8:
		if number == patternBits {
			more, n := binary.Uvarint(p[1:])
			if n <= 0 || more >= uint64(patterns) {
				return false
			}
		}
		at, from, size := patternAt(p)
		return at < patterns && len(p) == from+size
	case formText:
		if number > 0 {
			return len(p) == 1+number
		}
		length, n := binary.Uvarint(p[1:])
		return n > 0 && length > 0 && length == uint64(len(p)-1-n)
	}
	return false
}

// decode returns the id of a code.
func decode(code []byte, known []pattern) string {
	number := int(code[0] >> 3)
	var buffer [96]byte
	text := buffer[:0]
	switch code[0] & 7 {
	case formNumber:
		text = strconv.AppendUint(text, low(code[1:], number), 10)
	case formUUID:
		for i, b := range code[1 : 1+uuidBytes] {
			if i == 4 || i == 6 || i == 8 || i == 10 {
				text = append(text, '-')
			}
			text = append(text, hexDigits[b>>4], hexDigits[b&15])
		}
	case formHex:
		for _, b := range code[1 : 2+number] {
			text = append(text, hexDigits[b>>4], hexDigits[b&15])
		}
	case formPattern3, formPattern4, formPattern8:
		at, from, size := patternAt(code)
		text = append(text, known[at].prefix...)
		text = appendDigits(text, low(code[from:], size), known[at].digits)
	default:
		if number == 0 {
			length, n := binary.Uvarint(code[1:])
			return string(code[1+n : 1+n+int(length)])
		}
		return string(code[1 : 1+number])
	}
	return string(text)
}

// patternForm returns the form for so many digits, and its bytes.
func patternForm(digits int) (form, size int) {
	switch {
	case digits <= 7:
		return formPattern3, 3
	case digits <= 9:
		return formPattern4, 4
	}
	return formPattern8, 8
}

// patternAt returns the pattern of a code, and where its number is.
func patternAt(code []byte) (at, from, size int) {
	size = 3
	switch code[0] & 7 {
	case formPattern4:
		size = 4
	case formPattern8:
		size = 8
	}
	if at = int(code[0] >> 3); at < patternBits {
		return at, 1, size
	}
	more, n := binary.Uvarint(code[1:])
	return at + int(more), 1 + n, size
}

// appendDigits appends the number with so many digits, for which there is room.
func appendDigits(text []byte, n uint64, digits int) []byte {
	from := len(text)
	text = text[:from+digits]
	for i := len(text) - 1; i >= from; i-- {
		text[i] = byte('0' + n%10)
		n /= 10
	}
	return text
}

const hexDigits = "0123456789abcdef"

// trailingDigits is how many decimal digits an id ends with.
func trailingDigits(id string) int {
	n := 0
	for n < len(id) && id[len(id)-1-n]-'0' < 10 {
		n++
	}
	return n
}

// isHex reports whether an id is lower-case hexadecimal digits.
func isHex(id string) bool {
	for i := range len(id) {
		if c := id[i]; c-'0' >= 10 && c-'a' >= 6 {
			return false
		}
	}
	return true
}

// isUUID reports whether 36 bytes are a UUID in lower case with dashes.
func isUUID(id string) bool {
	return id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-' &&
		isHex(id[:8]) && isHex(id[9:13]) && isHex(id[14:18]) && isHex(id[19:23]) && isHex(id[24:])
}

// appendHex appends the bytes of hexadecimal digits, passing over dashes.
func appendHex(code []byte, id string) []byte {
	for i := 0; i < len(id); {
		if id[i] == '-' {
			i++
			continue
		}
		code = append(code, nibble(id[i])<<4|nibble(id[i+1]))
		i += 2
	}
	return code
}

// nibble is the value of a hexadecimal digit.
func nibble(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}

// bytesOf returns how many bytes hold the number, at least one.
func bytesOf(n uint64) int {
	size := 1
	for n >>= 8; n > 0; n >>= 8 {
		size++
	}
	return size
}

// appendLow appends the lowest bytes of a number, the lowest first.
func appendLow(code []byte, n uint64, size int) []byte {
	for range size {
		code = append(code, byte(n))
		n >>= 8
	}
	return code
}

// low reads what appendLow appends.
func low(p []byte, size int) (n uint64) {
	for i := size - 1; i >= 0; i-- {
		n = n<<8 | uint64(p[i])
	}
	return n
}
