package cli

import (
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment/interop"
)

// An exportFlags is the flags of export.
type exportFlags struct {
	ruleFlags
	interopFlags
}

// An exported is the output of export.
type exported struct {
	System     string          `json:"system"`
	Definition json.RawMessage `json:"definition"` // JSON, or a text; null where nothing of the rule can be said
	Losses     []interop.Loss  `json:"losses"`
}

func newExport(a *app) *cobra.Command {
	var f exportFlags
	c := &cobra.Command{
		Use:   "export SYSTEM RULE",
		Short: "Write a rule as a segment of another system",
		Long: `Export writes a rule as the definition of a segment of another system. What that cannot say
is told on the error stream, with its place in the definition as JSON. "segment export --list"
names the systems.

The exit code is 1 where nothing of the rule can be said, and with --strict where anything is
lost.`,
		Example: `  segment export react-querybuilder 'country = "US" AND age >= 18'`,
		Args:    f.args,
		RunE: func(_ *cobra.Command, args []string) error {
			if f.list {
				return a.listed(interop.Exports())
			}
			return a.export(&f, args[0], args[1])
		},
	}
	f.ruleFlags.add(c)
	f.interopFlags.add(c, "name the systems that can be written")
	return c
}

func (a *app) export(f *exportFlags, system, arg string) error {
	seg, err := a.rule(&f.ruleFlags, arg)
	if err != nil {
		return err
	}
	definition, losses, err := interop.Export(system, withNames(seg, f.id, f.name), f.schema)
	if err != nil {
		return err
	}
	out := exported{System: system, Losses: append([]interop.Loss{}, losses...)}
	if len(definition) > 0 {
		out.Definition = embedded(definition)
	}
	if a.json {
		err = a.reply(out)
	} else if a.told(losses); len(definition) > 0 {
		err = a.printf("%s\n", strings.TrimRight(string(definition), "\n"))
	}
	switch {
	case err != nil:
		return err
	case len(definition) == 0:
		return found()
	}
	return ended(losses, f.strict)
}
