package schema

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// The language by examples. An example has places such as {number}, which the schema's own
// names fill; one for which the schema has no name is left out.

// sheetExamples are the language in some 25 lines.
var sheetExamples = []sheetLine{
	{`{number} >= 10 AND {text} = {value}`, "AND, OR, NOT; AND binds tighter than OR, so use parentheses"},
	{`{number} BETWEEN 10 AND 100`, "both ends are in"},
	{`{text} IN ({value}, {other})`, "one of several"},
	{`COALESCE({number}, 0) < 10`, "with a default for a missing value"},
	{`{free} CONTAINS "part" IGNORING CASE`, "also STARTS WITH, ENDS WITH, MATCHES (a regular expression)"},
	{`{text} != {value} AND {text} IS SET`, "!= and NOT hold where the value is missing, too; IS SET keeps these out"},
	{`{free} IS NULL`, "missing; IS BLANK also takes empty text and empty lists"},
	{`{bool} = TRUE`, ""},
	{`{list} CONTAINS ANY OF ({element}, {element2})`, "also ALL OF; one value: CONTAINS {element}"},
	{`{time} WITHIN LAST 30 days`, "units: minutes, hours, days, weeks, months, quarters, years"},
	{`{time} OLDER THAN 90 days`, "longer ago than that"},
	{`{time} WITHIN NEXT 7 days`, "still to come"},
	{`{time} >= 2026-01-01 AND {time} < 2026-02-01`, "dates are written so, without quotes"},
	{`ANNIVERSARY({day}) WITHIN NEXT 7 days`, "birthdays and other days that recur each year"},
	{`DID {event} IN LAST 30 DAYS`, "at least once"},
	{`NEVER DID {event}`, "or DID NOT {event} IN LAST 90 DAYS"},
	{`COUNT({event}) >= 5 IN LAST 30 DAYS`, "the window stands behind the comparison"},
	{`COUNT({event} WHERE {prop} = "x") >= 1 THIS MONTH`, "WHERE names properties of the event, never fields"},
	{`SUM({paid}.{amount}) > 500 IN LAST 90 DAYS`, "also AVG, MIN, MAX, DISTINCT, FIRST, LAST"},
	{`LAST({event}) OLDER THAN 90 days`, "the newest is so old; false if there was none"},
	{`DID {event} THEN NOT {second} WITHIN 24 hours`, "one after the other; without NOT, that it followed"},
	{`DID {event} IN AT LEAST 3 OF LAST 4 WEEKS`, "regularly"},
	{`NOT IN LIST {listname}`, "who is not in a list, or IN LIST"},
	{`JOINED LIST {listname} IN LAST 14 DAYS`, ""},
	{`IN SEGMENT {segmentname}`, "who is in another segment"},
	{`AT LEAST 2 OF ({number} > 10, {text} = {value}, {free} IS SET)`, "also AT MOST, EXACTLY"},
	{`{text} CHANGED IN LAST 30 DAYS`, "where former values are kept"},
}

func (sh *sheet) language() {
	sh.prose("", "The language, by example:", "")
	for _, l := range sheetExamples {
		l.rule, l.note = sh.names.Replace(l.rule), sh.names.Replace(l.note)
		if strings.Contains(l.note, noName) || len(l.note) > sheetNote {
			l.note = ""
		}
		sh.add(l)
	}
}

// noName stands where the schema has no name for a place: the line is not added.
const noName = unshown

// sheetNames fills the places of examples.
func (s *Schema) sheetNames() *strings.Replacer {
	n := sheetWords{s, firstShown(s.Fields), firstShown(s.Events)}
	isText := func(t FieldType) bool { return t.Kind == rule.KindText && len(t.Values) == 0 }
	isNumber := func(t FieldType) bool { return t.Kind == rule.KindNumber }
	free := n.field("country", "id", isText)
	text := n.field("country", free, func(t FieldType) bool { return t.Kind == rule.KindText && len(t.Values) > 1 })
	list := n.field("tags", noName, func(t FieldType) bool { return t.Kind == rule.KindList && t.Of == rule.KindText })
	value, other := n.values(text)
	element, element2 := n.values(list)
	event, prop := n.event("opened", "campaign", isText)
	if event == noName {
		event, _ = n.event("", "", nil)
	}
	paid, amount := n.event("purchase", "amount", isNumber)
	return strings.NewReplacer(
		"{number}", n.field("age", noName, isNumber),
		"{free}", free, "{text}", text, "{value}", value, "{other}", other,
		"{bool}", n.field("subscribed", noName, func(t FieldType) bool { return t.Kind == rule.KindBool }),
		"{list}", list, "{element}", element, "{element2}", element2,
		"{time}", n.field("last_seen", noName, func(t FieldType) bool { return t.Kind == rule.KindTime }),
		"{day}", n.field("birthday", noName, func(t FieldType) bool { return t.Kind == rule.KindDate }),
		"{event}", event, "{second}", n.second(event), "{prop}", prop, "{paid}", paid, "{amount}", amount,
		"{listname}", memberFor(s.Lists, "VIP"), "{segmentname}", memberFor(s.Segments, "active"),
	)
}

