package schema

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/segmentrules/segment/rule"
)

// A schema as one page of text, for a language model or a person who is to write rules
// against it. Every line that is indented is a rule text by itself, its explanation a comment
// behind it: so whoever reads the page sees rules that work, and a test can read each. A rule
// is put in only after the schema has taken it.

// PromptSheetBytes is how long the text of [Schema.PromptSheet] is at most, whatever the schema.
const PromptSheetBytes = 32 << 10

// How much of a schema is shown. What is beyond is counted in a line that says so.
const (
	sheetName    = 120     // bytes of one name or value
	sheetNote    = 240     // bytes of the comment behind a rule
	sheetFields  = 9 << 10 // bytes of the lines about fields
	sheetEvents  = 5 << 10 // about events
	sheetMembers = 2 << 10 // about lists, and about segments
	sheetLines   = 1000    // names that are looked at; behind them there is no room in any case
)

// PromptSheet returns a page of plain text that says how to write rules against this schema:
// its fields with kinds and examples, its events with their properties, its lists and
// segments, the language by examples in the schema's own names, common mistakes, and what to
// do with an error. It is meant as the instructions of a language model, and reads as well
// for people.
//
// Every line indented by four spaces is a rule that [Schema.Parse] takes. Names are quoted
// where rule text needs it. A name or value that holds what cannot be printed on one line (a
// line break, a control or direction character), or is longer than 120 bytes, is left out, so
// that nothing in a name can pass for a line of the page; what else a name says is shown as it
// is. Of a large schema the first names in order are shown, and a line says how many are not.
//
// The text is the same for the same schema, and never longer than [PromptSheetBytes]. The
// cost is that of sorting and looking at all names once or twice, and of parsing a few hundred
// short rules. Of a nil schema it is the page of one that allows every name.
func (s *Schema) PromptSheet() string {
	if s == nil {
		s = &Schema{}
	}
	sh := sheet{schema: s, names: s.sheetNames()}
	sh.head()
	sh.section("Fields of a contact, with their kinds", sheetFields, s.sheetFields())
	sh.open(len(s.Fields), "Fields", "fields")
	sh.section("Events, each with its properties", sheetEvents, s.sheetEvents())
	sh.open(len(s.Events), "Events", "events")
	sh.section("Lists that a contact may be in", sheetMembers, memberLines(s.Lists, func(n string) rule.Condition { return rule.InList(n) }))
	sh.section("Other segments", sheetMembers, memberLines(s.Segments, func(n string) rule.Condition { return rule.InSegment(n) }))
	sh.language()
	sh.mistakes()
	sh.loop()
	return sh.text.String()
}

// A sheet is a page as it is written.
type sheet struct {
	schema *Schema
	names  *strings.Replacer // fills the places of examples
	text   strings.Builder
}

func (sh *sheet) prose(lines ...string) {
	for _, line := range lines {
		sh.text.WriteString(line)
		sh.text.WriteByte('\n')
	}
}

// A sheetLine is a rule and what is said of it.
type sheetLine struct{ rule, note string }

// String is the line as it stands on the page.
func (l sheetLine) String() string {
	if l.note == "" {
		return "    " + l.rule + "\n"
	}
	return fmt.Sprintf("    %-44s # %s\n", l.rule, l.note)
}

// add writes the line if it is one, and the schema takes its rule.
func (sh *sheet) add(l sheetLine) bool {
	if !printable(l.rule) || !printable(l.note) {
		return false
	}
	line := l.String()
	if _, err := sh.schema.Parse(line); err != nil {
		return false
	}
	sh.text.WriteString(line)
	return true
}

// section writes lines below a title, as long as there is room, and how many are not shown.
func (sh *sheet) section(title string, room int, lines []sheetLine) {
	if len(lines) == 0 {
		return
	}
	sh.prose("", title+":", "")
	end, shown := sh.text.Len()+room, 0
	for _, l := range lines {
		if sh.text.Len()+len(l.String()) > end {
			break
		}
		if sh.add(l) {
			shown++
		}
	}
	if hidden := len(lines) - shown; hidden > 0 {
		sh.prose(fmt.Sprintf("  (%d more not shown here: ask for their names, do not guess.)", hidden))
	}
}

// open says what else may be named where the schema does not list all.
func (sh *sheet) open(listed int, title, what string) {
	switch {
	case listed == 0:
		sh.prose("", title+" are not listed: any name may be used.")
	case sh.schema.Open:
		sh.prose("Other " + what + " may exist, too.")
	}
}

func (sh *sheet) head() {
	s := sh.schema
	sh.prose("How to write segment rules",
		"",
		"A rule is one condition. It is true or false of a contact at an instant; who it is true of is in the segment.",
		"The indented lines below are rules that are valid here; what follows # is a comment and may be left out.",
		"Use the names below as they are written, with their case and their backticks.")
	if shows(s.Zone) && s.Zone != "" {
		sh.prose("Days, weeks and months are those of the time zone " + s.Zone + ".")
	}
	if s.WeekStartsOn != 0 && s.WeekStartsOn <= rule.WeekdaySunday {
		day := s.WeekStartsOn.String()
		sh.prose("Weeks begin on " + day[:1] + strings.ToLower(day[1:]) + ".")
	}
	if s.FiscalYearStarts > time.January && s.FiscalYearStarts <= time.December {
		sh.prose("Fiscal years begin in " + s.FiscalYearStarts.String() + ".")
	}
	if s.Retention.Valid() && s.Retention.N > 0 {
		sh.prose("Events are kept for " + s.Retention.String() + ": a window that reaches further back sees no more.")
	}
}

// printable reports whether a text can stand on one line of the page: valid UTF-8 of
// characters that are seen, and spaces.
func printable(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	for _, r := range text {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

// shows reports whether a name or a value is one that the page shows.
func shows(name string) bool { return len(name) <= sheetName && printable(name) }

// listing joins parts by commas, as many as have room, and says how many have not.
func listing(parts []string) string {
	var b strings.Builder
	shown := 0
	for _, p := range parts {
		if b.Len()+len(p) > sheetNote-30 || !printable(p) {
			continue
		}
		if shown > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p)
		shown++
	}
	if more := len(parts) - shown; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return strings.TrimSpace(b.String())
}

// memberLines are the lines about lists or segments.
func memberLines(names []string, in func(string) rule.Condition) (lines []sheetLine) {
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		lines = append(lines, lineIf(shows(name), func() sheetLine { return sheetLine{rule: in(name).String()} }))
	}
	return lines
}

// lineIf is the line of a name that can be shown, and else one that cannot be added and so counts
// as not shown.
func lineIf(shown bool, line func() sheetLine) sheetLine {
	if !shown {
		return sheetLine{rule: unshown}
	}
	return line()
}

// unshown stands for what is not on the page: it cannot be printed.
const unshown = "\x00"
