package segment

import (
	"fmt"
	"strconv"
	"strings"
)

// String returns the explanation as indented text, one line a part: ✓ or ✗,
// the rule, what was seen, why, and when it changes.
//
//	✗ COUNT(opened) >= 5 IN LAST 30 days — 3 so far, 2 short; newest 2026-03-01T09:00:00Z
//
// Its cost grows with the parts.
func (e *Explanation) String() string { return e.text(nil) }

// text is String, with the words of a table in place of English.
func (e *Explanation) text(w Words) string {
	var b strings.Builder
	e.write(&b, w, 0)
	return strings.TrimSuffix(b.String(), "\n")
}

// write writes a part and what is below it, further indented.
func (e *Explanation) write(b *strings.Builder, w Words, depth int) {
	if e == nil {
		return
	}
	indent := strings.Repeat("  ", depth)
	b.WriteString(indent + e.line(w) + "\n")
	for _, part := range e.Parts {
		part.write(b, w, depth+1)
	}
	if e.More > 0 {
		b.WriteString(indent + "  " + w.Say(phrase("more", intArg(e.More))) + "\n")
	}
}

// line is what is said of the part itself.
func (e *Explanation) line(w Words) string {
	text := "✗ "
	if e.Holds {
		text = "✓ "
	}
	if e.Group != "" {
		text += e.Group
	} else {
		text += e.Condition
	}
	if why := e.why(w); why != "" {
		text += " — " + why
	}
	return text
}

// why is what was seen, the notes and the next change.
func (e *Explanation) why(w Words) string {
	why := e.Seen
	if e.Note != "" {
		if why != "" {
			why += ", "
		}
		why += e.Note
	}
	if e.Next.IsZero() {
		return why
	}
	if why != "" {
		why += "; "
	}
	if e.Holds {
		return why + w.Say(phrase("leaves", textArg(stamp(e.Next))))
	}
	return why + w.Say(phrase("enters", textArg(stamp(e.Next))))
}

// Mermaid returns the explanation as a flowchart for Mermaid, a node a part,
// green where it holds and red where it does not. Its cost grows with the parts.
func (e *Explanation) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	n := 0
	e.node(&b, &n)
	b.WriteString("  classDef holds fill:#dfd,stroke:#272\n  classDef fails fill:#fdd,stroke:#722\n  classDef more fill:#eee,stroke:#777\n")
	return b.String()
}

// node writes a part and what is below it, and counts the nodes.
func (e *Explanation) node(b *strings.Builder, n *int) {
	if e == nil {
		return
	}
	own, class := *n, "fails"
	if e.Holds {
		class = "holds"
	}
	fmt.Fprintf(b, "  n%d[\"%s\"]:::%s\n", own, mermaidText(e.line(nil)), class)
	*n++
	for _, part := range e.Parts {
		if part != nil {
			fmt.Fprintf(b, "  n%d --> n%d\n", own, *n)
			part.node(b, n)
		}
	}
	if e.More > 0 {
		fmt.Fprintf(b, "  n%d[\"%s\"]:::more\n  n%d --> n%d\n", *n, mermaidText(english.Say(phrase("more", intArg(e.More)))), own, *n)
		*n++
	}
}

// mermaidText is a text as the label of a node: all that is no letter, digit or
// harmless sign is written as the number of its character.
func mermaidText(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r < ' ':
			b.WriteByte(' ')
		case strings.ContainsRune("\"#<>&`\\;[]{}|*_~$", r):
			b.WriteString("#" + strconv.Itoa(int(r)) + ";")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
