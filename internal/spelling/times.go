package spelling

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/lexer"
)

// Days, instants and lengths of time as other languages write them. A short unit (30d) is
// read where it can be but one.

// times are the spellings of days, instants and windows.
var times = []spelling{
	{pattern: "INTERVAL $t", do: interval},
	{pattern: "INTERVAL $s", write: "$1"},
	{pattern: "INTERVAL $t $u", do: interval},
	{pattern: "DATE_SUB|DATE_ADD ( $v ( ) , $s )", do: moved},
	{pattern: "DATE_SUB|DATE_ADD ( $v , $s )", do: moved},
	{pattern: "DATE_SUB|DATE_ADD|SUBDATE|ADDDATE ( $f , $s )", do: moved},
	{pattern: "DATEADD ( $u , - $n , $v ( ) )", write: "$3 - $2 $1"},
	{pattern: "DATEADD ( $u , - $n , $v )", write: "$3 - $2 $1"},
	{pattern: "DATEADD ( $u , $n , $v ( ) )", write: "$3 + $2 $1"},
	{pattern: "DATEADD ( $u , $n , $v )", write: "$3 + $2 $1"},
	{pattern: "DATEADD ( $t , - $n , $v ( ) )", do: dateAdd},
	{pattern: "GETDATE|SYSDATE|LOCALTIMESTAMP|CURRENT_TIMESTAMP|UTC_TIMESTAMP ( )", write: "NOW"},
	{pattern: "CURDATE|CURRENT_DATE ( ) - $q $end", write: "TODAY - $1 days"},
	{pattern: "CURDATE|CURRENT_DATE ( ) + $q $end", write: "TODAY + $1 days"},
	{pattern: "CURDATE|CURRENT_DATE ( )", write: "TODAY"},
	{pattern: "TODAY ( ) - $q $end", write: "TODAY - $1 days"},
	{pattern: "DATE|TIMESTAMP|DATETIME $t", do: dateText},
	{pattern: "$q $u", do: joinedUnit},
	{pattern: "$q ST|ND|RD|TH? OF? $w ,? $q", do: monthDay(0, 1, 2)},
	{pattern: "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|SEPT|OCT|NOV|DEC|JANUARY|FEBRUARY|MARCH|APRIL|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER $q ST|ND|RD|TH? ,? $q", do: monthFirst},
	{pattern: "… IS|WAS? ON OR AFTER $d", write: ">= $1"},
	{pattern: "… IS|WAS? ON OR BEFORE $d", write: "<= $1"},
	{pattern: "… IS|WAS? AFTER OR ON $d", write: ">= $1"},
	{pattern: "… IS|WAS NOT BEFORE $d", write: ">= $1"},
	{pattern: "… IS|WAS NOT AFTER $d", write: "<= $1"},
	{pattern: "… NOT BEFORE $d", write: ">= $1"},
	{pattern: "… NOT AFTER $d", write: "<= $1"},
	{pattern: "… IS|WAS? AFTER $s AGO", write: "WITHIN LAST $1"},
	{pattern: "… IS|WAS? BEFORE $s AGO", write: "OLDER THAN $1"},
	{pattern: "… IS|WAS? AFTER $d", write: "> $1"},
	{pattern: "… IS|WAS BEFORE $d", write: "< $1"},
	{pattern: "… IS|WAS? ON $d", write: "= $1"},
	{pattern: "… IS|WAS? UNTIL $d", write: "<= $1"},
	{pattern: "… IS|WAS IN|WITHIN|DURING|OVER THE? LAST|PAST|NEXT", do: relative},
	{pattern: "… IS|WAS? NOT IN|WITHIN|DURING THE? LAST|PAST|NEXT|THIS|PREVIOUS", do: notRelative},
	{pattern: "… ISNT|ARENT|WASNT IN|WITHIN|DURING THE? LAST|PAST|NEXT|THIS|PREVIOUS", do: notRelative},
	{pattern: "… IS|WAS NOT OLDER|LONGER THAN $s AGO? $end", do: notOlder},
	{pattern: "… ISNT|WASNT OLDER|LONGER THAN $s AGO? $end", do: notOlder},
	{pattern: "… OVER|FOR THE? LAST|PAST", do: relative},
	{pattern: "… IS|WAS OLDER|LONGER THAN $s AGO?", write: "OLDER THAN $1"},
	{pattern: "… OLDER|LONGER THAN $s AGO", write: "OLDER THAN $1"},
	{pattern: "… IS|WAS? NEWER|YOUNGER THAN $s AGO?", write: "WITHIN LAST $1"},
	{pattern: "… IS|WAS WITHIN|THIS|DURING|SINCE", do: withoutIs},
	{pattern: "AND|OR $op $v", do: again},
	{pattern: "AND|OR OVER|ABOVE $v", do: againWord(">")},
	{pattern: "AND|OR UNDER|BELOW $v", do: againWord("<")},
	{pattern: "AND AFTER $d", do: againDay(">")},
	{pattern: "AND BEFORE $d", do: againDay("<")},
}

