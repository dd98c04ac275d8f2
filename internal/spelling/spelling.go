package spelling

import (
	"strings"

	"github.com/segmentrules/segment/internal/lexer"
)

// The doors, and the passes over the tokens. What is accepted is rewritten until nothing
// changes, and then, if wanted, what is guessed: first the frame around the rule, such as
// SELECT … WHERE, then the rest.

// Names are what is known of the names in a rule; it may be nil.
type Names interface {
	// Field reports whether a field, a property or a calculated field has this name.
	Field(name string) bool
	// Event returns the event that a name or an alias stands for.
	Event(name string) (canonical string, ok bool)
}

// MaxText is the longest text, in bytes, in which other spellings are looked for: what is
// longer was not typed.
const MaxText = 64 << 10

// maxPasses bounds how often a text is gone through, each time behind a change.
const maxPasses = 8

// A Note is one thing that was guessed, and where it stands in the text as typed.
type Note struct {
	Offset int
	Msg    string
}

// A Reading is a text as it was understood.
type Reading struct {
	Text  string // in the spelling of the language
	Notes []Note // what was guessed, in order of place

	ends   []int // where each token starts in Text
	typed  []int // and where in the text as it was typed
	length int   // of that
}

// Place returns the offset in the text as it was typed of an offset in Text.
func (r Reading) Place(offset int) int {
	if offset >= len(r.Text) {
		return r.length
	}
	at := 0
	for i, start := range r.ends {
		if start > offset {
			break
		}
		at = r.typed[i]
	}
	return at
}

// Accepted rewrites the spellings of a text that can mean but one thing; ok is false if
// there is none. Its cost grows with the text.
func Accepted(text string, names Names) (r Reading, ok bool) { return rewritten(text, names, false) }

// Proposed is [Accepted], and rewrites what has to be guessed as well.
func Proposed(text string, names Names) (r Reading, ok bool) { return rewritten(text, names, true) }

func rewritten(text string, names Names, guess bool) (r Reading, ok bool) {
	if len(text) > MaxText {
		return r, false
	}
	s := speller{in: tokens(text), names: names, length: len(text)}
	s.accepted() // first, so that nothing is guessed that need not be
	if guess && s.pass(frames, true) {
		s.accepted()
	}
	if guess {
		for range maxPasses {
			if !s.pass(hints, true) {
				break
			}
			s.accepted()
		}
	}
	if guess {
		s.parentheses()
	} else if s.doubtful() {
		return r, false
	}
	if guess && len(s.in) == 0 && strings.TrimSpace(text) != "" {
		s.in, s.changed = []token{lexed("EVERYONE", 0)}, true
		s.note(0, "there is a comment and no condition; all contacts are EVERYONE")
	}
	if !s.changed && !strings.ContainsAny(text, "“”„‘’-/*") {
		return r, false
	}
	return s.reading(len(text)), true
}

// A speller goes through the tokens of a text.
type speller struct {
	names   Names
	length  int     // of the text
	in, out []token // what is still to be read, from at on; what has been
	at      int
	place   int // of what is wrong
	more    int // tokens that a spelling takes beside those of its pattern
	changed bool
	unsure  bool // one negation stands before two events; see neither
	notes   []Note
}

func (s *speller) accepted() {
	for range maxPasses {
		if !s.pass(accepted, false) {
			return
		}
	}
}

// pass goes through the tokens once, and reports whether a spelling was found.
func (s *speller) pass(table *table, guess bool) bool {
	found := false
	s.out = make([]token, 0, len(s.in)+8)
	for s.at = 0; s.at < len(s.in); {
		s.more, s.place = 0, s.in[s.at].off
		r, n, written := table.match(s)
		if r == nil {
			s.more = 0
			s.out = append(s.out, s.in[s.at])
			s.at++
			continue
		}
		if guess {
			s.note(s.place, r.why)
		}
		s.out = append(s.out, written...)
		s.at += n + s.more
		found = true
	}
	s.in, s.out = s.out, nil
	s.changed = s.changed || found
	return found
}

// doubtful reports whether a text in quotes stands where a field is meant: “country” = "US".
func (s *speller) doubtful() bool {
	for i := range s.in {
		s.out, s.at = s.in[:i], i
		if _, _, ok := columnInQuotes.taken(s); ok {
			return true
		}
	}
	return false
}

// parentheses closes those that are open at the end of the text, and leaves out those that
// close nothing.
func (s *speller) parentheses() {
	open, kept := 0, s.in[:0:0]
	for _, t := range s.in {
		switch {
		case t.is("("):
			open++
		case t.is(")") && open == 0:
			s.note(t.off, "a parenthesis that closes nothing")
			s.changed = true
			continue
		case t.is(")"):
			open--
		}
		kept = append(kept, t)
	}
	if open > 0 && open <= maxPasses {
		s.note(s.length, "a parenthesis is not closed")
		s.changed = true
		for range open {
			kept = append(kept, made(')', ")", s.length, false))
		}
	}
	s.in = kept
}

func (s *speller) note(off int, msg string) {
	i := len(s.notes)
	for i > 0 && s.notes[i-1].Offset > off {
		i--
	}
	if i > 0 && s.notes[i-1].Offset == off {
		return // one word about one place is enough
	}
	s.notes = append(s.notes[:i], append([]Note{{off, msg}}, s.notes[i:]...)...)
}

// reading puts the tokens together.
func (s *speller) reading(length int) Reading {
	r := Reading{Notes: s.notes, length: length}
	var b strings.Builder
	for i, t := range s.in {
		if i > 0 && !(t.glued && (t.kind == lexer.Bad || s.in[i-1].kind == lexer.Bad || t.kind == lexer.Name && s.in[i-1].kind == lexer.Number)) {
			b.WriteByte(' ')
		}
		r.ends = append(r.ends, b.Len())
		r.typed = append(r.typed, t.off)
		b.WriteString(t.text)
	}
	r.Text = b.String()
	return r
}
