package httpapi

import (
	"encoding/json"
	"net/http"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/lint"
)

// Questions about a rule that is not in force: is it right, who would be a member.

// A checked is what POST /v1/check returns. Rule is the canonical text, definition the
// canonical JSON; both are missing if there are errors.
type checked struct {
	Valid      bool            `json:"valid"`
	Rule       string          `json:"rule,omitempty"`
	Definition json.RawMessage `json:"definition,omitempty"`
	Errors     []fault         `json:"errors"`
	Warnings   []warning       `json:"warnings"`
}

// A warning is something that is allowed and probably not meant. Part is the text of what it
// is about, fix what to write in its place, if that is plain. Line and column are those of
// rule text; the pointer leads into the canonical definition.
type warning struct {
	Code    lint.Code `json:"code"`
	Detail  string    `json:"detail"`
	Part    string    `json:"part"`
	Fix     string    `json:"fix,omitempty"`
	Pointer string    `json:"pointer,omitempty"`
	Line    int       `json:"line,omitempty"`
	Column  int       `json:"column,omitempty"`
}

// check tells everything wrong with a rule, and warns. A rule that is wrong is a right
// question, and so is answered with status 200.
func (c *call) check() error {
	src, err := c.source()
	var seg segment.Segment
	if err == nil {
		seg, err = c.read(src)
	}
	if err != nil {
		faults := faultsOf(err)
		if len(faults) == 0 {
			return err
		}
		return c.reply(http.StatusOK, checked{Errors: faults, Warnings: []warning{}})
	}
	out := checked{Valid: true, Rule: ruleText(seg.Condition), Errors: []fault{}, Warnings: []warning{}}
	if out.Definition, err = segment.MarshalCondition(seg.Condition); err != nil {
		return err
	}
	for _, w := range src.warnings(c.schema()) {
		out.Warnings = append(out.Warnings, warning{w.Code, w.Msg, w.Part, w.Fix, w.Path, w.Line, w.Column})
	}
	return c.reply(http.StatusOK, out)
}

// preview says who would be a member. It ends when the request does.
func (c *call) preview() error {
	sample, err := c.number("sample", 20, 1, maxPageSize)
	if err != nil {
		return err
	}
	cond, err := c.condition()
	if err != nil {
		return err
	}
	p, err := c.host.Preview(c.r.Context(), cond, index.PreviewOptions{Sample: sample})
	if err != nil {
		return err
	}
	p.At = p.At.UTC()
	return c.reply(http.StatusOK, p)
}

// count says how many would be members.
func (c *call) count() error {
	cond, err := c.condition()
	if err != nil {
		return err
	}
	n, err := c.host.Count(cond)
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, struct {
		Count int `json:"count"`
	}{n})
}
