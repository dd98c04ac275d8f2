package parser

import (
	"errors"
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/spelling"
	"github.com/segmentrules/segment/internal/word"
	"github.com/segmentrules/segment/rule"
)

// Rules in other spellings. The text is read as it stands first, so that nothing that is
// understood changes its meaning; then with the spellings that are accepted; then, for the
// fix of an error, with those that are guessed.

// maxFix is the longest fix, in bytes, that is proposed: a longer one is not read by anybody.
const maxFix = 4_000

// respelled reads a text that was not understood as it stands, for the given reason. If
// only accepted spellings were in the way, the result is the rule they mean. Else the
// error says what is wrong, and where something can be guessed, the first one has a Fix.
func respelled(text string, l rule.Limits, v vocabulary, reason error) (Rule, error) {
	if errors.Is(reason, rule.ErrLimit) {
		return Rule{}, reason
	}
	var names spelling.Names
	if v != nil {
		names = v
	}
	if again, ok := spelling.Accepted(text, names); ok {
		r, err := parseAsWritten(again.Text, l, v)
		if err == nil {
			return r.typed(text, again), nil
		}
		if errors.Is(err, rule.ErrLimit) {
			return Rule{}, reason
		}
		reason = placedIn(text, again, err, reason)
	}
	guess, ok := spelling.Proposed(text, names)
	if !ok || len(guess.Notes) == 0 {
		return Rule{}, reason
	}
	r, err := parseAsWritten(guess.Text, l, v)
	if err != nil {
		return Rule{}, reason
	}
	fix := r.Condition.String()
	if len(fix) > maxFix {
		return Rule{}, reason
	}
	return Rule{}, explained(text, guess, reason, fix)
}

// typed gives the places of a rule in the text as it was typed.
func (r Rule) typed(text string, as spelling.Reading) Rule {
	r.Text = text
	for i, place := range r.Places {
		if place != nowhere {
			r.Places[i] = as.Place(place)
		}
	}
	for i := range r.Shared {
		r.Shared[i] = as.Place(r.Shared[i])
	}
	for i := range r.uses {
		r.uses[i].offset = as.Place(r.uses[i].offset)
	}
	return r
}

// placedIn gives errors about a text the places in the text as it was typed. Where one of
// them is about a word that was not typed there, all stay as they were without the other
// spelling.
func placedIn(text string, as spelling.Reading, err, reason error) error {
	es := rule.ErrorsOf(err)
	for _, e := range es {
		if lexer.Scan(as.Text, e.Offset).Text != lexer.Scan(text, as.Place(e.Offset)).Text {
			return reason
		}
	}
	for _, e := range es {
		e.Locate(text, as.Place(e.Offset))
	}
	return es
}

// explained are the errors of a text for which there is a fix: what was guessed, each at
// its place, instead of what the parser stumbled over. Where the parser has found more
// than that, or offers a word that is in the fix, its errors stay.
func explained(text string, guess spelling.Reading, reason error, fix string) error {
	es := rule.ErrorsOf(reason)
	if len(es) == 0 {
		return reason
	}
	if es[0].Suggestion != "" && strings.Contains(fix, es[0].Suggestion) {
		es[0].Fix = fix
		return es
	}
	var told rule.Errors
	for _, note := range guess.Notes {
		e := &rule.Error{Code: es[0].Code, Msg: strings.Map(printable, note.Msg)}
		e.Locate(text, note.Offset)
		told = append(told, e)
	}
	if len(told) < len(es) {
		told = append(told[:1], es[1:]...)
		slices.SortStableFunc(told, func(a, b *rule.Error) int { return a.Offset - b.Offset })
	}
	told[0].Fix = fix
	return told
}

// foreign reads words of other languages that stand where a field may: `= yes` and
// CURRENT_DATE. They are names where the schema has such a field.
func (p *parser) foreign() (e rule.Expr, found bool) {
	unknown := func() bool { return p.vocabulary == nil || !p.vocabulary.Field(p.tok.Text) }
	switch {
	case p.is("YES") && p.behindEqual() && p.testEnds(lexer.Scan(p.src, p.pos)) && unknown():
		e = rule.Bool(true)
	case p.is("CURRENT_DATE") && unknown():
		return p.currentDate(), true
	case p.is("CURRENT_TIMESTAMP") && unknown():
		e = rule.Call{Fn: rule.FnNow}
	default:
		return nil, false
	}
	p.next()
	return e, true
}

// verb is the event that a verb behind DID or NEVER names: opened for DID NOT open.
func (p *parser) verb(name string) string {
	if p.vocabulary == nil {
		return name
	}
	if _, known := p.vocabulary.Event(name); known {
		return name
	}
	if event, ok := p.vocabulary.Verb(name); ok {
		return event
	}
	return name
}

// behindEqual reports whether = or != stands before the current token.
func (p *parser) behindEqual() bool {
	t := lexer.Scan(p.src, p.prevOff)
	return t.Kind == '=' || t.Kind == lexer.Ne
}

// testEnds reports whether a token ends a test.
func (p *parser) testEnds(t lexer.Token) bool {
	return t.Kind == lexer.End || t.Kind == ')' || t.Kind == ',' || t.Kind == lexer.Name && (word.Is(t.Text, "AND") || word.Is(t.Text, "OR"))
}

// currentDate reads CURRENT_DATE, with the number of days that SQL takes from it.
func (p *parser) currentDate() rule.Expr {
	today := rule.Call{Fn: rule.FnToday}
	p.next()
	sign, number := p.tok.Kind, lexer.Scan(p.src, p.pos)
	if sign != '-' && sign != '+' || number.Kind != lexer.Number || !p.testEnds(lexer.Scan(p.src, number.End)) {
		return today
	}
	v, _ := rule.ParseNumber(number.Text)
	n, whole := v.Int()
	if d := (rule.Span{N: n, Unit: rule.UnitDay}); whole && d.Valid() {
		p.next()
		p.next()
		op := rule.ArithAdd
		if sign == '-' {
			op = rule.ArithSub
		}
		return rule.Arith{Op: op, Left: today, Right: d}
	}
	return today
}

// noNoun refuses a word behind a number that is no noun of an event: `500 USD`, `18 yeers`,
// and `100 points` of what the schema has as a field.
func (p *parser) noNoun(name lexer.Token) bool {
	if p.tok.Kind != lexer.Name || !p.nounFollows() {
		return false
	}
	known, isField := false, false
	if p.vocabulary != nil {
		text := name.Text
		if name.Kind == lexer.Quoted {
			text = unquoteName(text)
		}
		_, known = p.vocabulary.Event(text)
		isField = p.vocabulary.Field(text)
	}
	if known || !isField && !(spelling.IsMeasure(p.tok.Text) && p.testEnds(lexer.Scan(p.src, p.pos))) {
		return false
	}
	return !p.unexpected("AND, OR or the end: only an event is counted in nouns")
}
