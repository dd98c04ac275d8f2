package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/interop"
)

// Definitions of other systems, read and written. What the other side cannot say is told as a
// loss, and never dropped without a word.

// system refuses a system that is not known, with the nearest that is.
func system(name string) error {
	if slices.Contains(interop.Systems(), name) {
		return nil
	}
	p := wrong("/system", "there is no system of this name: they are "+strings.Join(interop.Systems(), ", "))
	p.Code, p.Suggestion = "unknown", textset.Nearest(name, interop.Systems()...)
	return p
}

// importRule reads a definition. What is wrong with it is told with status 200, as that of a
// rule is.
func (a *app) importRule(r *httpapi.Request) error {
	var body struct {
		System     string          `json:"system"`
		Definition json.RawMessage `json:"definition"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	if err := system(body.System); err != nil {
		return err
	}
	text := []byte(body.Definition)
	var inText string
	if json.Unmarshal(text, &inText) == nil { // JSON in a string, or a text that is none
		text = []byte(inText)
	}
	out := struct {
		Name   string         `json:"name"`
		Rule   string         `json:"rule"`
		Losses []interop.Loss `json:"losses"`
		Faults []fault        `json:"faults"`
	}{Faults: []fault{}}
	s, losses, err := interop.Import(body.System, text, a.words(r))
	out.Losses = listed(losses)
	if err != nil {
		if out.Faults = faultsOf(err, string(text)); len(out.Faults) == 0 {
			return err
		}
		return r.Reply(http.StatusOK, out)
	}
	if out.Name = s.Name; s.Condition != nil { // else nothing of it can be said
		out.Rule = ruleText(s.Condition)
	}
	return r.Reply(http.StatusOK, out)
}

// exportRule writes a rule as a definition of another system.
func (a *app) exportRule(r *httpapi.Request) error {
	var body struct {
		System string `json:"system"`
		Rule   string `json:"rule"`
		Name   string `json:"name"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	if err := system(body.System); err != nil {
		return err
	}
	c, err := r.Rule(body.Rule, "/rule")
	if err != nil {
		return err
	}
	text, losses, err := interop.Export(body.System, segment.Segment{Name: body.Name, Condition: c}, a.words(r))
	if err != nil {
		return err
	}
	if !json.Valid(text) { // a system whose definitions are text
		if text, err = json.Marshal(string(text)); err != nil {
			return err
		}
	}
	return r.Reply(http.StatusOK, struct {
		Definition json.RawMessage `json:"definition"`
		Losses     []interop.Loss  `json:"losses"`
	}{text, listed(losses)})
}
