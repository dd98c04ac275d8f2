package spelling

import (
	"strings"

	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// What the hints write that a template cannot.

// IsMeasure reports whether a word behind a number says what the number measures, or is a
// slip of a unit of time: neither is a noun in which an event is counted.
func IsMeasure(noun string) bool {
	t := made(lexer.Name, noun, 0, false)
	return measures[t.upper] || shortUnits[t.upper] != "" || slipOfUnit(noun) != ""
}

var measures = wordSet(`USD EUR GBP CHF JPY CAD AUD SEK NOK DKK PLN INR CNY BRL DOLLAR DOLLARS BUCKS EURO EUROS POUND POUNDS CENT CENTS
	PERCENT PCT KG KGS KM CM MM GRAM GRAMS METERS METRES MILES KB MB GB TB DEGREES POINTS EMPLOYEES PEOPLE STAFF SEATS STARS K M`)

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// slipOfUnit is the unit of time that a word is a slip of: it starts as the unit does.
func slipOfUnit(w string) string {
	if _, ok := rule.UnitNamed(w); ok || len(w) < 3 {
		return ""
	}
	near := textset.Nearest(w, "seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years", "day", "week", "month", "year", "hour", "minute")
	if near == "" || near[0]|' ' != w[0]|' ' {
		return ""
	}
	return near
}

func grouped3(s *speller, taken [][]token) (string, bool) {
	if !taken[1][0].glued || !taken[2][0].glued || len(digits(taken[1][0])) != 3 {
		return "", false
	}
	if first, ok := grouped(s, [][]token{taken[0], taken[2]}); ok {
		return strings.TrimSuffix(first, digits(taken[2][0])) + digits(taken[1][0]) + digits(taken[2][0]), true
	}
	return "", false
}

// version compares as VERSION does: app > 2.10.0.
func version(s *speller, taken [][]token) (string, bool) {
	if !s.wrap("VERSION") {
		return "", false
	}
	return source(taken[0]) + " " + rule.Text(digits(taken[1][0])+"."+digits(taken[2][0])).String(), true
}

func lexed(text string, off int) token {
	t := lexer.Scan(text, 0)
	return made(t.Kind, text, off, false)
}

func leadingZero(s *speller, taken [][]token) (string, bool) {
	n := taken[1][0].text
	s.place = taken[1][0].off
	return source(taken[0]) + " " + rule.Text(n).String(), len(n) > 1 && n[0] == '0'
}

// noun leaves out what a number measures, or what stands behind it though the name is a
// field.
func noun(s *speller, taken [][]token) (string, bool) {
	w := taken[2][0]
	field := s.out[len(s.out)-1]
	dotted := len(s.out) > 1 && s.out[len(s.out)-2].is(".")
	number := source(taken[0]) + " " + digits(taken[1][0])
	if _, isShort := thousands(s, taken[1:]); isShort {
		return "", false
	}
	if u := slipOfUnit(w.text); u != "" && !measures[w.upper] && !field.is("AGE") {
		return number + " " + u, true
	}
	isField := false
	if s.names != nil {
		_, isEvent := s.names.Event(field.text)
		isField = s.names.Field(field.text) && !isEvent
	}
	return number, dotted || isField || IsMeasure(w.text)
}

func currency(_ *speller, taken [][]token) (string, bool) {
	return source(taken[0]) + " " + digits(taken[2][0]), measures[taken[1][0].upper]
}

// chain is 18 <= age < 65.
func chain(s *speller, taken [][]token) (string, bool) {
	signs := [2]string{}
	n := 0
	for i := s.at; i < len(s.in) && n < 2; i++ {
		if s.in[i].is("<", "<=") {
			signs[n] = s.in[i].text
			n++
		}
	}
	if signs == [2]string{"<=", "<="} {
		return "$2 BETWEEN $1 AND $3", true
	}
	more := map[string]string{"<": ">", "<=": ">="}[signs[0]]
	return "$2 " + more + " $1 AND $2 " + signs[1] + " $3", true
}

// quotedField is a field whose name stands in quotes, as SQL has it.
func quotedField(_ *speller, taken [][]token) (string, bool) {
	name, ok := unquoted(taken[0][0])
	if !ok || name == "" {
		return "", false
	}
	return rule.Path(name).String() + " $2 $3", true
}

// quotedName writes a name as a text.
func quotedName(t token) string { return rule.Text(strings.Trim(t.text, "`")).String() }

func valueOr(op string) func(*speller, [][]token) (string, bool) {
	return func(s *speller, taken [][]token) (string, bool) {
		return op + " ( $1 , " + quotedName(taken[1][0]) + " )", !s.known(taken[1])
	}
}

// longerList puts one value more into a list that was read.
func longerList(s *speller, taken [][]token) (string, bool) {
	for i := len(s.out) - 1; i > 0; i-- {
		if s.out[i].is("(") {
			return ", $1 )", s.out[i-1].is("IN")
		}
		if s.out[i].is(")", "AND", "OR") {
			break
		}
	}
	return "", false
}

// quotedList puts quotes around the names in a list.
func quotedList(s *speller, _ [][]token) (string, bool) {
	var b strings.Builder
	b.WriteString(s.in[s.at].text + " (")
	quoted := false
	i := s.at + 2
	for start := i; i < len(s.in); i++ {
		if !s.in[i].is(",", ")") {
			if s.in[i].is("(", "=", "AND", "OR", "<", ">") {
				return "", false
			}
			continue
		}
		item := s.in[start:i]
		switch {
		case len(item) == 0:
			return "", false
		case item[0].kind == lexer.Name && !item[0].is("TRUE", "FALSE", "NULL") || item[0].kind == lexer.Bad:
			b.WriteString(" " + rule.Text(source(item)).String())
			quoted = true
		default:
			b.WriteString(" " + source(item))
		}
		b.WriteString(" " + s.in[i].text)
		if start = i + 1; s.in[i].is(")") {
			break
		}
	}
	s.more = i - s.at - 1
	return b.String(), quoted && i < len(s.in)
}

// openList is a list without parentheses: IN US, CA, UK.
func openList(s *speller, _ [][]token) (string, bool) {
	values, i := []string(nil), s.at
	for s.in[i].is("NOT", "IN", "CONTAINS", "ANY", "ALL", "OF") {
		i++
	}
	op := source(s.in[s.at:i])
	if s.in[s.at].is("CONTAINS") && !s.in[i-1].is("OF") {
		op += " OF"
	}
	taken := i + 2
	for ; i < len(s.in); i++ {
		t := s.in[i]
		switch {
		case t.kind == lexer.Text, t.kind == lexer.Number:
			values = append(values, t.text)
		case t.isName():
			values = append(values, quotedName(t))
		default:
			return "", false
		}
		if i++; i >= len(s.in) || !s.in[i].is(",", "OR") || i+1 < len(s.in) && !s.ends(i+2) {
			break
		}
	}
	s.more = i - taken
	return op + " ( " + strings.Join(values, " , ") + " )", len(values) > 1
}

// holds asks a list for a value; its name is made a plural where the schema has that, or
// nothing is known.
func holds(op string) func(*speller, [][]token) (string, bool) {
	return func(s *speller, taken [][]token) (string, bool) {
		name := taken[0][0].text
		if !strings.HasSuffix(name, "s") && (s.names == nil || !s.names.Field(name)) {
			name += "s"
		}
		return name + " " + op + " $2", true
	}
}

// selected leaves out all before the WHERE of a SELECT.
func selected(s *speller, _ [][]token) (string, bool) {
	for i := s.at; i < len(s.in); i++ {
		if s.in[i].is("WHERE") {
			s.more = i - s.at
			return "", i+1 < len(s.in)
		}
	}
	s.more = len(s.in) - s.at - 1
	return "EVERYONE", true
}

// alone leaves words out that stand at the start of the rule.
func alone(s *speller, _ [][]token) (string, bool) { return "", len(s.out) == 0 }

// restOf leaves out the rest of the rule.
func restOf(s *speller, taken [][]token) (string, bool) {
	s.more = len(s.in) - s.at - 2
	if len(s.out) == 0 {
		return "EVERYONE", true
	}
	return "", true
}

// secondOf keeps the second of two joining words.
func secondOf(s *speller, _ [][]token) (string, bool) { return s.in[s.at+1].text, true }

// last leaves out a joining word at the end or the start.
func last(s *speller, _ [][]token) (string, bool) {
	return "", s.at == len(s.in)-1 && s.at > 0 || s.at == 0 && len(s.in) > 1
}

func commaAnd(s *speller, _ [][]token) (string, bool) {
	open := 0
	for _, t := range s.out {
		switch {
		case t.is("("):
			open++
		case t.is(")"):
			open--
		}
	}
	return "AND", open == 0 && s.at+1 < len(s.in)
}

// closed closes a text that is not, if nothing else seems to stand in it.
func closed(s *speller, taken [][]token) (string, bool) {
	text := taken[0][0].text
	quote := text[:1]
	if quote != "\"" && quote != "'" || len(text) < 2 || strings.HasSuffix(text, `\`) || strings.Contains(text, " AND ") || strings.Contains(text, " OR ") {
		return "", false
	}
	return strings.TrimRight(text, " )") + quote, true
}
