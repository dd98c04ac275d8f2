package spelling

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/segmentrules/segment/internal/lexer"
)

// Guesses about events, names and times. What stands alone may be a field or an event: a
// schema decides, and without one the names of common deeds do.

// event is the event that a schema has for a name.
func (s *speller) event(name string) (string, bool) {
	if s.names == nil {
		return "", false
	}
	return s.names.Event(strings.Trim(name, "`"))
}

// bareName makes a condition of a name that stands alone.
func bareName(s *speller, taken [][]token) (string, bool) {
	name := source(taken[0])
	if n := len(s.out); n > 1 && s.out[n-1].is("OR") && s.out[n-2].kind == lexer.Text && !s.known(taken[0]) {
		return "", false // one more value of the field before: IN is proposed
	}
	_, isEvent := s.event(name)
	if s.names == nil || !isEvent && !s.names.Field(name) {
		isEvent = deeds[taken[0][0].upper]
	}
	if !s.known(taken[0]) && (s.behindNegated() || isEvent && s.beforePair()) {
		return "", false // not opened and clicked
	}
	if !isEvent || s.known(taken[0]) {
		return "$1 = TRUE", true
	}
	if n := len(s.out); n > 0 && s.out[n-1].is("NOT") {
		s.out[n-1] = made(lexer.Name, "DID", s.out[n-1].off, false)
		return "NOT $1", true
	}
	return "DID $1", true
}

// IsDeed reports whether a name is rather an event than a field: opened, purchase.
func IsDeed(name string) bool { return deeds[strings.ToUpper(name)] }

// deeds are names that are events rather than fields.
var deeds = wordSet(`OPENED CLICKED PURCHASED BOUGHT ORDERED VISITED VIEWED REPLIED DOWNLOADED LOGGED_IN SIGNED_UP UNSUBSCRIBED PAID RETURNED
	PURCHASE ORDER VISIT OPEN CLICK LOGIN CHECKOUT PURCHASES ORDERS VISITS CLICKS OPENS ADDED_TO_CART CART_ADD`)

// but joins two conditions, and gives the window behind the second to the first, too:
// "opened but did not click in the last 30 days".
func but(s *speller, _ [][]token) (string, bool) {
	start := len(s.out)
	for start > 0 && !s.out[start-1].is("AND", "OR", "(") {
		start--
	}
	first := s.out[start:]
	if len(first) >= 1 && len(first) <= 3 && (first[0].is("DID") || len(first) == 1 && deeds[first[0].upper]) {
		if len(first) == 1 {
			did := made(lexer.Name, "DID", first[0].off, false)
			s.out = append(s.out[:start], did, first[0])
		}
		i := s.at + 1
		for i < len(s.in) && !s.in[i].is("IN", "SINCE", "DURING", "WITHIN", "THIS", "TODAY", "AND", "OR", ")") {
			i++
		}
		for ; i < len(s.in) && !s.ends(i); i++ {
			s.out = append(s.out, s.in[i])
		}
	}
	if next := s.at + 1; next < len(s.in) && s.in[next].isName() && s.ends(next+1) && s.isDeed(s.in[next]) {
		return "AND DID", true // not of what was negated before
	}
	return "AND", true
}

// didWithout is "opened AND NOT clicked IN LAST 30 DAYS" of two events.
func didWithout(s *speller, taken [][]token) (string, bool) {
	for _, t := range taken[:2] {
		if _, ok := s.event(t[0].text); !ok && !deeds[t[0].upper] || s.known(t) {
			return "", false
		}
	}
	return "DID $1 IN LAST $3 AND DID NOT $2 IN LAST $3", true
}

func counted(s *speller, taken [][]token) (string, bool) {
	if taken[2][0].unit() != "" || IsMeasure(taken[2][0].text) {
		return "", false
	}
	return "COUNT ( $1 ) >= $2", true
}

func cartWithout(_ *speller, taken [][]token) (string, bool) {
	return "DID " + taken[0][0].text + "_to_" + taken[1][0].text + " THEN NOT $3 WITHIN $4", true
}

func sumOf(s *speller, taken [][]token) (string, bool) {
	if taken[0][0].is("AMOUNT", "TOTAL", "PRICE", "VALUE", "REVENUE") {
		return s.in[s.at].upper + " ( purchase . $1 )", true
	}
	return s.in[s.at].upper + " ( $1 . amount )", true
}

