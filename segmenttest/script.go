package segmenttest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
)

// A story is one run of a system: commands, line by line. README.md has the
// language.
type story struct {
	name     string
	commands []command
}

// A command is a line: a word that says what to do, and the rest; under it may
// stand a block of indented lines.
type command struct {
	line  int // from 1
	word  string
	rest  string
	block []string
	also  []command // lines that begin with `and`: part of the same call
}

// readStories takes a script apart. A file without the word story is one.
func readStories(text string) (stories []story, err error) {
	current := story{name: "story"}
	finish := func() {
		if len(current.commands) > 0 {
			stories = append(stories, current)
		}
	}
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(withoutComment(line))
		if trimmed == "" {
			continue
		}
		if line[0] == ' ' || line[0] == '\t' {
			if len(current.commands) == 0 {
				return nil, fmt.Errorf("line %d: nothing stands above this block", i+1)
			}
			last := &current.commands[len(current.commands)-1]
			if n := len(last.also); n > 0 {
				last = &last.also[n-1]
			}
			if !last.takesBlock() {
				return nil, fmt.Errorf("line %d: nothing may stand below `%s`", i+1, last.word)
			}
			last.block = append(last.block, blockLine(line))
			continue
		}
		word, rest, _ := strings.Cut(trimmed, " ")
		c := command{line: i + 1, word: word, rest: strings.TrimSpace(rest)}
		switch word {
		case "story":
			finish()
			current = story{name: c.rest}
		case "and":
			if len(current.commands) == 0 {
				return nil, fmt.Errorf("line %d: nothing stands before this `and`", c.line)
			}
			c.word, c.rest = cutWord(c.rest)
			if !slices.Contains(updating, c.word) {
				return nil, fmt.Errorf("line %d: an update is expected behind `and`: %s", c.line, strings.Join(updating, ", "))
			}
			last := &current.commands[len(current.commands)-1]
			last.also = append(last.also, c)
		default:
			current.commands = append(current.commands, c)
		}
		if err := c.known(); err != nil {
			return nil, err
		}
	}
	finish()
	return stories, nil
}

// The commands, by what they do.
var (
	updating = []string{"contact", "event", "retract", "join", "leave", "delete"}
	others   = []string{"story", "and", "schema", "zone", "at", "after", "advance", "define", "drop", "restart", "expect"}
)

// known refuses a command or an expectation that there is none of.
func (c command) known() error {
	if !slices.Contains(updating, c.word) && !slices.Contains(others, c.word) {
		return fmt.Errorf("line %d: unknown command %q", c.line, c.word)
	}
	if what, _ := cutWord(c.rest); c.word == "expect" && expectations[what] == nil {
		return fmt.Errorf("line %d: unknown expectation %q", c.line, what)
	}
	return nil
}

func (c command) takesBlock() bool {
	what, _ := cutWord(c.rest)
	if c.word == "expect" {
		return slices.Contains([]string{"diffs", "contact", "match", "dry", "explain"}, what)
	}
	return c.word == "schema" || c.word == "define" || slices.Contains(updating, c.word)
}

// withoutComment cuts off what follows a # outside of quotes.
func withoutComment(line string) string {
	quote := byte(0)
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quote != 0 && c == '\\':
			i++
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
		case c == '"' || c == '\'' && (i == 0 || line[i-1] == ' ' || line[i-1] == '('):
			quote = c
		case c == '#':
			return line[:i]
		}
	}
	return line
}

// blockLine is a line of a block without its comment and without the
// indentation of the block, which is two spaces; what is deeper stays.
func blockLine(line string) string {
	line = strings.TrimRight(withoutComment(line), " \t\r")
	if rest, ok := strings.CutPrefix(line, "  "); ok {
		return rest
	}
	return strings.TrimLeft(line, " \t")
}

// text is the rest of a command and its block as one text.
func (c command) text() string {
	return strings.TrimSpace(strings.Join(append([]string{c.rest}, c.block...), "\n"))
}

// assignments reads `country = "US", plan = null`: a name, =, a value.
func (c clockwork) assignments(text string) (map[string]segment.Value, error) {
	set := make(map[string]segment.Value)
	for text = strings.TrimSpace(text); text != ""; {
		name, rest, ok := strings.Cut(text, "=")
		if !ok {
			return nil, fmt.Errorf("`=` is missing behind %q", text)
		}
		raw, after, err := nextValue(strings.TrimSpace(rest))
		if err != nil {
			return nil, err
		}
		v, err := c.value(raw)
		if err != nil {
			return nil, err
		}
		set[strings.Trim(strings.TrimSpace(name), "`")] = v
		after = strings.TrimSpace(after)
		if after != "" && after[0] != ',' {
			return nil, fmt.Errorf("a comma is missing before %q", after)
		}
		text = strings.TrimSpace(strings.TrimPrefix(after, ","))
	}
	return set, nil
}

// nextValue cuts off the first value: up to a comma that is in no quotes,
// brackets or braces.
func nextValue(text string) (raw, rest string, err error) {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case c == ',' && depth == 0:
			return strings.TrimSpace(text[:i]), text[i:], nil
		}
	}
	if depth != 0 || quoted {
		return "", "", fmt.Errorf("a value does not end: %s", text)
	}
	return strings.TrimSpace(text), "", nil
}

// value reads a value: JSON, an instant, a date, or an instant said by its
// distance (`3 days ago`).
func (c clockwork) value(raw string) (segment.Value, error) {
	if date, err := readDate(raw); err == nil {
		return date, nil
	}
	if v, err := segment.ParseJSON([]byte(raw)); err == nil {
		return v, nil
	}
	if t, err := c.instant(raw); err == nil {
		return segment.Time(t), nil
	}
	return segment.Value{}, fmt.Errorf("%s is no value: JSON, an instant or a date is expected", raw)
}

// event reads `ann opened {"x": 1} id e1 at 2026-01-01`: the contact, the name,
// and in this order, each if there is one, properties, id and instant.
func (c clockwork) event(rest string) (contact string, e segment.Event, err error) {
	contact, rest = cutWord(rest)
	e.Name, rest = cutWord(rest)
	e.At = c.now
	if strings.HasPrefix(rest, "{") {
		end := strings.LastIndex(rest, "}") + 1
		if e.Props, err = segment.NewDocument([]byte(rest[:end])); err != nil {
			return "", e, err
		}
		rest = strings.TrimSpace(rest[end:])
	}
	if after, ok := strings.CutPrefix(rest, "id "); ok {
		e.ID, rest = cutWord(after)
	}
	if rest = strings.TrimPrefix(rest, "at "); rest != "" {
		e.At, err = c.instant(rest)
	}
	return contact, e, err
}

// cutWord cuts off the first word, which may stand in double quotes.
func cutWord(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, `"`) {
		if end := strings.Index(text[1:], `"`); end >= 0 {
			return text[1 : end+1], strings.TrimSpace(text[end+2:])
		}
	}
	word, rest, _ = strings.Cut(text, " ")
	return word, strings.TrimSpace(rest)
}

// words takes a text apart at spaces and commas, outside of double quotes. Only
// in quotes can one be empty.
func words(text string) (ws []string) {
	for text = strings.TrimSpace(text); text != ""; {
		quoted := text[0] == '"'
		var w string
		w, text = cutWord(text)
		if w = strings.TrimSuffix(w, ","); w != "" || quoted {
			ws = append(ws, w)
		}
		text = strings.TrimSpace(strings.TrimPrefix(text, ","))
	}
	return ws
}
