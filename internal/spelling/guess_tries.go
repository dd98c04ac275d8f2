package spelling

import (
	"strings"

	"github.com/segmentrules/segment/internal/lexer"
)

// What people try first, and what it can only mean: several values behind =, an adjective
// behind IS, a count of events IN 30 days.

var guessedTries = []spelling{
	{pattern: "… =|== ( $c ,", why: whyList, write: "IN ( $1 ,"},
	{pattern: "… !=|<> ( $c ,", why: whyList, write: "NOT IN ( $1 ,"},
	{pattern: "… =|== [ $c ,", why: whyList, do: squareList("IN")},
	{pattern: "… !=|<> [ $c ,", why: whyList, do: squareList("NOT IN")},
	{pattern: "… NOT CONTAINS $c OR $c $end", why: whyOr, write: "NOT CONTAINS ANY OF ( $1 , $2 )"},
	{pattern: "^ LOWER|UPPER|LCASE|UCASE ( $f ) ENDS WITH $t", why: whyCase, write: "$1 ENDS WITH $2 IGNORING CASE"},
	{pattern: "^ LOWER|UPPER|LCASE|UCASE ( $f ) STARTS WITH $t", why: whyCase, write: "$1 STARTS WITH $2 IGNORING CASE"},
	{pattern: "^ LOWER|UPPER|LCASE|UCASE ( $f ) CONTAINS $t", why: whyCase, write: "$1 CONTAINS $2 IGNORING CASE"},
	{pattern: "AND|OR IS", why: "a test starts with the field", do: againIs},
	{pattern: "^ IS NOT $f $end", why: whyBare, do: adjective("NOT ")},
	{pattern: "^ ISNT $f $end", why: whyBare, do: adjective("NOT ")},
	{pattern: "^ IS $f $end", why: whyBare, do: adjective("")},
	{pattern: "COUNT ( $w ) $op $q IN|WITHIN $s $end", why: "a stretch of time up to now is IN LAST 30 days", write: "COUNT ( $1 ) $2 $3 IN LAST $4"},
	{pattern: "^ $w NO EMAILS|EMAIL|MAILS|MESSAGES|LINKS|LINK $win", why: "that an event did not happen is asked for by DID NOT", do: didNone},
	{pattern: "^ $u SINCE $f >|>= $q $end", why: "how long ago an instant was is asked for by OLDER THAN", do: since("OLDER THAN")},
	{pattern: "^ $u SINCE $f <|<= $q $end", why: "how long ago an instant was is asked for by WITHIN LAST", do: since("WITHIN LAST")},
	{pattern: "DID NOT $w WHERE", why: whyWhere, do: whereOne("DID NOT")},
	{pattern: "DID $w WHERE", why: whyWhere, do: whereOne("DID")},
	{pattern: ";", why: "conditions are joined by AND", do: semicolon},
}

const (
	whyList  = "one of several values is asked for by IN"
	whyWhere = "what an event is like stands in parentheses behind its name: (WHERE …)"
)

// squareList is a list in brackets behind a comparison.
func squareList(op string) func(*speller, [][]token) (string, bool) {
	return func(s *speller, taken [][]token) (string, bool) {
		_, ok := brackets(s, taken)
		return op + " ( $1 ,", ok
	}
}

// againIs repeats the subject for IS without one: country = "US" OR IS NULL. Beside another
// word that joins, it is not clear what belongs together.
func againIs(s *speller, _ [][]token) (string, bool) {
	f, ok := s.subject()
	i := s.at + 2
	if i < len(s.in) && s.in[i].is("NOT") {
		i++
	}
	if !ok || i >= len(s.in) || !s.in[i].is("NULL", "SET", "BLANK", "EMPTY", "MISSING", "UNKNOWN") {
		return "", false
	}
	start := s.lastTest()
	if start > 0 && s.out[start-1].is("AND", "OR", "NOT") || !s.ends(i+1) || i+1 < len(s.in) && s.in[i+1].is("AND", "OR") {
		return "", false
	}
	return s.in[s.at].text + " " + f + " IS", true
}

// adjective is "is subscribed" of a field that is true or false. With a schema it has to
// know the field, by itself or as is_subscribed.
func adjective(not string) func(*speller, [][]token) (string, bool) {
	return func(s *speller, taken [][]token) (string, bool) {
		name := source(taken[0])
		switch {
		case s.names == nil && !deeds[strings.ToUpper(name)], s.known(taken[0]):
			return not + "$1 = TRUE", true
		case s.names != nil && s.names.Field("is_"+name):
			return not + "is_" + name + " = TRUE", true
		}
		return "", false
	}
}

// didNone is "opened no emails" of an event.
func didNone(s *speller, taken [][]token) (string, bool) {
	_, isEvent := s.event(taken[0][0].text)
	return "DID NOT $1", !s.known(taken[0]) && (isEvent || s.names == nil && deeds[taken[0][0].upper])
}

// since is "days since last_seen > 30" of a field.
func since(window string) func(*speller, [][]token) (string, bool) {
	return func(s *speller, taken [][]token) (string, bool) {
		name := source(taken[1])
		_, isEvent := s.event(name)
		return "$2 " + window + " $3 " + taken[0][0].unit(), s.known(taken[1]) || s.names == nil && !isEvent && !deeds[strings.ToUpper(name)]
	}
}

// whereOne puts the only condition behind WHERE into parentheses.
func whereOne(did string) func(*speller, [][]token) (string, bool) {
	return func(s *speller, taken [][]token) (string, bool) {
		start := s.at + len(strings.Fields(did)) + 2
		for _, t := range s.in[start:] {
			if t.is("AND", "OR", "DID", "COUNT", "THEN", "(", ")", "LAST", "THIS", "SINCE", "TODAY", ",") || t.kind == lexer.Bad {
				return "", false
			}
		}
		if start >= len(s.in) {
			return "", false
		}
		s.more = len(s.in) - start
		return did + " $1 ( WHERE " + source(s.in[start:]) + " )", true
	}
}

// semicolon is one between two conditions.
func semicolon(s *speller, _ [][]token) (string, bool) {
	for _, t := range s.in {
		if t.is("OR", "(", ")") {
			return "", false
		}
	}
	return "AND", s.at > 0 && s.at+1 < len(s.in)
}
