package rule

import (
	"strings"
)

// Path joins names to the path of a [Field], the topmost first:
// Path("company", "size") is company.size. A dot or backslash within a name is
// written behind a backslash; every other character stands for itself.
func Path(names ...string) Field {
	if len(names) == 1 && !strings.ContainsAny(names[0], `.\`) {
		return Field(names[0])
	}
	escaped := make([]string, len(names))
	for i, n := range names {
		escaped[i] = pathEscaper.Replace(n)
	}
	return Field(strings.Join(escaped, "."))
}

var pathEscaper = strings.NewReplacer(`\`, `\\`, `.`, `\.`)

// Names takes a path apart into its names, the topmost first.
func (f Field) Names() []string {
	path := string(f)
	if !strings.ContainsAny(path, `.\`) {
		return []string{path}
	}
	var names []string
	var name strings.Builder
	for i := 0; i < len(path); i++ {
		switch path[i] {
		case '.':
			names = append(names, name.String())
			name.Reset()
			continue
		case '\\':
			if i+1 < len(path) {
				i++
			}
		}
		name.WriteByte(path[i])
	}
	return append(names, name.String())
}
