package schema

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/textset"
)

// Names that are alike though they are not the same: another case, singular and plural, a
// verb in another form, the words in another order.

// alike returns the known name that a name is like, "" if there is none: the name itself,
// one of the same words, one of which it is a slip.
func alike(name string, known []string) string {
	if slices.Contains(known, name) {
		return name
	}
	for _, other := range known {
		if strings.EqualFold(other, name) {
			return other
		}
	}
	words := stems(name)
	for _, other := range known {
		if stems(other) == words {
			return other
		}
	}
	if near := textset.Nearest(name, known...); near != "" && len(name) > 3 { // one letter of three is another word: vip, zip
		if opposite(name, near) {
			return ""
		}
		return near
	}
	return onlyWith(name, known)
}

// opposite reports whether one name says that the other is not: unsubscribed, subscribed.
func opposite(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	for _, not := range [...]string{"un", "in", "non", "not", "no", "non_", "not_", "no_"} {
		if a == not+b || b == not+a {
			return true
		}
	}
	return false
}

// onlyWith returns the only known name that has a word, such as last_seen for seen.
func onlyWith(name string, known []string) (found string) {
	if len(name) < 4 {
		return ""
	}
	for _, other := range known {
		if !slices.Contains(strings.Split(strings.ToLower(other), "_"), strings.ToLower(name)) {
			continue
		}
		if found != "" {
			return ""
		}
		found = other
	}
	return found
}

// stems are the words of a name without endings, in order: purchases, purchased and
// purchase have one; so have cart_add and added_to_cart.
func stems(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '_' || r == ' ' || r == '-' || r == '.' })
	var out []string
	for _, w := range words {
		switch w {
		case "to", "the", "a", "an", "of", "at", "date":
			continue
		}
		out = append(out, stem(w))
	}
	slices.Sort(out)
	return strings.Join(out, "")
}

func stem(w string) string {
	for _, ending := range [...]string{"ings", "ing", "ed", "es", "s", "d"} {
		if rest, ok := strings.CutSuffix(w, ending); ok && len(rest) > 2 {
			w = rest
			break
		}
	}
	if len(w) > 3 {
		w = strings.TrimSuffix(w, "e")
	}
	if n := len(w); n > 3 && w[n-1] == w[n-2] {
		w = w[:n-1] // shipped
	}
	return w
}

// synonyms are words for one event.
var synonyms = [][]string{
	{"purchase", "buy", "bought", "order", "checkout"},
	{"open", "read"},
	{"visit", "view", "page_view"},
	{"sign_up", "signup", "register", "registered"},
	{"login", "log_in", "logged_in"},
	{"subscribe", "opt_in"},
}

// eventLike returns the event that a name is like, "" if there is none.
func (s *Schema) eventLike(name string) string {
	if event, ok := s.eventOf(name); ok {
		return event
	}
	if event := s.eventOfVerb(name); event != "" {
		return event
	}
	own := stems(name)
	for _, group := range synonyms {
		if !slices.ContainsFunc(group, func(w string) bool { return stems(w) == own }) {
			continue
		}
		for _, w := range group {
			if event := s.eventOfVerb(w); event != "" {
				return event
			}
		}
	}
	var names []string
	for event, t := range s.Events {
		names = append(append(names, event), t.Aliases...)
	}
	if near := textset.Nearest(name, names...); near != "" {
		event, _ := s.eventOf(near)
		return event
	}
	return ""
}

// eventOfVerb returns the only event whose name, or an alias of which, has the same words
// in another form; "" if there is none or there are several.
func (s *Schema) eventOfVerb(name string) (found string) {
	own := stems(name)
	for _, event := range textset.SortedKeys(s.Events) {
		same := stems(event) == own || slices.ContainsFunc(s.Events[event].Aliases, func(a string) bool { return stems(a) == own })
		switch {
		case !same:
		case found != "":
			return ""
		default:
			found = event
		}
	}
	return found
}

// fields are the names that a field may have here, in order.
func (m mender) fields() []string {
	names := textset.SortedKeys(m.ts.fields)
	if m.ts.place == inContact {
		names = append(names, textset.SortedKeys(m.schema.Calculated)...)
	}
	return names
}
