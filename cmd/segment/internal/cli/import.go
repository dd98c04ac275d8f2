package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment/cmd/segment/internal/rules"
	"github.com/segmentrules/segment/interop"
)

// An importFlags is the flags of import.
type importFlags struct {
	interopFlags
	schemaFile string
	to         string
}

// An imported is the output of import.
type imported struct {
	System     string          `json:"system"`
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Rule       *string         `json:"rule"`       // null where nothing of the definition can be said
	Definition json.RawMessage `json:"definition"` // null likewise
	Losses     []interop.Loss  `json:"losses"`
}

func newImport(a *app) *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   "import SYSTEM FILE",
		Short: "Read a segment of another system as a rule",
		Long: `Import reads the definition of a segment of another system, from a file or - for standard
input, and writes the rule with the same answers. What a rule cannot say is told on the error
stream, with its place: left out (omitted), or said with another answer for some contacts
(changed). "segment import --list" names the systems.

The exit code is 1 where nothing of the definition can be said, and with --strict where
anything is lost.`,
		Example: `  segment import klaviyo segment.json
  segment import listmonk --to json query.sql`,
		Args: f.args,
		RunE: func(_ *cobra.Command, args []string) error {
			if f.list {
				return a.listed(interop.Systems())
			}
			return a.importOne(&f, args[0], args[1])
		},
	}
	c.Flags().StringVar(&f.schemaFile, "schema", "", "file with the schema that says what kinds fields have")
	c.Flags().StringVar(&f.to, "to", "text", "form to write: text or json")
	f.interopFlags.add(c, "name the systems that can be read")
	return c
}

func (a *app) importOne(f *importFlags, system, file string) error {
	if f.to != "text" && f.to != "json" {
		return input("--to is text or json, and not %q", f.to)
	}
	schema, err := rules.Schema(f.schemaFile)
	if err != nil {
		return about(f.schemaFile, err)
	}
	var text []byte
	if file == "-" {
		text, err = io.ReadAll(a.In)
		file = "standard input"
	} else {
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return unreachable(err)
	}
	seg, losses, err := interop.Import(system, text, schema)
	if err != nil {
		return about(file, err)
	}
	seg = withNames(seg, f.id, f.name)
	out := imported{System: system, ID: seg.ID, Name: seg.Name, Losses: append([]interop.Loss{}, losses...)}
	if seg.Condition != nil {
		rule := rules.Canonical(seg.Condition)
		out.Rule = &rule
		if out.Definition, err = seg.MarshalJSON(); err != nil {
			return err
		}
	}
	if err := a.tellImported(f, out); err != nil {
		return err
	}
	if out.Rule == nil {
		return found()
	}
	return ended(losses, f.strict)
}

func (a *app) tellImported(f *importFlags, out imported) error {
	if a.json {
		return a.reply(out)
	}
	a.told(out.Losses)
	switch {
	case out.Rule == nil:
		return nil
	case f.to == "json":
		var b bytes.Buffer
		if err := json.Indent(&b, out.Definition, "", "  "); err != nil {
			return err
		}
		return a.printf("%s\n", b.String())
	}
	return a.printf("%s\n", *out.Rule)
}