// particle makes one name of "signed up".
func particle(s *speller, taken [][]token) (string, bool) {
	next := s.at + 2
	if s.in[s.at+1].is("IN", "TO") && (next >= len(s.in) || !s.in[next].is("LAST", "THIS", "IN", "TODAY", "YESTERDAY", "WITHIN", "SINCE", "BEFORE", "AFTER")) ||
		s.in[s.at+1].is("IN") && !s.in[s.at].is("LOGGED", "SIGNED", "CHECKED", "OPTED") {
		return "", false
	}
	return taken[0][0].text + "_" + strings.ToLower(s.in[s.at+1].text), true
}

// joinedNames makes one name of several before an operator: "trial ends in 3 days".
func joinedNames(s *speller, taken [][]token) (string, bool) {
	next := s.at + len(taken)
	if next < len(s.in) && s.in[next].is("WITH") || s.in[next-1].is("STARTS") {
		return "", false
	}
	if next >= len(s.in) || !s.in[next].is("=", "!=", "<", ">", "<=", ">=", "<>", "IN", "IS", "CONTAINS", "BETWEEN", "WITHIN", "OLDER", "SINCE", "BEFORE", "AFTER",
		"DURING", "THIS", "LAST", "STARTS", "MATCHES") {
		return "", false
	}
	var names []string
	for i, t := range taken {
		if i > 0 && i < len(taken)-1 && t[0].is("ENDS", "STARTS") {
			return "", false
		}
		if t[0].kind != lexer.Name || t[0].is("PREVIOUSLY", "IGNORING", "ISNT", "ARENT", "WASNT", "DOESNT", "DIDNT", "DONT", "HASNT", "HAVENT", "CANT", "WONT") || len(names) > 0 && t[0].is("WITHIN", "OLDER", "SINCE", "BEFORE", "AFTER", "DURING", "FROM", "THIS", "LAST", "NEXT", "PREVIOUS", "PAST", "TODAY", "CONTAIN", "LIKE", "HAS", "EQUALS", "AT", "ON", "NOT", "A", "AN", "THE", "CHANGED") {
			return "", false
		}
		names = append(names, t[0].text)
	}
	if dotted := strings.Join(names, "."); s.names != nil && s.names.Field(dotted) {
		return dotted, true
	}
	return strings.Join(names, "_"), true
}

// unitSlip mends the unit behind LAST 30, and the like.
func unitSlip(s *speller, taken [][]token) (string, bool) {
	u := slipOfUnit(taken[1][0].text)
	return s.in[s.at].text + " $1 " + u, u != ""
}

func unitAgo(s *speller, taken [][]token) (string, bool) {
	u := slipOfUnit(taken[1][0].text)
	return "$1 " + u + " " + s.in[s.at+2].text, u != ""
}

// singleM takes m for months.
func singleM(s *speller, taken [][]token) (string, bool) {
	return s.in[s.at].text + " $1 months", taken[1][0].is("M")
}

// within says LAST or NEXT: NEXT of what has the name of something to come.
func within(s *speller, _ [][]token) (string, bool) {
	for i := len(s.out) - 1; i >= 0 && !s.out[i].is("AND", "OR", "("); i-- {
		if s.out[i].is("THEN", "DID", "NEVER") {
			return "", false
		}
	}
	name := s.out[len(s.out)-1].text
	switch {
	case s.inAnniversary():
		return "WITHIN NEXT $1", true
	case Recurs(name):
		return "WITHIN NEXT $1", s.wrap("ANNIVERSARY")
	case IsAhead(name):
		return "WITHIN NEXT $1", true
	}
	return "WITHIN LAST $1", true
}

// inAnniversary reports whether ANNIVERSARY(field) stands before the current token.
func (s *speller) inAnniversary() bool {
	i := len(s.out) - 1
	if !s.out[i].is(")") {
		return false
	}
	for i > 0 && !s.out[i].is("(") {
		i--
	}
	return i > 0 && s.out[i-1].is("ANNIVERSARY")
}

// IsAhead reports whether a name is that of something to come: trial_ends, due_date, but not
// last_renewal or started_at.
func IsAhead(name string) bool {
	ahead := false
	for _, w := range nameWords(name) {
		if strings.HasSuffix(w, "ED") || w == "LAST" || w == "FIRST" || w == "PREVIOUS" {
			return false
		}
		for _, start := range [...]string{"END", "EXPIR", "DUE", "NEXT", "RENEW", "TRIAL", "BIRTH", "DEADLINE", "START", "APPOINT", "BORN", "ANNIV"} {
			ahead = ahead || strings.HasPrefix(w, start)
		}
	}
	return ahead
}

