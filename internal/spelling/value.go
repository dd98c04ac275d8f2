package spelling

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/rule"
)

// Values as they are typed: patterns of LIKE, days in other forms, numbers with commas,
// texts without quotes.

// unquoted is what a text token without escapes says.
func unquoted(t token) (string, bool) {
	if len(t.text) < 2 || strings.Contains(t.text, `\`) {
		return "", false
	}
	return t.text[1 : len(t.text)-1], true
}

// like reads the pattern of a LIKE: ENDS WITH for "%x", and so on. Others are left.
func like(op string) func(*speller, [][]token) (string, bool) {
	return func(_ *speller, taken [][]token) (string, bool) {
		text, ok := unquoted(taken[0][0])
		inner := strings.Trim(text, "%")
		if !ok || inner == "" || strings.ContainsAny(inner, `%_\`) {
			return "", false
		}
		start, end := strings.HasPrefix(text, "%"), strings.HasSuffix(text, "%")
		quoted := rule.Text(inner).String()
		not, fold := "", ""
		if strings.HasPrefix(op, "NOT ") {
			not = "NOT "
		}
		if strings.HasSuffix(op, "ILIKE") {
			fold = " IGNORING CASE"
		}
		switch {
		case start && end:
			return not + "CONTAINS " + quoted + fold, true
		case start:
			return not + "ENDS WITH " + quoted + fold, true
		case end:
			return not + "STARTS WITH " + quoted + fold, true
		case not != "":
			return "!= " + quoted + fold, true
		}
		return "= " + quoted + fold, true
	}
}

// likeMatches writes the pattern of a LIKE as a regular expression.
func likeMatches(not, fold string) func(*speller, [][]token) (string, bool) {
	return func(_ *speller, taken [][]token) (string, bool) {
		text, ok := unquoted(taken[0][0])
		if !ok || len(text) > 200 {
			return "", false
		}
		var b strings.Builder
		b.WriteString("^")
		for _, r := range text {
			switch {
			case r == '%':
				b.WriteString(".*")
			case r == '_':
				b.WriteString(".")
			case strings.ContainsRune(`\.+*?()|[]{}^$`, r):
				b.WriteString(`\` + string(r))
			default:
				b.WriteRune(r)
			}
		}
		return not + "MATCHES " + rule.Text(b.String()+"$").String() + fold, true
	}
}

var months = map[string]int{
	"JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6, "JUL": 7, "AUG": 8, "SEP": 9, "SEPT": 9, "OCT": 10, "NOV": 11, "DEC": 12,
	"JANUARY": 1, "FEBRUARY": 2, "MARCH": 3, "APRIL": 4, "JUNE": 6, "JULY": 7, "AUGUST": 8, "SEPTEMBER": 9, "OCTOBER": 10, "NOVEMBER": 11, "DECEMBER": 12,
}

// Numbered returns the number of a day of the week or of a month, which WEEKDAY and MONTH
// have as their value: 1 of Monday and of January.
func Numbered(fn rule.Fn, name string) (n int64, ok bool) {
	switch fn {
	case rule.FnMonth:
		n = int64(months[strings.ToUpper(name)])
	case rule.FnWeekday:
		for d := rule.WeekdayMonday; d <= rule.WeekdaySunday; d++ {
			if full := d.String(); strings.EqualFold(name, full) || strings.EqualFold(name, full[:3]) {
				n = int64(d)
			}
		}
	}
	return n, n > 0
}

// day writes a day of the calendar, if there is one.
func day(year, month, d int) (string, bool) {
	t := time.Date(year, time.Month(month), d, 0, 0, 0, 0, time.UTC)
	return t.Format("2006-01-02"), month >= 1 && month <= 12 && year >= 1000 && year <= 9999 && t.Day() == d && t.Month() == time.Month(month)
}

// monthDay is a day whose month is a word: the places of day, month and year say where
// they stand among what was taken.
func monthDay(d, m, y int) func(*speller, [][]token) (string, bool) {
	return func(_ *speller, taken [][]token) (string, bool) {
		month := months[taken[m][0].upper]
		dd, err1 := strconv.Atoi(taken[d][0].text)
		yy, err2 := strconv.Atoi(taken[y][0].text)
		if month == 0 || err1 != nil || err2 != nil {
			return "", false
		}
		return day(yy, month, dd)
	}
}

// DayIn reads a day such as 2026-3-1, 31.12.2026 or 01/02/2026, and returns its readings:
// the second is "" where the first is the only one, which is day before month. None is "".
// With a time of day, 2026-3-1 10:00, the readings are instants, of UTC where no offset
// stands behind.
func DayIn(text string) (first, second string) {
	text = strings.TrimSpace(text)
	split := strings.IndexAny(text, " T")
	if split < 0 {
		return daysIn(text)
	}
	clock, ok := clockIn(strings.TrimSpace(text[split+1:]))
	if !ok {
		return "", ""
	}
	if first, second = daysIn(text[:split]); first != "" {
		first += clock
	}
	if second != "" {
		second += clock
	}
	return first, second
}

// clockIn writes a time of day as it stands in an instant: T10:00:00Z.
func clockIn(text string) (string, bool) {
	for _, layout := range [...]string{"15:04", "15:04:05", "15:04Z07:00", "15:04:05Z07:00", "15:04 Z07:00", "15:04:05 Z07:00", "15:04 MST", "15:04:05 MST"} {
		t, err := time.Parse(layout, text)
		if zone := strings.TrimLeft(text, "0123456789:. "); err != nil || strings.HasSuffix(layout, "MST") && zone != "UTC" && zone != "GMT" {
			continue
		}
		return "T" + t.Format("15:04:05.999999999Z07:00"), true
	}
	return "", false
}

// WithoutClock is a reading of [DayIn] at the start of a day as that day; ok is false for
// another time of day.
func WithoutClock(reading string) (day string, ok bool) {
	day = strings.TrimSuffix(reading, "T00:00:00Z")
	return day, !strings.Contains(day, "T")
}

func daysIn(text string) (first, second string) {
	sep := strings.IndexAny(text, "-/.")
	if sep < 0 {
		return "", ""
	}
	parts := strings.Split(text, text[sep:sep+1])
	if len(parts) != 3 {
		return "", ""
	}
	var n [3]int
	for i, p := range parts {
		var err error
		if n[i], err = strconv.Atoi(p); err != nil || len(p) > 4 {
			return "", ""
		}
	}
	if len(parts[0]) == 4 {
		if d, ok := day(n[0], n[1], n[2]); ok {
			return d, ""
		}
		return "", ""
	}
	a, okA := day(n[2], n[1], n[0])
	b, okB := day(n[2], n[0], n[1])
	switch {
	case okA && okB && a != b:
		return a, b
	case okA:
		return a, ""
	case okB:
		return b, ""
	}
	return "", ""
}

func looksLikeDate(quoted string) bool {
	text, ok := unquoted(token{text: quoted})
	if !ok {
		return false
	}
	first, _ := DayIn(text)
	return first != "" || !rule.ReadTime(text).IsNull()
}

// dayInFigures is a day that the lexer does not take.
func dayInFigures(s *speller, taken [][]token) (string, bool) {
	t := s.in[s.at]
	first, second := DayIn(strings.TrimLeft(t.text, "$€£¥"))
	if first == "" {
		return "", false
	}
	if second != "" {
		s.note(t.off, TwoDays(t.text, first, second))
	}
	return first, true
}

// TwoDays says that a day has two readings.
func TwoDays(text, first, second string) string {
	return fmt.Sprintf("%s is %s or %s; a date is written with the year first, then the month", text, first, second)
}

// grouped is a number with commas: 1,000 and 12,345,678 are thousands, 500,50 has
// decimals.
func grouped(s *speller, taken [][]token) (string, bool) {
	if len(s.out) == 0 || !s.out[len(s.out)-1].is("=", "!=", "<>", "<", ">", "<=", ">=", "BETWEEN", "AND", "LEAST", "MOST", "THAN", "OVER", "UNDER") {
		return "", false
	}
	a, b := digits(taken[0][0]), digits(taken[len(taken)-1][0])
	if !taken[len(taken)-1][0].glued {
		return "", false
	}
	switch {
	case strings.Contains(a, "."), a == "", b == "":
		whole, thousands := strings.ReplaceAll(a, ".", ""), strings.Index(a, ".")
		if len(a)-thousands == 4 && len(b) == 2 {
			return whole + "." + b, true // 1.000,50
		}
		return "", false
	case len(b) == 3 || len(b) > 4 && b[3] == '.':
		return a + b, true
	case len(b) <= 2:
		return a + "." + b, true
	}
	return "", false
}

func digits(t token) string { return strings.TrimLeft(t.text, "$€£¥ ") }

// thousands is a number such as 5k or 2M.
func thousands(s *speller, taken [][]token) (string, bool) {
	suffix := taken[1][0]
	zeros := map[string]int{"K": 3, "M": 6, "MIO": 6, "MM": 6, "BN": 9}[suffix.upper]
	n := digits(taken[0][0])
	if !suffix.glued || zeros == 0 || len(n) > 9 {
		return "", false
	}
	whole, part, _ := strings.Cut(n, ".")
	if len(part) > zeros {
		return "", false
	}
	return strings.TrimLeft(whole+part+strings.Repeat("0", zeros-len(part)), "0"), true
}

// quoting writes an operator and, in quotes, what stands without them.
func quoting(op string) func(*speller, [][]token) (string, bool) {
	return func(s *speller, taken [][]token) (string, bool) {
		raw := taken[len(taken)-1]
		if s.known(raw) || (op == "=" || op == "!=") && ofTime(raw) {
			return "", false
		}
		s.place = raw[0].off
		if at, ok := s.instant(raw); ok {
			return op + " " + at, op == "=" || op == "!="
		}
		return op + " " + rule.Text(source(raw)).String(), true
	}
}

// likeRaw is the pattern of a LIKE without quotes.
func likeRaw(s *speller, taken [][]token) (string, bool) {
	text := source(taken[0])
	if !strings.Contains(text, "%") {
		return quoting("CONTAINS")(s, taken)
	}
	if strings.ContainsAny(text, `"'\\`) {
		return "", false
	}
	s.place = taken[0][0].off
	return like("LIKE")(s, [][]token{{made(lexer.Text, `"`+text+`"`, s.place, false)}})
}

