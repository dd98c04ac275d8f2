package cli

// Check reads rules one by one and gathers what is wrong with each; what is printed at the
// end is the same in text and in JSON.

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/rules"
)

// A checked is what is told of one rule.
type checked struct {
	Source     string          `json:"source"` // file, "standard input", or ""
	ID         string          `json:"id,omitempty"`
	Valid      bool            `json:"valid"`
	Rule       string          `json:"rule,omitempty"`
	Definition json.RawMessage `json:"definition,omitempty"`
	Errors     []fault         `json:"errors"`
	Warnings   []fault         `json:"warnings"`
}

// A checkReport is the output of check.
type checkReport struct {
	Valid    bool      `json:"valid"`
	Checked  []checked `json:"checked"`
	Errors   int       `json:"errors"`
	Warnings int       `json:"warnings"`
}

func newCheck(a *app) *cobra.Command {
	var f ruleFlags
	var strict bool
	c := &cobra.Command{
		Use:   "check RULE...",
		Short: "Tell everything that is wrong with rules, and warn",
		Long: `Check reads rules and tells everything that is wrong with them: line, column, the line
with a caret, the nearest right name, and the rule as it was probably meant. It warns of
what is allowed and probably not meant.

A RULE is rule text, the name of a file with rule text or definitions as JSON, @FILE, or
- for standard input.`,
		Example: `  segment check 'country = "US" AND opened >= 5 emails IN LAST 30 DAYS'
  segment check --schema schema.json rules/*.json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.checkAll(&f, args, strict) },
	}
	f.add(c)
	c.Flags().BoolVar(&strict, "strict", false, "warnings count as errors in the exit code")
	return c
}

func (a *app) checkAll(f *ruleFlags, args []string, strict bool) error {
	if err := f.load(); err != nil {
		return err
	}
	report := checkReport{Valid: true, Checked: []checked{}}
	for _, arg := range args {
		text, err := rules.Given(arg, a.In)
		if err != nil {
			return unreachable(err)
		}
		for _, one := range checkText(text, f.schema) {
			report.Checked = append(report.Checked, one)
			report.Valid = report.Valid && one.Valid
			report.Errors += len(one.Errors)
			report.Warnings += len(one.Warnings)
		}
	}
	if err := a.tellChecked(report); err != nil {
		return err
	}
	if !report.Valid || strict && report.Warnings > 0 {
		return found()
	}
	return nil
}

// checkText checks the rule of a text, or all definitions of a file.
func checkText(text rules.Text, s *segment.Schema) (out []checked) {
	if !text.IsJSON {
		return []checked{checkOne(text, s, func(err error) error { return err })}
	}
	parts, err := rules.Split(text)
	if err != nil {
		return []checked{{Source: text.Name, Errors: faultsOf(text.Name, err), Warnings: []fault{}}}
	}
	for _, p := range parts {
		out = append(out, checkOne(p.Text, s, func(err error) error { return p.Place(err, text) }))
	}
	return out
}

func checkOne(text rules.Text, s *segment.Schema, place func(error) error) checked {
	c := checked{Source: text.Name, Errors: []fault{}, Warnings: []fault{}}
	seg, err := rules.Read(text, s)
	if err == nil {
		c.Definition, err = segment.MarshalCondition(seg.Condition)
	}
	if err != nil {
		c.Errors = faultsOf(text.Name, place(err))
		return c
	}
	c.Valid, c.ID, c.Rule = true, seg.ID, rules.Canonical(seg.Condition)
	for _, w := range rules.Warnings(text, s) {
		f := fault{Code: string(w.Code), Message: w.Msg, File: text.Name, Line: w.Line, Column: w.Column, Offset: w.Offset, Path: w.Path, Part: w.Part, Fix: w.Fix}
		if w.Line > 0 && !text.IsJSON {
			at := &segment.Error{}
			at.Locate(text.Text, w.Offset)
			f.Snippet = at.Snippet()
		}
		c.Warnings = append(c.Warnings, f)
	}
	return c
}

func (a *app) tellChecked(report checkReport) error {
	if a.json {
		return a.reply(report)
	}
	s := a.style()
	for _, c := range report.Checked {
		for _, e := range c.Errors {
			e.write(a.Out, s, s.red("error:"))
		}
		for _, w := range c.Warnings {
			w.write(a.Out, s, s.yellow("warning:"))
		}
	}
	verdict := s.green("right")
	if !report.Valid {
		verdict = s.red("wrong")
	}
	return a.printf("%s: %s, %s, %s\n", verdict, counted(len(report.Checked), "rule"), counted(report.Errors, "error"), counted(report.Warnings, "warning"))
}

// counted is a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%s %ss", grouped(n), noun)
}

// grouped is a number with its digits in groups of three.
func grouped(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
