package sqlgen

import (
	"strings"
	"unicode/utf8"
)

// A textPart is where a text is to have another one.
type textPart uint8

const (
	partWithin textPart = iota // anywhere
	partFirst                  // at its beginning
	partLast                   // at its end
)

// pattern is that of LIKE.
func (p textPart) pattern(v string, escape rune) string {
	e := string(escape)
	v = strings.NewReplacer(e, e+e, "%", e+"%", "_", e+"_").Replace(v)
	if p != partFirst {
		v = "%" + v
	}
	if p != partLast {
		v += "%"
	}
	return v
}

// A textTerm is a text that is stored, as a column or within JSON.
type textTerm struct {
	frag
	column bool
}

// hasPart holds if a text has v as a part. It asks for v as it is, and of a column
// first in a way that an index serves.
func (s scope) hasPart(p textPart, x textTerm, v string, fold bool) frag {
	switch {
	case v == "":
		return notNull(x.frag)
	case !s.plainText(v):
		return never()
	}
	test := map[textPart]func(x frag, v string) frag{partWithin: s.dialect.contains, partFirst: s.startsWith, partLast: s.endsWith}[p]
	if fold {
		folded, v := s.folded(x.frag, v)
		return test(folded, v)
	}
	if !x.column {
		return test(x.frag, v)
	}
	f, exact := s.indexed(p, x.frag, v)
	if exact {
		return f
	}
	return and(f, test(x.frag, v))
}

// afterAll is the first text, by code points, that is after all texts that start with
// v; ok is false if there is none.
func afterAll(v string) (after string, ok bool) {
	for v != "" {
		last, size := utf8.DecodeLastRuneInString(v)
		v = v[:len(v)-size]
		switch last {
		case utf8.MaxRune:
			continue // "ab\U0010ffff" has nothing behind it but what is behind "ab"
		case 0xd7ff: // what follows are no characters
			last = 0xe000 - 1
		}
		return v + string(last+1), true
	}
	return "", false
}