// interval reads INTERVAL '30 days' and INTERVAL '30' DAY.
func interval(_ *speller, taken [][]token) (string, bool) {
	text, ok := unquoted(taken[0][0])
	if len(taken) > 1 {
		text += " " + taken[1][0].unit()
	}
	ts := tokens(text)
	if !ok || len(ts) != 2 || ts[0].kind != lexer.Number || ts[1].unit() == "" {
		return "", false
	}
	return ts[0].text + " " + ts[1].unit(), true
}

// moved reads DATE_SUB and DATE_ADD.
func moved(s *speller, _ [][]token) (string, bool) {
	if strings.HasSuffix(s.in[s.at].upper, "SUB") || s.in[s.at].is("SUBDATE") {
		return "$1 - $2", true
	}
	return "$1 + $2", true
}

func dateAdd(_ *speller, taken [][]token) (string, bool) {
	text, ok := unquoted(taken[0][0])
	ts := tokens(text)
	if !ok || len(ts) != 1 || ts[0].unit() == "" {
		return "", false
	}
	return "$3 - $2 " + ts[0].unit(), true
}

// dateText is DATE '2026-01-31'.
func dateText(s *speller, taken [][]token) (string, bool) {
	text, _ := unquoted(taken[0][0])
	if ts := tokens(text); len(ts) == 1 && ts[0].kind == lexer.Time {
		return text, true
	}
	first, second := DayIn(text)
	if s.in[s.at].is("DATE") {
		first, _, _ = strings.Cut(first, "T") // as in SQL
	}
	return first, first != "" && second == ""
}

// joinedUnit is a number and a unit without a space, or a short name of a unit.
func joinedUnit(s *speller, taken [][]token) (string, bool) {
	if len(taken) == 1 || s.at+2 < len(s.in) && s.in[s.at+2].is("HAVE", "HAS") {
		return "", false // AT LEAST 2 min HAVE (…), of a list called min
	}
	u := taken[1][0]
	if n := len(s.out); u.glued && n > 1 && s.out[n-1].is("-") && !s.out[n-2].isName() && !s.out[n-2].is(")", "NOW", "TODAY") {
		return "", false // -30d, which says a time back
	}
	long := shortUnits[u.upper]
	switch {
	case long != "" && (u.glued || len(u.upper) > 2):
		return "$1 " + long, true
	case long == "" && u.glued:
		return "$1 " + u.text, true
	}
	return "", false
}

func monthFirst(s *speller, taken [][]token) (string, bool) {
	return monthDay(1, 0, 2)(s, [][]token{{s.in[s.at]}, taken[0], taken[len(taken)-1]})
}

// relative leaves out a word before LAST 30 days.
func relative(s *speller, _ [][]token) (string, bool) {
	for i := s.at; i < len(s.in); i++ {
		if s.in[i].is("LAST", "PAST", "NEXT") {
			return "IN " + s.in[i].text, true
		}
	}
	return "", false
}

// withoutIs leaves out an IS before a window.
func withoutIs(s *speller, _ [][]token) (string, bool) { return s.in[s.at+1].text, true }

