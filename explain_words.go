package segment

import (
	"maps"
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// What an explanation says is a list of phrases: a key, and what is put into the sentence
// under that key. The English sentences stand in one table, [EnglishWords]; a host that
// speaks another language gives a table of its own to [Explanation.In].

// A Phrase is one thing that an explanation says: the key of its sentence in [Words], and
// the arguments that are put into it. Keys stay as they are in later versions, though there
// may be more.
type Phrase struct {
	Key  string `json:"key"`
	Args []Arg  `json:"args,omitempty"`
}

// An Arg is put into a sentence: a number, a duration, a text that is shown as it is (a
// value in words, an instant as RFC 3339 has it, the name of a field), or a Word, which is
// itself a key of [Words], such as "a number".
type Arg struct {
	Value Value  `json:"value,omitzero"`
	Word  string `json:"word,omitempty"`
}

// Facts are the numbers behind the texts of an explanation, each null, or zero, where
// there is none: what was Seen; the value Wanted, which is the one it was compared with or
// the edge it missed; and by how much it is ShortBy, a number or a duration, below zero for
// too much or too late. Lists and objects are not repeated here.
type Facts struct {
	Seen    Value     `json:"seen,omitzero"`
	Wanted  Value     `json:"wanted,omitzero"`
	ShortBy Value     `json:"short_by,omitzero"`
	Until   time.Time `json:"until,omitzero"` // when the answer changes by itself, see Explanation.Next
}

// Words are the sentences of explanations, by their keys. In a sentence {0} is the first
// argument; {0,} a number with commas; {0|day|days} a number and the first of the words
// behind it if that is 1, else the second. What a table lacks is said in English.
type Words map[string]string

// EnglishWords returns a copy of the table in which explanations are worded: a host
// translates its values. Its cost is that of a map of some eighty texts.
func EnglishWords() Words { return maps.Clone(english) }

// Say words a phrase. A key that no table has is said as itself.
func (w Words) Say(p Phrase) string {
	var b strings.Builder
	rest := w.word(p.Key)
	for {
		before, behind, ok := strings.Cut(rest, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		slot, after, closed := strings.Cut(behind, "}")
		if !closed || slot == "" || slot[0] < '0' || int(slot[0]-'0') >= len(p.Args) {
			b.WriteString("{")
			rest = behind
			continue
		}
		b.WriteString(w.arg(p.Args[slot[0]-'0'], slot[1:]))
		rest = after
	}
}

// word is the sentence under a key.
func (w Words) word(key string) string {
	if text, ok := w[key]; ok {
		return text
	}
	if text, ok := english[key]; ok {
		return text
	}
	return key
}

// arg words an argument, in the form that its slot asks for.
func (w Words) arg(a Arg, form string) string {
	switch {
	case a.Word != "":
		return w.word(a.Word)
	case a.Value.Kind() == KindText:
		return a.Value.Text()
	case a.Value.Kind() == KindDuration:
		return w.span(a.Value.HeldLength())
	case a.Value.Kind() == KindNumber && form != "":
		text := groupedText(rule.NumberText(a.Value))
		if words := strings.Split(form, "|"); len(words) == 3 {
			if text == "1" {
				return text + " " + words[1]
			}
			return text + " " + words[2]
		}
		return text
	case a.Value.Kind() == KindNumber:
		return numberWords(a.Value)
	}
	return valueWords(time.UTC, a.Value)
}

// span is [spanWords] in the words of the table.
func (w Words) span(d calendar.Length) string {
	if d.Sec < 0 {
		return w.Say(phrase("minus", spanArg(d.Negative())))
	}
	if d.Sec < 60 && d.Nsec != 0 {
		return d.Duration().String()
	}
	units := [...]struct {
		size int64
		key  string
	}{{calendar.SecondsPerDay, "days"}, {3600, "hours"}, {60, "minutes"}, {1, "seconds"}}
	for i, u := range units {
		n := d.Sec / u.size
		if n == 0 && u.size > 1 {
			continue
		}
		text := w.Say(phrase(u.key, intArg(n)))
		if i+1 < len(units) {
			if m := d.Sec % u.size / units[i+1].size; m > 0 {
				text += " " + w.Say(phrase(units[i+1].key, intArg(m)))
			}
		}
		return text
	}
	return ""
}

// In returns the explanation with its Seen and Note, and those of its parts, in the words
// of a table. It shares nothing with e that either changes. What is rule text stays so: the
// conditions, and ALL OF and its like. Its cost grows with the parts.
func (e *Explanation) In(w Words) *Explanation {
	if e == nil {
		return nil
	}
	out := *e
	out.Seen, out.Note = w.said(e.Saw, ", "), w.said(e.Why, "; ")
	out.Parts = nil
	for _, part := range e.Parts {
		out.Parts = append(out.Parts, part.In(w))
	}
	return &out
}

// Explain words an explanation as [Explanation.String] does, in the words of the table. Its
// cost grows with the parts.
func (w Words) Explain(e *Explanation) string { return e.In(w).text(w) }

// said words several phrases, one behind the other.
func (w Words) said(ps []Phrase, between string) string {
	var b strings.Builder
	for i, p := range ps {
		switch {
		case i == 0:
		case strings.HasPrefix(p.Key, "away_"): // in parentheses behind what it is about
			b.WriteString(" ")
		default:
			b.WriteString(between)
		}
		b.WriteString(w.Say(p))
	}
	return clipped(b.String(), 2*maxLine)
}

// phrase makes a phrase.
func phrase(key string, args ...Arg) Phrase { return Phrase{Key: key, Args: args} }

// textArg is an argument that is shown as it is.
func textArg(text string) Arg { return Arg{Value: Text(text)} }

// intArg is a whole number.
func intArg[T int | int64](n T) Arg { return Arg{Value: Int(int64(n))} }

// spanArg is a length of time.
func spanArg(d calendar.Length) Arg { return Arg{Value: rule.LengthValue(d, KindDuration)} }

// wordArg is a word of the table.
func wordArg(key string) Arg { return Arg{Word: key} }

// english is every sentence of an explanation.
var english = Words{
	"missing": "missing", "a yes or no": "a yes or no", "a number": "a number", "a text": "a text", "an instant": "an instant", "a date": "a date", "a duration": "a duration",
	"a list": "a list", "an object": "an object", "a version": "a version", "a list or text": "a list or text", "an instant or date": "an instant or date", "one that can be compared": "one that can be compared",

	"seconds": "{0|second|seconds}", "minutes": "{0|minute|minutes}", "hours": "{0|hour|hours}", "days": "{0|day|days}", "minus": "minus {0}",

	"is": "{0} is {1}", "is_calculated": "{0} is {1} (= {2})", "the_element": "the element is {0}", "value": "{0}",
	"metric_missing": "{0} is missing", "metric_count": "{0} so far", "metric_sum": "{0} so far", "metric_avg": "{0} on average",
	"metric_min": "the lowest is {0}", "metric_max": "the highest is {0}", "metric_distinct": "{0} different so far",
	"metric_first": "the first is {0}", "metric_last": "the last is {0}",
	"away_now": "(now)", "away_ago": "({0} ago)", "away_ahead": "(in {0})",
	"member": "is a member", "not_member": "is not a member",
	"not_on_list": "is not on the list", "on_list": "is on the list since {0}", "joins_list": "joins the list only on {0}",
	"sequence_started": "the first step came {0|time|times}", "no_change": "no change is known", "changed": "changed to {0} on {1}",
	"since": "{0} is {1} since {2}", "never_set": "no value is known to have been set",
	"regular_second": "in {0,} of the last {1|second|seconds}", "regular_minute": "in {0,} of the last {1|minute|minutes}",
	"regular_hour": "in {0,} of the last {1|hour|hours}", "regular_day": "in {0,} of the last {1|day|days}",
	"regular_week": "in {0,} of the last {1|week|weeks}", "regular_month": "in {0,} of the last {1|month|months}",
	"regular_quarter": "in {0,} of the last {1|quarter|quarters}", "regular_year": "in {0,} of the last {1|year|years}",

	"never": "never changes by itself", "ask_again": "ask again on {0}", "leaves": "leaves on {0}", "enters": "enters on {0}", "more": "… and {0,} more",
	"hold": "{0,} of {1,} hold", "hold_short": "{0,} of {1,} hold, {2,} short", "hold_over": "{0,} of {1,} hold, {2,} over",
	"missing_true": "true because missing", "missing_false": "false because missing",
	"unfit_true": "true because it is {0}, not {1}", "unfit": "{0}, not {1}", "no_condition": "not a condition, so false of everyone",
	"short": "{0} short", "over": "{0} over", "count_short": "{0,} short", "too_early": "{0} too early", "too_late": "{0} too late",
	"exactly": "exactly that, but it must be ", "exactly_less": "exactly that, but it must be less", "exactly_more": "exactly that, but it must be more",
	"on_the_edge": "exactly on the edge, which does not count", "within_range": "within the range", "within_window": "within the window",
	"outside_window": "that is outside the window", "case": "differs only in upper and lower case", "space": "differs only in white space at the ends",
	"no_values": "the list of values is empty", "not_one_of": "not one of {0|value|values}", "nearest": "nearest is {0}",
	"has_none": "has none of {0,} values", "has_all": "has all {0,} values", "lacks": "lacks {0}", "has": "has {0}",
	"lacks_more": "lacks {0} and {1,} more", "has_more": "has {0} and {1,} more", "no_address": "not an IP address",
	"list_empty": "the list is empty", "none_match": "none of {0,} matches", "all_match": "all {0,} match",
	"some_match": "{0,} of {1,} match: number {2}", "some_match_more": "{0,} of {1,} match: number {2} and {3,} more",
	"events_span": "oldest {0}, newest {1}", "events_from_span": "from {2|event|events}, oldest {0}, newest {1}",
	"events_newest": "newest {0}", "events_from_newest": "from {1|event|events}, newest {0}",
	"events_outside": "the newest on {0} is outside the window", "no_event": "no such event",
	"last_step": "the last step came in time, or still may", "got_to_step": "got to step {0,} of {1,}", "another_value": "another value", "a_value": "there is a value",
	"local_time": "local time {0} in {1}", "zone_missing": "the zone is missing, so the calendar stays {0}", "no_zone": "no zone is called {0}, so the calendar stays {1}",
}
