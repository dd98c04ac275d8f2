package spelling

import "strings"

// Two events behind one negation: "did not open or click" says that neither happened. Read
// word by word it is the opposite, so nothing of the kind is left to the other hints. With
// AND it may be neither, or not both, and nothing is proposed.

const whyNeither = "a NOT is about the event behind it alone; that neither of two happened is DID NOT … AND DID NOT …"

var guessedNeither = []spelling{
	{pattern: "DID NOT EVER? $w OR|AND $w $win", why: whyNeither, do: neither},
	{pattern: "NEVER $w OR|AND $w $win", why: whyNeither, do: neither},
	{pattern: "^ HAS|HAVE NOT|NEVER EVER? $w OR|AND $w $win", why: whyNeither, do: neither},
	{pattern: "^ HAS|HAVE? NO|WITHOUT $w OR|AND $w $win", why: whyNeither, do: neither},
	{pattern: "^ NOT $w OR|AND $w $win", why: whyNeither, do: neither},
}

var neithers = newTable(guessedNeither)

// Neither rewrites a text in which one negation stands before two events. It is for texts
// that can be read as something else: NEVER opened OR clicked IN LAST 30 days. There is such
// a pair if found is true, and what is meant by it is sure if sure is.
func Neither(text string, names Names) (r Reading, found, sure bool) {
	if len(text) > MaxText {
		return r, false, false
	}
	s := speller{in: tokens(text), names: names, length: len(text)}
	s.accepted()
	found = s.pass(neithers, true)
	if !found || s.unsure {
		return r, found || s.unsure, false
	}
	s.accepted()
	return s.reading(len(text)), true, true
}

// neither writes the negation, and the window behind the second event, of both.
func neither(s *speller, taken [][]token) (string, bool) {
	first, second := taken[len(taken)-2], taken[len(taken)-1]
	if !s.isDeed(first[0]) || !s.isDeed(second[0]) {
		return "", false
	}
	from := s.at
	for &s.in[from] != &second[0] {
		from++
	}
	from++
	to := from
	for !s.ends(to) {
		to++
	}
	window := s.in[from:to]
	if !s.in[from-2].is("OR") || len(window) > 0 && window[0].is("BETWEEN", "MORE") || to < len(s.in) && s.in[to].is("OR", ",") {
		s.unsure = true // or a window with an AND of its own; or three events
		return "", false
	}
	s.more = len(window)
	w := " " + source(window)
	return "DID NOT " + first[0].text + w + " AND DID NOT " + second[0].text + w, true
}

// isDeed reports whether a name is that of an event, and of no field.
func (s *speller) isDeed(t token) bool {
	if s.known([]token{t}) {
		return false
	}
	_, isEvent := s.event(t.text)
	if verbs, ok := s.names.(interface{ Verb(string) (string, bool) }); ok && !isEvent {
		_, isEvent = verbs.Verb(t.text)
	}
	return isEvent || deeds[t.upper]
}

// behindNegated reports whether the joining word before the current token stands behind the
// negation of an event that may be about the current name, too.
func (s *speller) behindNegated() bool {
	n := len(s.out)
	if n < 3 || !s.out[n-1].is("AND", "OR") {
		return false
	}
	start := n - 1
	for start > 0 && !s.out[start-1].is("AND", "OR", "(") {
		start--
	}
	left := s.out[start : n-1]
	if len(left) < 2 || !left[0].is("DID", "NEVER", "NOT", "NO", "WITHOUT", "HAS", "HAVE") || !s.isDeed(left[len(left)-1]) && !left[0].is("DID", "NEVER") {
		return false
	}
	for _, t := range left[:len(left)-1] {
		if !t.is("DID", "NEVER", "NOT", "NO", "WITHOUT", "HAS", "HAVE", "EVER") {
			return false
		}
	}
	return strings.Contains(" NEVER NOT NO WITHOUT EVER ", " "+left[len(left)-2].upper+" ")
}

// beforePair reports whether a negated name is followed by another event: NOT opened AND
// clicked.
func (s *speller) beforePair() bool {
	i := s.at + 1
	return len(s.out) > 0 && s.out[len(s.out)-1].is("NOT", "NO", "NEVER", "WITHOUT") && i+1 < len(s.in) && s.in[i].is("AND", "OR") &&
		s.in[i+1].isName() && s.isDeed(s.in[i+1]) && (s.ends(i+2) || s.in[i+2].is(windowWords...))
}
