package cli

import (
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/contacts"
)

// A rule asked about one contact: what explain, next and eval have in common.

// A contactFlags is their flags.
type contactFlags struct {
	ruleFlags
	atFlags
	id string
}

func (f *contactFlags) add(c *cobra.Command) {
	f.ruleFlags.add(c)
	f.atFlags.add(c)
	c.Flags().StringVar(&f.id, "id", "id", "member of a contact that holds its id")
}

// A pair is a rule and a contact at an instant.
type pair struct {
	program *segment.Program
	record  *segment.Record
	at      time.Time
}

// contactHelp says how a contact is given.
const contactHelp = `A CONTACT is a JSON object, the name of a file with one, @FILE, or - for standard input:
an object of its fields, or one with the parts id, fields, events, lists, segments and
changes, as "segment help contacts" says.`

// pair reads the arguments RULE and CONTACT.
func (a *app) pair(f *contactFlags, args []string) (p pair, err error) {
	if args[0] == "-" && args[1] == "-" {
		return p, input("standard input cannot be both the rule and the contact")
	}
	seg, err := a.rule(&f.ruleFlags, args[0])
	if err != nil {
		return p, err
	}
	c, err := f.inline(seg.Condition)
	if err != nil {
		return p, err
	}
	if p.at, err = a.instant(&f.atFlags, f.schema); err != nil {
		return p, err
	}
	if p.program, err = segment.Compile(c); err != nil {
		return p, err
	}
	name, text, err := a.contactText(args[1])
	if err != nil {
		return p, err
	}
	record, problem := contacts.One(name, text, contacts.NeedsOf(c), f.id)
	if problem != nil {
		return p, problem
	}
	p.record = record
	return p, nil
}

// contactText is the JSON that an argument stands for.
func (a *app) contactText(arg string) (name string, text []byte, err error) {
	path, at := strings.CutPrefix(arg, "@")
	switch {
	case arg == "-":
		text, err = io.ReadAll(a.In)
		return "standard input", text, unreachable(err)
	case !at && strings.HasPrefix(strings.TrimSpace(arg), "{"):
		return "contact", []byte(arg), nil
	}
	text, err = os.ReadFile(path)
	return path, text, err
}
