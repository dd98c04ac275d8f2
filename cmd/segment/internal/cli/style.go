package cli

import "strings"

// A style writes text in colours, or plainly.
type style struct{ on bool }

func (s style) in(code, text string) string {
	if !s.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) red(text string) string    { return s.in("31", text) }
func (s style) green(text string) string  { return s.in("32", text) }
func (s style) yellow(text string) string { return s.in("33", text) }
func (s style) bold(text string) string   { return s.in("1", text) }
func (s style) faint(text string) string  { return s.in("2", text) }

// marks colours the marks of an explanation.
func (s style) marks(text string) string {
	return strings.NewReplacer("✓", s.green("✓"), "✗", s.red("✗")).Replace(text)
}