// ofTime reports whether what stands without quotes is rather a window: older than 30 days,
// this month.
func ofTime(raw []token) bool {
	return len(raw) > 1 && raw[0].is("OLDER", "YOUNGER", "NEWER", "LONGER", "EARLIER", "LATER", "WITHIN", "DURING", "THIS", "NEXT", "SINCE", "BEFORE", "AFTER", "IN")
}

// instant is the day and the time of day that stand without quotes, and the note about them.
func (s *speller) instant(raw []token) (string, bool) {
	text := source(raw)
	at, second := DayIn(text)
	switch {
	case at == "":
		return "", false
	case second != "":
		s.note(raw[0].off, TwoDays(text, at, second))
	default:
		s.note(raw[0].off, "an instant is written "+at)
	}
	return at, true
}

// known reports whether a schema has a field of this name.
func (s *speller) known(ts []token) bool {
	return s.names != nil && (len(ts) == 1 || len(ts) == 3 && ts[1].is(".")) && s.names.Field(strings.Trim(source(ts), "`"))
}

// equalRaw quotes what stands behind = where it cannot be a field, or is none.
func equalRaw(s *speller, taken [][]token) (string, bool) {
	raw := taken[1]
	path := raw[0].isName() && len(raw)%2 == 1
	for i := 1; i < len(raw); i += 2 {
		path = path && raw[i].is(".")
	}
	if path && (s.names == nil || s.known(raw)) || ofTime(raw) || raw[0].unit() != "" || raw[0].is("COUNT", "SUM", "AVG", "MIN", "MAX") {
		return "", false
	}
	if raw[0].kind == lexer.Number && (len(raw) == 1 || !raw[1].glued || len(raw) == 2 && IsMeasure(raw[1].text)) {
		return "", false
	}
	s.place = raw[0].off
	if at, ok := s.instant(raw); ok {
		return source(taken[0]) + " " + at, true
	}
	return source(taken[0]) + " " + rule.Text(source(raw)).String(), true
}
