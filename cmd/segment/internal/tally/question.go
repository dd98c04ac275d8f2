package tally

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// A Question is a rule asked of many contacts.
type Question struct {
	Condition segment.Condition // as the schema has resolved it
	Parts     []Part            // the steps of the funnel; only for a preview
	At        time.Time
	Preview   bool // with funnel, sample and missing values
	Sample    int  // how many ids of a preview
}

// A Part is a step of the funnel: its text, and what is asked.
type Part struct {
	Text      string
	Condition segment.Condition
}

// A Result is what was found. The JSON is that of a preview of package index, and says
// beside it what became of the rows.
type Result struct {
	At     time.Time    `json:"at"`
	Count  int          `json:"count"`
	Of     int          `json:"of"`
	Sample []string     `json:"sample"`
	Parts  []index.Part `json:"parts"`
	// Missing is nil where it is not known: see [Missing.Known].
	Missing   *int                 `json:"missing"`
	MissingIn []index.MissingCount `json:"missing_in"`

	LeftOut int `json:"left_out"` // rows that are wrong
	Misfits int `json:"misfits"`  // cells of CSV kept as text: not of the kind that was guessed
	Orphans int `json:"orphans"`  // events of contacts that are not among the contacts
}

// A compiled is a question, compiled.
type compiled struct {
	Question
	whole *segment.Program
	parts []*segment.Program
}

func compile(q Question) (c compiled, err error) {
	c.Question = q
	if c.whole, err = segment.Compile(q.Condition); err != nil {
		return c, err
	}
	for _, p := range q.Parts {
		program, err := segment.Compile(p.Condition)
		if err != nil {
			return c, err
		}
		c.parts = append(c.parts, program)
	}
	return c, nil
}

// PartsOf returns the steps of the funnel of a condition: the parts of its top AND, or the
// whole. Each is made by of what it shall ask.
func PartsOf(c segment.Condition, ask func(segment.Condition) segment.Condition) (parts []Part) {
	and, ok := c.(rule.And)
	if !ok || len(and) == 0 {
		and = rule.And{c}
	}
	for _, p := range and {
		parts = append(parts, Part{Text: p.String(), Condition: ask(p)})
	}
	return parts
}
