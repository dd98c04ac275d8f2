package segment

import (
	"math/bits"
	"strings"
	"time"
	"unicode/utf8"
)

// A textSet is a set of texts: an open hash table of which at most a quarter
// is used, or, if it is large, a Go map, which no choice of texts makes slow.
type textSet struct {
	mask  uint64
	table []setEntry
	large map[string]bool
}

type setEntry struct {
	text string
	used bool
}

const largeSet = 512

func newTextSet(texts []string) *textSet {
	if len(texts) > largeSet {
		s := &textSet{large: make(map[string]bool, len(texts))}
		for _, t := range texts {
			s.large[t] = true
		}
		return s
	}
	n := uint64(1) << bits.Len(uint(2*len(texts)))
	s := &textSet{mask: n - 1, table: make([]setEntry, n)}
	for _, t := range texts {
		if s.has(t) {
			continue
		}
		i := textHash(t)
		for s.table[i&s.mask].used {
			i++
		}
		s.table[i&s.mask] = setEntry{t, true}
	}
	return s
}

func (s *textSet) has(text string) bool {
	if s.table == nil {
		return s.large[text]
	}
	for i := textHash(text); ; i++ {
		e := &s.table[i&s.mask]
		if !e.used {
			return false
		}
		if e.text == text {
			return true
		}
	}
}

// appendFolded appends what folded returns.
func appendFolded(dst []byte, text string) []byte {
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z':
			dst = append(dst, byte(r)-'a'+'A')
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		default:
			dst = utf8.AppendRune(dst, foldRune(r))
		}
	}
	return dst
}

// testText tests a text that is folded if the leaf folds, for the leaves that
// look at nothing else.
func (l *leaf) testText(text string) bool {
	switch l.op {
	case leafText:
		if l.cmp == Eq {
			return text == l.text
		}
		return l.cmp.holds(strings.Compare(text, l.text))
	case leafTexts:
		return l.set.has(text)
	case leafLike:
		for _, t := range l.texts {
			if l.end == Suffix && strings.HasSuffix(text, t) || l.end == Prefix && strings.HasPrefix(text, t) {
				return true
			}
		}
		return false
	}
	// leafHas: one of the texts decides ANY if it is there, ALL if it is not.
	for _, t := range l.texts {
		if strings.Contains(text, t) != (l.mode == AllOf) {
			return l.mode == AnyOf
		}
	}
	return l.mode == AllOf
}

// textTime is readTime, which it calls only for what looks like a time, since
// a failure of time.Parse allocates. Whole seconds in UTC it reads itself.
func textTime(s string) Value {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return Value{}
	}
	year, ok := number2(s[0:2])
	yy, ok2 := number2(s[2:4])
	month, ok3 := number2(s[5:7])
	day, ok4 := number2(s[8:10])
	year = year*100 + yy
	if !ok || !ok2 || !ok3 || !ok4 || month < 1 || month > 12 || day < 1 || day > daysIn(year, time.Month(month)) {
		return Value{}
	}
	if len(s) == 10 {
		return Date(year, time.Month(month), day)
	}
	if len(s) < 19 || s[10] != 'T' {
		return Value{}
	}
	if len(s) == 20 && s[19] == 'Z' && s[13] == ':' && s[16] == ':' {
		hour, ok := number2(s[11:13])
		minute, ok2 := number2(s[14:16])
		second, ok3 := number2(s[17:19])
		if !ok || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 59 {
			return Value{}
		}
		days := dayNumber(year, time.Month(month), day)
		return Value{kind: KindTime, n: uint64(days*secondsPerDay + int64(hour*3600+minute*60+second))}
	}
	return readTime(s)
}

// number2 reads two digits.
func number2(s string) (n int, ok bool) {
	a, b := s[0]-'0', s[1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}
