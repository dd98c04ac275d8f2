package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/segmentrules/segment/cmd/segment/internal/bar"
)

// An app is one run of the command.
type app struct {
	Std
	json     bool
	color    string
	progress string
}

// when are the values of --color and --progress.
var when = []string{"auto", "always", "never"}

// check looks at the flags that all subcommands have.
func (a *app) check() error {
	for name, value := range map[string]string{"color": a.color, "progress": a.progress} {
		if !slices.Contains(when, value) {
			return input("--%s is %s, and not %q", name, strings.Join(when, ", "), value)
		}
	}
	return nil
}

// colours reports whether a stream gets colours.
func (a *app) colours(terminal bool) style {
	switch a.color {
	case "always":
		return style{true}
	case "never":
		return style{}
	}
	return style{terminal && a.Env("NO_COLOR") == "" && a.Env("TERM") != "dumb"}
}

func (a *app) style() style { return a.colours(a.OutTerm) }

// bar is a bar for work over so many bytes, or pieces; nil if none is to be shown.
func (a *app) bar(what string, total int64, bytes bool) *bar.Bar {
	if a.progress == "never" || a.progress != "always" && !a.ErrTerm {
		return nil
	}
	return bar.New(a.Err, what, total, bytes, a.progress == "always" && !a.ErrTerm)
}

// printf writes to the output.
func (a *app) printf(format string, args ...any) error {
	_, err := fmt.Fprintf(a.Out, format, args...)
	return unreachable(err)
}

// reply writes a value as JSON, indented.
func (a *app) reply(v any) error {
	e := json.NewEncoder(a.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return unreachable(e.Encode(v))
}

// replyLine writes a value as a line of JSON.
func replyLine(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return unreachable(e.Encode(v))
}
