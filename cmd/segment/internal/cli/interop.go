package cli

import (
	"encoding/json"
	"fmt"
	"strings"

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
