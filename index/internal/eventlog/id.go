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
	formPrefix        // a varint naming the prefix, then digits; number: how many
	formHex           // lower-case hexadecimal digits; number: bytes less one
)

const (
	maxPrefixes = 4096 // more are noise, and must not cost memory for ever
	maxPrefix   = 24   // bytes
	minDigits   = 5    // fewer gain nothing, and come by chance in random ids
	maxDigits   = 18   // fit 64 bits
	minHex      = 8
	maxHex      = 64
	uuidText    = 36
	uuidBytes   = 16
)

// prefixes are the texts that ids of formPrefix begin with. They only grow, so
// that a slice of them taken earlier stays right.
type prefixes struct {
	texts []string
	index map[string]int
}

// encode appends the code of the id. Without learn, ok is false for an id
// with a prefix never seen, which is thus in no event.
func (p *prefixes) encode(code []byte, id string, learn bool) (_ []byte, ok bool) {
	digits := trailingDigits(id)
	switch {
	case digits == len(id) && digits <= maxDigits && (id[0] != '0' || digits == 1):
		n, _ := strconv.ParseUint(id, 10, 64)
		size := bytesOf(n)
		code = append(code, byte(formNumber|size<<3))
		return appendLow(code, n, size), true
	case len(id) == uuidText && isUUID(id):
		code = append(code, formUUID)
		return appendHex(code, id), true
	case len(id) >= minHex && len(id) <= maxHex && len(id)%2 == 0 && isHex(id):
		code = append(code, byte(formHex|(len(id)/2-1)<<3))
		return appendHex(code, id), true
	case digits >= minDigits && len(id)-min(digits, maxDigits) <= maxPrefix:
		digits = min(digits, maxDigits)
		if known, at, full := p.prefix(id[:len(id)-digits], learn); known {
			n, _ := strconv.ParseUint(id[len(id)-digits:], 10, 64)
			code = append(code, byte(formPrefix|digits<<3))
			code = binary.AppendUvarint(code, uint64(at))
			return appendLow(code, n, digitBytes(digits)), true
		} else if !full {
			return code, false
		}
	}
	if len(id) < 32 {
		code = append(code, byte(formText|len(id)<<3))
	} else {
		code = append(code, formText)
		code = binary.AppendUvarint(code, uint64(len(id)))
	}
	return append(code, id...), true
}

// prefix returns the place of a prefix, which it learns if it may and there is
// room. That there is none once stays so, or an id would change its code.
func (p *prefixes) prefix(text string, learn bool) (known bool, at int, full bool) {
	at, known = p.index[text]
	full = len(p.texts) >= maxPrefixes
	if known || full || !learn {
		return known, at, full
	}
	if p.index == nil {
		p.index = map[string]int{}
	}
	text = strings.Clone(text)
	at = len(p.texts)
	p.index[text] = at
	p.texts = append(p.texts, text)
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
	case formPrefix:
		_, n := binary.Uvarint(p[1:])
		return 1 + n + digitBytes(number)
	case formHex:
		return 2 + number
	}
	if number > 0 {
		return 1 + number
	}
	length, n := binary.Uvarint(p[1:])
	return 1 + n + int(length)
}

// decode returns the id of a code.
func decode(code []byte, texts []string) string {
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
	case formPrefix:
		at, n := binary.Uvarint(code[1:])
		text = append(text, texts[at]...)
		end := len(text) + number
		text = text[:end]
		for v := low(code[1+n:], digitBytes(number)); number > 0; number-- {
			text[end-1] = byte('0' + v%10)
			v, end = v/10, end-1
		}
	case formHex:
		for _, b := range code[1 : 2+number] {
			text = append(text, hexDigits[b>>4], hexDigits[b&15])
		}
	default:
		if number == 0 {
			length, n := binary.Uvarint(code[1:])
			return string(code[1+n : 1+n+int(length)])
		}
		return string(code[1 : 1+number])
	}
	return string(text)
}

const hexDigits = "0123456789abcdef"

func trailingDigits(id string) int {
	n := 0
	for n < len(id) && id[len(id)-1-n]-'0' < 10 {
		n++
	}
	return n
}

func isHex(id string) bool {
	for i := range len(id) {
		if c := id[i]; c-'0' >= 10 && c-'a' >= 6 {
			return false
		}
	}
	return true
}

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

// digitBytes returns how many bytes hold every number of so many digits.
func digitBytes(digits int) int {
	n := uint64(1)
	for range digits {
		n *= 10
	}
	return bytesOf(n - 1)
}

func appendLow(code []byte, n uint64, size int) []byte {
	for range size {
		code = append(code, byte(n))
		n >>= 8
	}
	return code
}

func low(p []byte, size int) (n uint64) {
	for i := size - 1; i >= 0; i-- {
		n = n<<8 | uint64(p[i])
	}
	return n
}
