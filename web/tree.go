package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/lint"
	"github.com/segmentrules/segment/rule"
)

// A rule as the page edits it: as text and as the tree of react-querybuilder, each made from
// the other, with everything that is wrong with it. A rule that is wrong is a right question,
// and so is answered with status 200.

// editor is the system whose trees the page edits.
const editor = "react-querybuilder"

// A treed is what POST /app/tree returns. Rule is the canonical text, tree what it is as one;
// both are missing if there are faults.
type treed struct {
	Rule     string          `json:"rule,omitempty"`
	Tree     json.RawMessage `json:"tree,omitempty"`
	Faults   []fault         `json:"faults"`
	Warnings []hint          `json:"warnings"`
	Losses   []interop.Loss  `json:"losses"` // what of a tree no rule can say
}

// A fault is an error with the length of what is wrong at its place, in bytes.
type fault struct {
	*segment.Error
	Length int `json:"length"`
}

// A hint is a warning with the length of the part that it is about, in bytes.
type hint struct {
	lint.Warning
	Length int `json:"length"`
}

func (a *app) tree(r *httpapi.Request) error {
	var body struct {
		Rule *string         `json:"rule"`
		Tree json.RawMessage `json:"tree"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	switch {
	case body.Rule != nil:
		return a.fromText(r, *body.Rule, body.Tree)
	case body.Tree != nil:
		return a.fromTree(r, body.Tree)
	}
	return wrong("", "give rule, a text, or tree, a query of react-querybuilder; with both the rule counts, and what it leaves as it is in the tree keeps its ids")
}

// fromText makes a tree of a text. What means the same in the tree that was there before, if
// one is given, comes back as it stands there.
func (a *app) fromText(r *httpapi.Request, text string, before json.RawMessage) error {
	c, err := r.Rule(text, "")
	if err != nil {
		return reply(r, err, text, treed{})
	}
	o := interop.Options{Schema: r.Schema(), Tree: before}
	tree, losses, err := o.Export(editor, segment.Segment{Condition: c})
	if err != nil {
		return err
	}
	return a.both(r, c, text, tree, losses)
}

// fromTree makes a text of a tree. The tree comes back with the ids that it has.
func (a *app) fromTree(r *httpapi.Request, tree json.RawMessage) error {
	s, losses, err := interop.Import(editor, tree, a.words(r))
	if err != nil {
		return reply(r, err, "", treed{Losses: losses})
	}
	if s.Condition == nil { // nothing of it can be said
		return r.Reply(http.StatusOK, treed{Faults: []fault{}, Warnings: []hint{}, Losses: listed(losses)})
	}
	return a.both(r, s.Condition, ruleText(s.Condition), tree, losses)
}

// both answers with a rule in both forms.
func (a *app) both(r *httpapi.Request, c segment.Condition, text string, tree json.RawMessage, losses []interop.Loss) error {
	out := treed{Rule: ruleText(c), Tree: tree, Faults: []fault{}, Warnings: []hint{}, Losses: listed(losses)}
	warnings, _ := lint.Text(text, r.Schema())
	for _, w := range warnings {
		out.Warnings = append(out.Warnings, hint{w, spanOf(text, w.Offset, w.Part)})
	}
	return r.Reply(http.StatusOK, out)
}

// reply answers with what is wrong; an error that is none of a rule is one of the request.
func reply(r *httpapi.Request, err error, text string, out treed) error {
	faults := faultsOf(err, text)
	if len(faults) == 0 {
		return err
	}
	out.Faults, out.Warnings, out.Losses = faults, []hint{}, listed(out.Losses)
	return r.Reply(http.StatusOK, out)
}

// faultsOf are the errors of the library in an error.
func faultsOf(err error, text string) []fault {
	faults := []fault{}
	for _, e := range rule.ErrorsOf(err) {
		faults = append(faults, fault{e, spanOf(text, e.Offset, "")})
	}
	return faults
}

// words is the schema of now with the segments that there are.
func (a *app) words(r *httpapi.Request) *segment.Schema {
	s := *r.Schema()
	if len(s.Segments) == 0 {
		for _, d := range a.host.Defined() {
			s.Segments = append(s.Segments, d.ID)
		}
	}
	return &s
}

// spanOf is how many bytes of a text to mark from a place on: the part, if it stands there,
// else the word there, or one character.
func spanOf(text string, at int, part string) int {
	if at < 0 || at >= len(text) {
		return 0
	}
	rest := text[at:]
	if part != "" && strings.HasPrefix(rest, part) {
		return len(part)
	}
	n := strings.IndexFunc(rest, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '_' && c != '.' })
	switch {
	case n < 0:
		return len(rest)
	case n > 0:
		return n
	}
	_, n = utf8.DecodeRuneInString(rest)
	return n
}
