package web

import (
	"net/http"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/httpapi"
)

// Why a contact is in or out: for a rule that somebody is writing as a tree, and for a segment
// in one line.

// maxWhy is how many reasons the line has at most, in parts of the rule.
const maxWhy = 3

// why explains a rule that need not be in force.
func (a *app) why(r *httpapi.Request) error {
	var body struct {
		Rule    string `json:"rule"`
		Contact string `json:"contact"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	c, err := r.Rule(body.Rule, "/rule")
	if err != nil {
		return err
	}
	program, err := segment.Compile(c)
	if err != nil {
		return err
	}
	x, ok := a.host.Contact(body.Contact)
	if !ok {
		_, err := r.Record(body.Contact) // says that it is not there
		return err
	}
	e := program.Explain(x, a.host.Now())
	return r.Reply(http.StatusOK, struct {
		Contact     string               `json:"contact"`
		Member      bool                 `json:"member"`
		Explanation *segment.Explanation `json:"explanation"`
		Text        string               `json:"text"`
	}{body.Contact, e.Holds, e, e.String()})
}

// reason is an explanation in one line: the parts that decide.
//
//	country = "US" — country is "US"; COUNT(opened) >= 5 — 7 so far
func reason(e *segment.Explanation) string {
	parts := deciding(e, nil)
	var lines []string
	for i, p := range parts {
		if i == maxWhy {
			lines = append(lines, "…")
			break
		}
		line := p.Condition
		if why := strings.Trim(p.Seen+", "+p.Note, ", "); why != "" {
			line += " — " + why
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

// deciding adds the tests that make a group what it is: of ALL OF that fails the first that
// fails, of ANY OF that holds the first that holds, and else all.
func deciding(e *segment.Explanation, to []*segment.Explanation) []*segment.Explanation {
	if e.Group == "" || len(e.Parts) == 0 {
		return append(to, e)
	}
	all, any := e.Group == "ALL OF", e.Group == "ANY OF"
	for _, p := range e.Parts {
		if len(to) > maxWhy {
			break
		}
		if p == nil {
			continue
		}
		if all && !e.Holds || any && e.Holds {
			if p.Holds == e.Holds {
				return deciding(p, to)
			}
			continue
		}
		to = deciding(p, to)
	}
	if len(to) == 0 {
		return append(to, e)
	}
	return to
}
