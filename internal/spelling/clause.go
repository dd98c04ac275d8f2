package spelling

import "github.com/segmentrules/segment/internal/lexer"

// Parts of sentences: what a template cannot say.

// glued writes a sign that is typed as two others without a space.
func glued(write string) func(*speller, [][]token) (string, bool) {
	return func(s *speller, _ [][]token) (string, bool) { return write, s.in[s.at+1].glued }
}

// atEnd leaves a semicolon out that ends the text.
func atEnd(s *speller, _ [][]token) (string, bool) { return "", s.at == len(s.in)-1 && s.at > 0 }

// whole writes what stands alone as the rule.
func whole(write string) func(*speller, [][]token) (string, bool) {
	return func(s *speller, _ [][]token) (string, bool) { return write, len(s.in) == 1 }
}

// brackets turns the bracket that closes a list, too.
func brackets(s *speller, _ [][]token) (string, bool) {
	for i := s.at + 2; i < len(s.in); i++ {
		switch {
		case s.in[i].is("]"):
			s.in[i] = made(')', ")", s.in[i].off, false)
			return s.in[s.at].text + " (", true
		case s.in[i].is("[", "(", "AND", "OR"):
			return "", false
		}
	}
	return "", false
}

// than writes a comparison. Behind an aggregate MORE THAN 30 days AGO is a window and is
// left alone.
func than(op string) func(*speller, [][]token) (string, bool) {
	return func(s *speller, taken [][]token) (string, bool) {
		end := s.at
		for &s.in[end] != &taken[0][0] {
			end++
		}
		end += len(taken[0])
		ago := end < len(s.in) && s.in[end].is("AGO", "FROM")
		return op + " $1", !ago || !s.out[len(s.out)-1].is(")")
	}
}

// anyOf writes CONTAINS ANY OF.
func anyOf(s *speller, _ [][]token) (string, bool) {
	which := "ANY"
	if s.in[s.at+1].is("ALL") {
		which = "ALL"
	}
	return "CONTAINS " + which + " OF (", true
}

// membership writes a test of a list or a segment.
func membership(op string, nots int) func(*speller, [][]token) (string, bool) {
	return func(s *speller, _ [][]token) (string, bool) { return op + " " + s.in[s.at+2+nots].upper + " $1", true }
}

// subject is the field that the last test is about: what stands before its operator.
func (s *speller) subject() (string, bool) {
	j := s.lastTest()
	if j == len(s.out) {
		return "", false
	}
	if j+1 < len(s.out) && s.out[j].kind == lexer.Name && s.out[j+1].is("(") && !s.out[j].is("DID", "ANY", "ALL", "NO") {
		open := 0
		for end := j + 1; end < len(s.out); end++ { // a call: COUNT(opened) > 3 OR < 1
			if s.out[end].is("(") {
				open++
			} else if s.out[end].is(")") {
				open--
			}
			if open == 0 {
				call := source(s.out[j : end+1])
				return call, len(call) <= longestSubject
			}
		}
		return "", false
	}
	if !s.out[j].isName() {
		i := len(s.out) - 1
		for i >= 0 && !s.out[i].is("AND", "OR", "(", "NOT") {
			i--
		}
		j = i + 1
	}
	if j >= len(s.out) || !s.out[j].isName() {
		return "", false
	}
	end := j + 1
	for end+1 < len(s.out) && s.out[end].is(".") {
		end += 2
	}
	return source(s.out[j:min(end, len(s.out))]), true
}

// lastOf writes LAST(event), where that is what stands there.
func lastOf(s *speller, taken [][]token) (string, bool) {
	if s.at+2 >= len(s.in) || taken[0][0].unit() != "" || taken[0][0].is("CHANGED", "HAS", "HAVE", "BEEN") {
		return "", false
	}
	next := s.in[s.at+2]
	if s.at+3 < len(s.in) && s.in[s.at+3].kind == lexer.Text && !looksLikeDate(s.in[s.at+3].text) {
		return "", false // first name = "Anna"
	}
	if !next.is("OLDER", ">", "<", ">=", "<=", "=", "BEFORE", "AFTER", "WITHIN", "MORE", "LESS", "IS", "WAS", "ON", "SINCE", "IN", "TODAY", "YESTERDAY", "DURING", "BETWEEN", "OVER", "LONGER") {
		return "", false
	}
	return s.in[s.at].upper + " ( $1 )", true
}

// notWithin is "did not open in 90 days". Behind BUT the time is that since the other event.
func notWithin(s *speller, _ [][]token) (string, bool) {
	behind := len(s.out) > 0 && s.out[len(s.out)-1].is("BUT")
	return "DID NOT $1 IN LAST $2", !behind || !s.in[s.at+3].is("WITHIN")
}