// sheetWords are the names that examples are made of, in order.
type sheetWords struct {
	schema         *Schema
	fields, events []string
}

// firstShown are the first names that the page can show, as many as are looked through.
func firstShown[V any](named map[string]V) (names []string) {
	for _, name := range textset.SortedKeys(named) {
		if shows(name) && len(names) < sheetLines {
			names = append(names, name)
		}
	}
	return names
}

// field is the first field that fits, as rule text: generic where the schema lists none, and
// otherwise another.
func (n sheetWords) field(generic, otherwise string, fits func(FieldType) bool) string {
	if len(n.schema.Fields) == 0 {
		return generic
	}
	for _, path := range n.fields {
		if fits(n.schema.Fields[path]) {
			return rule.Field(path).String()
		}
	}
	return otherwise
}

// values are two texts that a field takes, in quotes.
func (n sheetWords) values(field string) (one, two string) {
	texts := []string{"one", "two"}
	for _, path := range n.fields {
		if t := n.schema.Fields[path]; len(t.Values) > 0 && rule.Field(path).String() == field {
			texts = slices.DeleteFunc(slices.Clone(t.Values), func(v string) bool { return !shows(v) })
		}
	}
	if len(texts) == 0 {
		return noName, noName
	}
	return rule.Text(texts[0]).String(), rule.Text(texts[min(1, len(texts)-1)]).String()
}

// event is the first event with a property that fits, and that; where nothing is asked of
// properties, the first event.
func (n sheetWords) event(generic, property string, fits func(FieldType) bool) (event, prop string) {
	if len(n.schema.Events) == 0 {
		return generic, property
	}
	for _, name := range n.events {
		if fits == nil {
			return eventText(name), noName
		}
		props := n.schema.Events[name].Props
		for _, path := range firstShown(props) {
			if fits(props[path]) {
				return eventText(name), rule.Field(path).String()
			}
		}
	}
	return noName, noName
}

// second is an event other than the first, or that if there is no other.
func (n sheetWords) second(first string) string {
	if len(n.schema.Events) == 0 {
		return "clicked"
	}
	for _, name := range n.events {
		if text := eventText(name); text != first {
			return text
		}
	}
	return first
}

// memberFor is the first name of a list or segment, in quotes.
func memberFor(names []string, generic string) string {
	for _, name := range slices.Sorted(slices.Values(names)) {
		if shows(name) && name != "" {
			return rule.Text(name).String()
		}
	}
	if len(names) == 0 {
		return rule.Text(generic).String()
	}
	return noName
}

func (sh *sheet) mistakes() {
	sh.prose("", "Common mistakes:", "",
		"- Text stands in double quotes; names of fields and events never do. A name with a space stands in backticks.",
		"- Numbers, dates and TRUE stand without quotes. A number has no separators: 1000, not 1,000.",
		"- Say WITHIN LAST and OLDER THAN; with \"ago\", > means longer ago: x > 30 days ago is x OLDER THAN 30 days.",
		"- IN LAST 30 DAYS is of events, WITHIN LAST 30 days of a field that holds an instant or a date.",
		"- LAST 1 MONTH goes back from now; PREVIOUS MONTH is the whole month before this one; THIS MONTH the running one.",
		"- PREVIOUS 3 MONTHS are whole months before this one. WITHIN NEXT 3 months goes on from now; DURING NEXT 3 MONTHS are whole ones.",
		"- IN SEGMENT and IN LIST take names that exist. There are no wildcards in them, and no sub-queries.",
		"- A rule is about one contact. It cannot rank contacts, take a share of them, or compare one with another.",
		"- What the names here cannot say, do not approximate: answer with the reason instead of a rule.")
}

// loop says what to do with an error, by one that this schema gives.
func (sh *sheet) loop() {
	sh.prose("", "Answer with the rule text alone. It is checked. If something is wrong you get the errors, with line and column,",
		"often with the nearest name and with the whole rule as it was probably meant (fix). Then write the whole rule again.")
	for _, wrong := range sh.wrongRules() {
		_, err := sh.schema.Parse(wrong)
		es := rule.ErrorsOf(err)
		if len(es) != 1 || es[0].Fix == "" || !printable(wrong+es[0].Error()+es[0].Fix) {
			continue
		}
		if _, err := sh.schema.Parse(es[0].Fix); err != nil {
			continue
		}
		sh.prose("For example:", "", "  you:   "+wrong, "  error: "+es[0].Error(), "  fix:   "+es[0].Fix, "  you:   "+es[0].Fix)
		return
	}
}

// wrongRules are rules with a mistake: names with a letter left out, a parenthesis that is open.
func (sh *sheet) wrongRules() (wrong []string) {
	s := sh.schema
	for _, path := range firstShown(s.Fields) {
		n := len(path)
		if len(wrong) == 3 || s.Open || n < 5 || n > sheetName/2 || strings.ContainsFunc(path, func(r rune) bool { return r > '~' || r == '\\' }) {
			continue
		}
		wrong = append(wrong, sampleOf(rule.Field(path[:n-2]+path[n-1:]), s.Fields[path]).String())
	}
	return append(wrong, sh.names.Replace(`({text} = {value}`))
}
