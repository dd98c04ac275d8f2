package twilio

import (
	"strings"

	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Terms of Twilio Segment's query language: traits, properties, constants, and the arguments
// of functions.

// term reads one side of a comparison.
func (t *twilio) term() (x twilioTerm, ok bool) {
	if n, ok := t.Literal(); ok {
		v, ok := t.Constant(n)
		return twilioTerm{at: n, x: v}, ok
	}
	name := t.Peek()
	if name.Kind != source.WordToken || t.Tokens[t.Next+1].Text != "(" {
		return x, t.Wrong("event(…), trait(…) or a value is expected here")
	}
	t.Take()
	if !t.Deeper() {
		return x, false
	}
	defer func() { t.Levels-- }()
	switch at := t.Here(name); name.Text {
	case "event", "entity":
		return t.stream(at)
	case "trait", "property", "context":
		return t.scalar(at)
	case "literal":
		t.Expect("(")
		n, ok := t.Literal()
		if !ok {
			return x, t.Wrong("a value is expected here")
		}
		v, ok := t.Constant(n)
		return twilioTerm{at: n, x: v}, t.Expect(")") && ok
	default:
		t.Unknown(at, "function", name.Text, "event", "entity", "trait", "property", "context", "literal")
		return x, t.Stop()
	}
}

// scalar reads the argument of trait, property or context.
func (t *twilio) scalar(at *source.Node) (x twilioTerm, ok bool) {
	kind := at.Text
	t.Expect("(")
	parent := t.Says("parent") && t.Expect(":")
	name := t.Take()
	if name.Kind != source.QuotedToken {
		t.Next--
		return x, t.Wrong("a name in quotes is expected here")
	}
	if !t.Expect(")") {
		return x, false
	}
	x = twilioTerm{at: t.Here(name), lost: true}
	switch {
	case parent:
		t.Omit(at, source.NeedCorrelated, "the %s %q of the event before", kind, name.Text)
		return x, true
	case kind == "trait" && t.within != ofContact:
		t.Omit(at, source.NeedFieldInEv, "the trait %q beside a property", name.Text)
		return x, true
	case kind != "trait" && t.within == ofContact:
		t.Fail(at, rule.ErrSyntax, "%s(…) stands within where(…) only", kind)
		return x, true
	case kind == "trait":
		x.trait = name.Text
	case kind == "context":
		name.Text = "context." + name.Text
	}
	parts := strings.Split(name.Text, ".$")
	for _, list := range parts[:len(parts)-1] {
		f, ok := t.Field(x.at, strings.TrimPrefix(list, "."))
		if !ok {
			return x, true
		}
		x.lists = append(x.lists, f)
	}
	x.lost = false
	if last := strings.TrimPrefix(parts[len(parts)-1], "."); last == "" && len(x.lists) > 0 {
		x.x = rule.Elem{}
	} else {
		x.x, ok = t.Field(x.at, last)
		x.lost = !ok
	}
	return x, true
}

// args reads arguments in parentheses, also within brackets or braces: values, names and
// lengths of time.
func (t *twilio) args() (args []twilioTerm, ok bool) {
	if !t.Expect("(") {
		return nil, false
	}
	closing := ")"
	for _, pair := range []string{"[]", "{}"} {
		if t.Sign(pair[:1]) {
			closing = pair[1:]
		}
	}
	for first := true; !t.Follows(closing); first = false {
		if !first && !t.Expect(",") {
			return nil, false
		}
		if unit := t.Tokens[min(t.Next+1, len(t.Tokens)-1)]; t.Peek().Kind == source.NumberToken && unit.Kind == source.WordToken {
			n := t.Here(t.Take())
			s, ok := t.Span(n, t.Here(t.Take()), unit.Text)
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
	t.Expect(closing)
	return args, closing == ")" || t.Expect(")")
}
