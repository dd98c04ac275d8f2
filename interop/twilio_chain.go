package interop

import (
	"strings"

	"github.com/segmentrules/segment/rule"
)

// Terms of Twilio Segment's query language: traits, properties, constants, and the arguments
// of functions.

// term reads one side of a comparison.
func (t *twilio) term() (x twilioTerm, ok bool) {
	if n, ok := t.literal(); ok {
		v, ok := t.constant(n)
		return twilioTerm{at: n, x: v}, ok
	}
	name := t.peek()
	if name.kind != wordToken || t.tokens[t.next+1].text != "(" {
		return x, t.wrong("event(…), trait(…) or a value is expected here")
	}
	t.take()
	if !t.deeper() {
		return x, false
	}
	defer func() { t.levels-- }()
	switch at := t.here(name); name.text {
	case "event", "entity":
		return t.stream(at)
	case "trait", "property", "context":
		return t.scalar(at)
	case "literal":
		t.expect("(")
		n, ok := t.literal()
		if !ok {
			return x, t.wrong("a value is expected here")
		}
		v, ok := t.constant(n)
		return twilioTerm{at: n, x: v}, t.expect(")") && ok
	default:
		t.unknown(at, "function", name.text, "event", "entity", "trait", "property", "context", "literal")
		return x, t.stop()
	}
}

// scalar reads the argument of trait, property or context.
func (t *twilio) scalar(at *node) (x twilioTerm, ok bool) {
	kind := at.text
	t.expect("(")
	parent := t.says("parent") && t.expect(":")
	name := t.take()
	if name.kind != quotedToken {
		t.next--
		return x, t.wrong("a name in quotes is expected here")
	}
	if !t.expect(")") {
		return x, false
	}
	x = twilioTerm{at: t.here(name), lost: true}
	switch {
	case parent:
		t.omit(at, needCorrelated, "the %s %q of the event before", kind, name.text)
		return x, true
	case kind == "trait" && t.within != ofContact:
		t.omit(at, needFieldInEv, "the trait %q beside a property", name.text)
		return x, true
	case kind != "trait" && t.within == ofContact:
		t.fail(at, rule.ErrSyntax, "%s(…) stands within where(…) only", kind)
		return x, true
	case kind == "trait":
		x.trait = name.text
	case kind == "context":
		name.text = "context." + name.text
	}
	parts := strings.Split(name.text, ".$")
	for _, list := range parts[:len(parts)-1] {
		f, ok := t.field(x.at, strings.TrimPrefix(list, "."))
		if !ok {
			return x, true
		}
		x.lists = append(x.lists, f)
	}
	x.lost = false
	if last := strings.TrimPrefix(parts[len(parts)-1], "."); last == "" && len(x.lists) > 0 {
		x.x = rule.Elem{}
	} else {
		x.x, ok = t.field(x.at, last)
		x.lost = !ok
	}
	return x, true
}

// args reads arguments in parentheses, also within brackets or braces: values, names and
// lengths of time.
func (t *twilio) args() (args []twilioTerm, ok bool) {
	if !t.expect("(") {
		return nil, false
	}
	closing := ")"
	for _, pair := range []string{"[]", "{}"} {
		if t.sign(pair[:1]) {
			closing = pair[1:]
		}
	}
	for first := true; !t.follows(closing); first = false {
		if !first && !t.expect(",") {
			return nil, false
		}
		if unit := t.tokens[min(t.next+1, len(t.tokens)-1)]; t.peek().kind == numberToken && unit.kind == wordToken {
			n := t.here(t.take())
			s, ok := t.span(n, t.here(t.take()), unit.text)
			if !ok {
				return nil, false
			}
			args = append(args, twilioTerm{at: n, x: s})
			continue
		}
		x, ok := t.term()
		if !ok {
			return nil, false
		}
		args = append(args, x)
	}
	t.expect(closing)
	return args, closing == ")" || t.expect(")")
}
