package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop"
)

// Definitions of other systems: what import and export have in common.

// told writes what is lost to the error stream.
func (a *app) told(losses []interop.Loss) {
	s := a.colours(a.ErrTerm)
	for _, l := range losses {
		place := l.Path
		if place == "" {
			place = "all of it"
		}
		fmt.Fprintf(a.Err, "%s %s %s %s\n", s.bold(place+":"), s.yellow(string(l.Kind)+":"), l.What, s.faint("(needs "+l.Needs+")"))
	}
}

// An interopFlags is the flags that import and export have in common.
type interopFlags struct {
	id, name string
	strict   bool
	list     bool
}

// add adds them to a command.
func (f *interopFlags) add(c *cobra.Command, list string) {
	c.Flags().StringVar(&f.id, "id", "", "id of the segment, in place of that of the definition")
	c.Flags().StringVar(&f.name, "name", "", "name of the segment, in place of that of the definition")
	c.Flags().BoolVar(&f.strict, "strict", false, "exit code 1 if anything is lost")
	c.Flags().BoolVar(&f.list, "list", false, list)
}

// args checks the arguments: a system and what is read or written, or none with --list.
func (f *interopFlags) args(c *cobra.Command, args []string) error {
	if f.list {
		return cobra.NoArgs(c, args)
	}
	return cobra.ExactArgs(2)(c, args)
}

// listed writes the names of systems.
func (a *app) listed(names []string) error {
	if a.json {
		return a.reply(struct {
			Systems []string `json:"systems"`
		}{append([]string{}, names...)})
	}
	return a.printf("%s\n", strings.Join(names, "\n"))
}

// ended is the exit code where something is lost.
func ended(losses []interop.Loss, strict bool) error {
	if strict && len(losses) > 0 {
		return found()
	}
	return nil
}

// embedded is a definition as a member of JSON: itself if it is JSON, and else a text.
func embedded(definition []byte) json.RawMessage {
	if json.Valid(definition) {
		return definition
	}
	text, _ := json.Marshal(string(definition)) // of a text there is no error
	return text
}

// withNames gives a segment the id and name of flags.
func withNames(s segment.Segment, id, name string) segment.Segment {
	if id != "" {
		s.ID = id
	}
	if name != "" {
		s.Name = name
	}
	return s
}
