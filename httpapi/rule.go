package httpapi

import (
	"net/http"
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/lint"
	"github.com/segmentrules/segment/rule"
)

// Rules in bodies. A body is rule text (text/plain), or a definition as JSON as
// docs/definition.md describes it; {"name": "VIP", "rule": "total > 500"} is one, too. Where
// the rule is text, lines and columns of errors count in that text, as an editor shows it,
// also if it stands in JSON: then the pointer is /rule.

// A source is a rule as a request states it.
type source struct {
	id, name string
	text     string // the rule text, if it is one
	isText   bool
	pointer  string // to the text in the body
	body     []byte // the definition, if it is none
}

// source reads the body as a rule, without looking at the rule itself.
func (c *call) source() (src source, err error) {
	kind, body, err := c.body(typeJSON, typeText)
	if err != nil {
		return src, err
	}
	if kind == typeText {
		return source{text: string(body), isText: true}, nil
	}
	src.body = body
	if err := rule.CheckJSON(body, c.schema().Limits.WithDefaults()); err != nil {
		return src, err
	}
	src.findText()
	return src, nil
}

// findText looks whether the body is an object with rule text and nothing beside it but
// an id and a name. What is wrong with it otherwise, reading the definition tells.
func (src *source) findText() {
	t, fault := jsontext.NewSource(src.body, len(src.body), rule.MaxDepth)
	if fault != nil || !t.StartsWith(t.Root(), '{') {
		return
	}
	texts := make(map[string]string)
	only := true
	t.Members(t.Root(), func(m jsontext.Member) bool {
		only = slices.Contains([]string{"id", "name", "rule"}, m.Name) && t.StartsWith(m.Value, '"')
		if only {
			texts[m.Name] = t.Unquoted(m.Value)
		}
		return only
	})
	text, ok := texts["rule"]
	if only && ok {
		src.id, src.name, src.text, src.isText, src.pointer = texts["id"], texts["name"], text, true, "/rule"
	}
}

// read reads the rule against a schema. What it returns has been resolved.
func (src source) read(s *segment.Schema) (segment.Segment, error) {
	if !src.isText {
		return segment.ParseDefinition(s, src.body)
	}
	c, err := s.Parse(src.text)
	if err != nil {
		return segment.Segment{}, src.placed(err)
	}
	return segment.Segment{ID: src.id, Name: src.name, Condition: c}, nil
}

// placed gives errors in rule text the pointer to the text.
func (src source) placed(err error) error {
	for _, e := range rule.ErrorsOf(err) {
		e.Path = src.pointer
	}
	return err
}

// warnings returns what is allowed in the rule and probably not meant; the rule must have
// been read without an error.
func (src source) warnings(s *segment.Schema) []lint.Warning {
	if src.isText {
		ws, _ := lint.Text(src.text, s)
		return ws
	}
	var seg segment.Segment
	if seg.UnmarshalJSON(src.body) != nil { // the schema allows more than the default limits
		return nil
	}
	return lint.Condition(seg.Condition, s)
}

// read reads the rule of the body with the schema of now. A segment that it refers to and
// that does not exist is an error with its place, as a field would be.
func (c *call) read(src source) (segment.Segment, error) {
	s := c.schema()
	seg, err := src.read(s)
	if err != nil || len(s.Segments) > 0 || len(rule.Reads(seg.Condition).Segments) == 0 {
		return seg, err
	}
	with := *s
	for _, d := range c.host.Defined() {
		with.Segments = append(with.Segments, d.ID)
	}
	return src.read(&with)
}

// condition reads the body as a rule, of which only the condition matters.
func (c *call) condition() (segment.Condition, error) {
	src, err := c.source()
	if err != nil {
		return nil, err
	}
	seg, err := c.read(src)
	return seg.Condition, err
}

// segment reads the body as the definition of the segment with an id.
func (c *call) segment(id string) (segment.Segment, error) {
	src, err := c.source()
	if err != nil {
		return segment.Segment{}, err
	}
	seg, err := c.read(src)
	if err != nil {
		return seg, err
	}
	if seg.ID != "" && seg.ID != id {
		p := refuse(http.StatusBadRequest, string(segment.ErrValue), "the id in the body is not that in the path")
		p.Pointer, p.Errors = "/id", []fault{{Code: p.Code, Detail: p.Detail, Pointer: "/id"}}
		return seg, p
	}
	seg.ID = id
	if c.query.Has("name") {
		seg.Name = c.query.Get("name")
	}
	return seg, nil
}

// ruleText is the canonical text of a condition.
func ruleText(c segment.Condition) string {
	text, err := c.MarshalText()
	if err != nil {
		return ""
	}
	return string(text)
}
