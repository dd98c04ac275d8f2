package segment

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// appendFolded appends what folded returns.
func appendFolded(dst []byte, text string) []byte {
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z':
			dst = append(dst, byte(r)-'a'+'A')
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		default:
			dst = utf8.AppendRune(dst, textset.FoldRune(r))
		}
	}
	return dst
}

// testText tests a text that is folded if the leaf folds, for the leaves that
// look at nothing else.
func (l *leaf) testText(text string) bool {
	switch l.op {
	case leafText:
		if l.cmp == rule.OpEq {
			return text == l.text
		}
		return l.cmp.Holds(strings.Compare(text, l.text))
	case leafTexts:
		return l.set.Has(text)
	case leafLike:
		for _, t := range l.texts {
			if l.end == rule.LikeSuffix && strings.HasSuffix(text, t) || l.end == rule.LikePrefix && strings.HasPrefix(text, t) {
				return true
			}
		}
		return false
	}
	return l.hasTexts(func(want string) bool { return strings.Contains(text, want) }) // leafHas
}

// hasTexts reports whether any of the leaf's texts is there, or all of them, as
// its mode says. One text decides ANY if it is there, ALL if it is not.
func (l *leaf) hasTexts(isThere func(string) bool) bool {
	for _, want := range l.texts {
		if isThere(want) != (l.mode == rule.ContainsAll) {
			return l.mode == rule.ContainsAny
		}
	}
	return l.mode == rule.ContainsAll
}

// testText tests a text with the ops that the loops of the fast steps leave to
// it: those that call a function anyway.
func (st *fastStep) testText(t string) bool {
	switch st.op {
	case fastSet:
		return st.set.Has(t)
	case fastNeedle:
		n := textset.Needle{Text: st.text, At: int(st.ilo)}
		return n.IsIn(t)
	}
	return st.leaf.testText(t)
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
	if !ok || !ok2 || !ok3 || !ok4 || month < 1 || month > 12 || day < 1 || day > calendar.DaysIn(year, time.Month(month)) {
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
		days := calendar.DayNumber(year, time.Month(month), day)
		return rule.InstantAt(days*calendar.SecondsPerDay + int64(hour*3600+minute*60+second))
	}
	return rule.ReadTime(s)
}

// number2 reads two digits.
func number2(s string) (n int, ok bool) {
	a, b := s[0]-'0', s[1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}
