package tables

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
	"github.com/segmentrules/segment/sqlgen/internal/hostsql"
)

// sql checks what the host wrote: that it ends what it begins, and has no
// placeholders but those of parameters.
func (c *check) sql(place, text string) {
	if strings.ContainsRune(text, 0) {
		c.report(place, segment.ErrValue, "SQL has no NUL")
		return
	}
	pieces, faults := hostsql.Split(hostsql.StyleOf(string(c.dialect)), text)
	for _, f := range faults {
		c.report(place, segment.ErrSyntax, "at character %d: %s", utf8.RuneCountInString(text[:f.Offset])+1, f.Msg)
	}
	for _, p := range pieces {
		if p.Kind != hostsql.Param {
			continue
		}
		if _, ok := c.params[p.Text]; ok {
			c.used[p.Text] = true
			continue
		}
		names := slices.Sorted(maps.Keys(c.params))
		c.report(place, segment.ErrUnknown, "{%s} names no parameter of params, which has %v", p.Text, names)
		c.errs[len(c.errs)-1].Suggestion = textset.Nearest(p.Text, names...)
	}
}

// parameters checks the parameters themselves, once all SQL has been looked at.
func (c *check) parameters() {
	for _, name := range slices.Sorted(maps.Keys(c.params)) {
		place := "/params/" + escaped(name)
		switch {
		case !hostsql.IsName(name):
			c.report(place, segment.ErrValue, "the name of a parameter has ASCII letters, digits and _, and no digit first")
		case !c.used[name]:
			c.report(place, segment.ErrValue, "no expr, query or where names {%s}", name)
		}
		c.parameter(place, c.params[name], true)
	}
}

// parameter checks a value; only a parameter itself may be a list.
func (c *check) parameter(place string, v rule.Value, whole bool) {
	switch v.Kind() {
	case segment.KindText:
		if strings.ContainsRune(v.Text(), 0) || !utf8.ValidString(v.Text()) {
			c.report(place, segment.ErrValue, "a text has no NUL, and is UTF-8")
		}
		return
	case segment.KindNumber:
		const digits, places = 38, 18
		if d, ok := decimal.Parse(v.String()); !ok || d.Scale > places || d.Scale+d.WholeDigits() > digits {
			c.report(place, segment.ErrValue, "a number has up to %d digits, %d of them behind the point", digits, places)
		}
		return
	case segment.KindBool, segment.KindTime, segment.KindDate:
		return
	case segment.KindList:
		if whole {
			for _, e := range v.List() {
				c.parameter(place, e, false)
			}
			return
		}
	}
	c.report(place, segment.ErrType, "a parameter is a text, number, bool, instant or day, or a list of these, and not %s", v.Kind())
}

// paths refuses two places for one name: paths that are written differently, and
// mean the same.
func (c *check) paths(place string, columns map[string]Column) {
	for _, path := range slices.Sorted(maps.Keys(columns)) {
		c.paths(place+escaped(path)+"/members/", columns[path].Members)
		right := string(rule.Path(rule.Field(path).Names()...))
		if _, twice := columns[right]; twice && right != path {
			c.report(place+escaped(path), segment.ErrValue, "the path has two places: it is also %s, which is how rules write it", place+escaped(right))
			c.errs[len(c.errs)-1].Suggestion = right
		}
	}
}
