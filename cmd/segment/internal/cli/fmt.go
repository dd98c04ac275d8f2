package cli

// Fmt prints rules in their canonical form, or rewrites files with it.

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/rules"
)

// A formatFlags is the flags of fmt.
type formatFlags struct {
	ruleFlags
	write bool
	check bool
	drop  bool
	to    string
}

// A formatted is what is told of one rule.
type formatted struct {
	Source     string          `json:"source"`
	Changed    bool            `json:"changed"`
	Rule       string          `json:"rule"`
	Definition json.RawMessage `json:"definition"`
}

func newFmt(a *app) *cobra.Command {
	var f formatFlags
	c := &cobra.Command{
		Use:   "fmt RULE...",
		Short: "Write rules in their canonical form",
		Long: `Fmt writes rules in the one canonical form: rule text as rule text and definitions as
JSON, or either as the other with --to. With a schema they are written as it resolves them:
with the names of events in place of their aliases, for example.

With -w it rewrites the files, each at once or not at all. Comments have no place in the
canonical form: a file with comments is left alone unless --drop-comments is given.`,
		Example: `  segment fmt 'country=="US" and opened>=5 emails in last 30 days'
  segment fmt --to json 'plan = "pro"'
  segment fmt -w rules/*.rule`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.format(&f, args) },
	}
	c.Flags().StringVar(&f.schemaFile, "schema", "", "file with the schema that rules are read with")
	c.Flags().BoolVarP(&f.write, "write", "w", false, "rewrite the files")
	c.Flags().BoolVar(&f.check, "check", false, "write nothing but the names of what is not in canonical form; exit code 1 if there is any")
	c.Flags().BoolVar(&f.drop, "drop-comments", false, "rewrite files that have comments, without them")
	c.Flags().StringVar(&f.to, "to", "", "form to write: text or json (default that of the rule)")
	return c
}

func (a *app) format(f *formatFlags, args []string) error {
	if f.to != "" && f.to != "text" && f.to != "json" {
		return input("--to is text or json, and not %q", f.to)
	}
	if err := f.load(); err != nil {
		return err
	}
	out, changed := []formatted{}, false
	for _, arg := range args {
		text, err := rules.Given(arg, a.In)
		if err != nil {
			return unreachable(err)
		}
		one, want, err := f.one(text)
		if err != nil {
			return about(text.Name, err)
		}
		changed = changed || one.Changed
		out = append(out, one)
		switch {
		case f.write && one.Changed:
			err = f.rewrite(text, want)
		case f.check && one.Changed && !a.json:
			err = a.printf("%s\n", named(text))
		case !f.write && !f.check && !a.json:
			err = a.printf("%s", want)
		}
		if err != nil {
			return err
		}
	}
	if a.json {
		if err := a.reply(struct {
			Formatted []formatted `json:"formatted"`
		}{out}); err != nil {
			return err
		}
	}
	if f.check && changed {
		return found()
	}
	return nil
}

// named is what a rule is called in a list of those that would change.
func named(t rules.Text) string {
	if t.Name != "" {
		return t.Name
	}
	return t.Text
}

// one formats a rule. What it returns ends with a line break.
func (f *formatFlags) one(text rules.Text) (one formatted, want string, err error) {
	seg, err := rules.Written(text, f.schema)
	if err != nil {
		return one, "", err
	}
	one = formatted{Source: text.Name, Rule: rules.Canonical(seg.Condition)}
	if one.Definition, err = segment.Segment.MarshalJSON(seg); err != nil {
		return one, "", err
	}
	if f.to == "json" || f.to == "" && text.IsJSON {
		var b bytes.Buffer
		if err := json.Indent(&b, one.Definition, "", "  "); err != nil {
			return one, "", err
		}
		want = b.String() + "\n"
	} else {
		want = one.Rule + "\n"
	}
	one.Changed = strings.TrimSuffix(text.Text, "\n") != strings.TrimSuffix(want, "\n")
	return one, want, nil
}

// rewrite replaces a file: the new text is written beside it first, so that a full disk
// leaves the old one.
func (f *formatFlags) rewrite(text rules.Text, want string) error {
	switch {
	case text.Path == "":
		return input("-w rewrites files, and %s is none", named(text))
	case hasComments(text) && !f.drop:
		return about(text.Name, input("the file has comments, which the canonical form has no place for; --drop-comments rewrites it without them"))
	}
	info, err := os.Stat(text.Path)
	if err != nil {
		return err
	}
	beside := text.Path + ".new"
	if err := os.WriteFile(beside, []byte(want), info.Mode().Perm()); err != nil {
		return err
	}
	return unreachable(os.Rename(beside, text.Path))
}

// hasComments reports whether there is a # outside of quotes.
func hasComments(t rules.Text) bool {
	if t.IsJSON {
		return false
	}
	quote := byte(0)
	for i := 0; i < len(t.Text); i++ {
		switch c := t.Text[i]; {
		case quote != 0 && c == '\\':
			i++
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && strings.IndexByte("\"'`", c) >= 0:
			quote = c
		case quote == 0 && c == '#':
			return true
		}
	}
	return false
}