// again repeats the subject for a test that has none: age > 18 AND < 65. Both tests are
// put into parentheses where a word beside them would take one of the two: in `plan =
// "free" AND age < 18 OR > 65` the AND is of both.
func again(s *speller, taken [][]token) (string, bool) {
	f, ok := s.subject()
	if !ok {
		return "", false
	}
	joined := s.in[s.at].text + " " + f + " $1 $2"
	start := s.lastTest()
	if s.out[start].is("(") && s.out[start].off == s.out[start+1].off { // of two that were put together
		s.out = s.out[:len(s.out)-1]
		return joined + " )", true
	}
	if start > 0 && s.out[start-1].is("NOT") && s.out[start-1].off == s.out[start].off { // of this test alone: last_seen NOT IN LAST 30 days
		start--
	}
	or := s.in[s.at].is("OR")
	before := start > 0 && (s.out[start-1].is("NOT") || or && s.out[start-1].is("AND"))
	end := s.at + 2 + len(taken[1])
	behind := or && end+1 < len(s.in) && s.in[end].is("AND") && !s.in[end+1].is("=", "==", "!=", "<>", "<", "<=", ">", ">=")
	if !before && !behind {
		return joined, true
	}
	s.out = slices.Insert(s.out, start, made('(', "(", s.out[start].off, false))
	return joined + " )", true
}

// againWord is again with a word for the comparison: age under 18 or over 65.
func againWord(op string) func(*speller, [][]token) (string, bool) {
	return func(s *speller, taken [][]token) (string, bool) {
		sign := s.in[s.at+1]
		text, ok := again(s, [][]token{{sign}, taken[0]})
		return strings.NewReplacer("$1", op, "$2", "$1").Replace(text), ok
	}
}

// longestTest is how many tokens of a test are gone through for its subject, and
// longestSubject how many bytes are repeated: a longer one was not typed.
const longestTest, longestSubject = 200, 1_000

// lastTest is where the last test starts, with its parentheses; what is too long has none,
// and the end is returned.
func (s *speller) lastTest() int {
	open := 0
	for i := len(s.out) - 1; i >= 0; i-- {
		if len(s.out)-i > longestTest {
			return len(s.out)
		}
		switch t := s.out[i]; {
		case t.is(")"):
			open++
		case t.is("(") && open > 0:
			open--
		case open == 0 && t.is("AND", "OR", "(", "NOT", "WHERE", ","):
			return i + 1
		}
	}
	return 0
}

// againDay repeats the subject: signup AFTER 2026-01-01 AND BEFORE 2026-03-01.
func againDay(op string) func(*speller, [][]token) (string, bool) {
	return func(s *speller, _ [][]token) (string, bool) {
		f, ok := s.subject()
		return "AND " + f + " " + op + " $1", ok
	}
}

// notRelative puts the NOT of "last_seen not in last 30 days" before the field.
func notRelative(s *speller, _ [][]token) (string, bool) {
	if !s.negate() {
		return "", false
	}
	for j := s.at; j < len(s.in); j++ {
		if s.in[j].is("LAST", "PAST", "NEXT", "THIS", "PREVIOUS") {
			return "IN " + s.in[j].text, true
		}
	}
	return "", false
}

// notOlder is "last_seen is not older than 30 days".
func notOlder(s *speller, _ [][]token) (string, bool) { return "OLDER THAN $1", s.negate() }

// negate puts a NOT before the field that stands before the current token.
func (s *speller) negate() bool {
	i := len(s.out) - 1
	for i > 1 && s.out[i-1].is(".") {
		i -= 2
	}
	if !s.out[i].isName() || i > 0 && !s.out[i-1].is("AND", "OR", "(", "NOT") {
		return false
	}
	s.out = append(s.out[:i:i], append([]token{made(lexer.Name, "NOT", s.out[i].off, false)}, s.out[i:]...)...)
	return true
}

// minusUnit is -30d, a time back from now.
func minusUnit(s *speller, taken [][]token) (string, bool) {
	last := taken[len(taken)-1][0]
	n := len(s.out)
	if !last.glued || n == 0 || !s.out[n-1].is("=", "<", ">", "<=", ">=", "BETWEEN", "AND") {
		return "", false
	}
	return "NOW - $1 " + last.unit(), true
}