// nameWords are the words of a name, in capitals: trial_ends and trialEnds have two.
func nameWords(name string) []string {
	var b strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' && i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.FieldsFunc(strings.ToUpper(b.String()), func(r rune) bool { return r == '_' || r == '.' || r == '`' || r == ' ' })
}

// Recurs reports whether a name is that of a day that comes again each year.
func Recurs(name string) bool {
	switch strings.ToLower(strings.ReplaceAll(name, "_", "")) {
	case "birthday", "birthdate", "dateofbirth", "dob", "born", "bornon", "bornat", "weddingday", "weddingdate":
		return true
	}
	return false
}

// olderThan is "older than 18" of an age, and of days of anything else.
func olderThan(op, window string) func(*speller, [][]token) (string, bool) {
	return func(s *speller, _ [][]token) (string, bool) {
		if name := s.out[len(s.out)-1].upper; name == "AGE" || strings.HasSuffix(name, "_AGE") {
			return op + " $1", true
		}
		return window + " $1 days", true
	}
}

// ofYear writes the days at the ends of a year.
func ofYear(format string, twice int) func(*speller, [][]token) (string, bool) {
	return func(_ *speller, taken [][]token) (string, bool) {
		year, err := strconv.Atoi(taken[0][0].text)
		if err != nil || year < 1900 || year > 2200 {
			return "", false
		}
		args := []any{year, year}
		return fmt.Sprintf(format, args[:1+twice]...), true
	}
}

// inMonth is "signup in January".
func inMonth(s *speller, _ [][]token) (string, bool) {
	if !s.wrap("MONTH") {
		return "", false
	}
	return "= " + strconv.Itoa(months[s.in[s.at+1].upper]), true
}

// wrap puts the field before the current token into a function.
func (s *speller) wrap(function string) bool {
	i := len(s.out)
	for i > 0 && (s.out[i-1].isName() || s.out[i-1].is(".")) {
		i--
	}
	f := append([]token(nil), s.out[i:]...)
	if len(f) == 0 {
		return false
	}
	at := f[0].off
	s.out = append(append(append(s.out[:i:i], lexed(function, at), lexed("(", at)), f...), lexed(")", at))
	return true
}

// hasDone is "has opened" of an event; of a field it is none.
func hasDone(s *speller, taken [][]token) (string, bool) {
	name := taken[0][0]
	_, isEvent := s.event(name.text)
	return "DID $1", !s.known(taken[0]) && (isEvent || deeds[name.upper] || strings.HasSuffix(name.upper, "ED"))
}

// hasNone is "no email" of a field, and "no purchases" of an event.
func hasNone(s *speller, taken [][]token) (string, bool) {
	name := source(taken[0])
	_, isEvent := s.event(name)
	if !s.known(taken[0]) && (isEvent || deeds[strings.ToUpper(name)]) {
		return "DID NOT $1", true
	}
	if next := s.at + 1 + len(taken[0]); next+1 < len(s.in) && s.in[next].is("OR", "AND") && s.ends(next+2) && !s.known(s.in[next+1:next+2]) {
		return "", false // no phone or email: of both
	}
	return "$1 IS NULL", true
}

// didBoth is "opened or clicked in last 7 days" of two events.
func didBoth(s *speller, taken [][]token) (string, bool) {
	if n := len(s.out); n > 0 && s.out[n-1].is("NOT") || s.behindNegated() {
		return "", false
	}
	for _, t := range taken[:2] {
		if _, ok := s.event(t[0].text); !ok && !deeds[t[0].upper] || s.known(t) {
			return "", false
		}
	}
	return "DID $1 IN LAST $3 " + s.in[s.at+1].upper + " DID $2 IN LAST $3", true
}

// didWhere is "purchase where amount > 100" to the end of the rule.
func didWhere(s *speller, taken [][]token) (string, bool) {
	start := s.at + 2
	for _, t := range s.in[start:] {
		if t.is("OR", "DID", "COUNT") || t.kind == lexer.Bad {
			return "", false
		}
	}
	if start >= len(s.in) || isClause[taken[0][0].upper] || contactWords[taken[0][0].upper] {
		return "", false
	}
	s.more = len(s.in) - start
	return "DID $1 ( WHERE " + source(s.in[start:]) + " )", true
}

var contactWords = wordSet("USERS CONTACTS PEOPLE CUSTOMERS SUBSCRIBERS EVERYONE ANYONE THOSE PROFILES MEMBERS")

// containsBoth quotes two names that are asked of a list.
func containsBoth(_ *speller, taken [][]token) (string, bool) {
	return "CONTAINS ANY OF ( " + quotedName(taken[0][0]) + " , " + quotedName(taken[1][0]) + " )", true
}
