package sqlgen

// A statement for given contacts alone ([Query.For]): every part that reads rows of
// contacts (events, lists, segments, history, the contacts themselves) is limited
// to theirs, so that each is read through its index. Ids are arguments:
//
//	SELECT e1."contact" AS k FROM "events" e1 WHERE e1."contact" = $1 AND …
//
// One id is one argument; many are one argument too, a JSON array.
//
// A part is limited loosely, by what the column's own collation calls equal: the
// statement goes on to compare its rows with the contact's id as it always does.
// The contact's id itself is compared exactly.

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// A given is the contacts that a statement is for, as the database can hold their
// ids: no id is twice.
type given struct {
	texts []string // ids that are texts
	odd   []string // texts that a JSON array does not carry: with a NUL, or no UTF-8
	ints  []int64
	large []string // integers of 64 bits without a sign
	uuids []string
}

// givenOf are ids as the database has them. Those that it cannot hold are those of
// no contact, and are left out: a text with a NUL in PostgreSQL, or 07 where the id
// is an integer.
func (t *translation) givenOf(ids []string) *given {
	g := &given{}
	for _, id := range ids {
		switch {
		case t.tables.ID.Type == TypeInteger:
			g.addInteger(id, t.limits().unsigned)
		case t.tables.ID.Type == TypeUUID:
			if isUUID(id) {
				g.uuids = append(g.uuids, id)
			}
		case utf8.ValidString(id) && !strings.ContainsRune(id, 0):
			g.texts = append(g.texts, id)
		case utf8.ValidString(id) && !t.limits().noNUL, t.limits().anyBytes:
			g.odd = append(g.odd, id)
		}
	}
	return g
}

// addInteger adds an id that is written as the database writes an integer.
func (g *given) addInteger(id string, unsigned bool) {
	v, ok := writtenInteger(id)
	switch n, isInt := v.Int(); {
	case !ok:
	case isInt:
		g.ints = append(g.ints, n)
	case unsigned:
		g.large = append(g.large, id)
	}
}

func (g *given) size() int {
	return len(g.texts) + len(g.odd) + len(g.ints) + len(g.large) + len(g.uuids)
}

// ofGiven holds if a column that points to a contact is one of the given, where the
// statement is for given contacts: it is true of their rows, and may be true of
// others.
func (t *translation) ofGiven(x frag) frag {
	if t.given == nil {
		return always()
	}
	equals := func(v frag) frag { return t.sameKey(x, v) }
	return t.isGiven(x, equals, func(ids []string) frag {
		if len(ids) > mostAlone || !t.limits().scansArrays {
			return t.keysIn(x, ids)
		}
		each := make([]frag, len(ids))
		for i, id := range ids {
			each[i] = equals(text(id))
		}
		return or(each...)
	})
}

// isOneGiven holds if the contact's id is one of the given.
func (t *translation) isOneGiven(id frag) frag {
	if t.given == nil {
		return always()
	}
	return t.isGiven(id, func(v frag) frag { return t.textEquals(id, v) }, func(ids []string) frag {
		if len(ids) > mostAlone || !t.limits().scansArrays {
			if d, ok := t.dialect.(manyKeys); ok && len(ids) > mostAlone {
				return and(t.keysIn(id, ids), d.sameText(id, asArrays(ids)))
			}
			return and(t.keysIn(id, ids), t.textInArray(id, asArray(ids)))
		}
		list := make([]frag, len(ids))
		for i, id := range ids {
			list[i] = text(id)
		}
		return t.textIn(id, list)
	})
}

// isGiven compares a column with the ids; equals and among compare texts.
func (t *translation) isGiven(x frag, equals func(v frag) frag, among func(ids []string) frag) frag {
	g := t.given
	var parts []frag
	switch len(g.texts) {
	case 0:
	case 1:
		parts = append(parts, equals(text(g.texts[0])))
	default:
		parts = append(parts, among(g.texts))
	}
	d, many := t.dialect.(manyKeys)
	switch n := len(g.ints); {
	case n == 1:
		parts = append(parts, cat(x, " = ", integer(g.ints[0])))
	case n > mostAlone && many:
		parts = append(parts, d.keyInArrays(x, asArrays(g.ints), argInt))
	case n > 1:
		parts = append(parts, t.intInArray(x, asArray(g.ints)))
	}
	switch n := len(g.uuids); {
	case n > mostAlone && many:
		parts = append(parts, d.keyInArrays(x, asArrays(g.uuids), argUUID))
	case n > mostAlone:
		parts = append(parts, t.uuidInArray(x, asArray(g.uuids)))
	case n > 0:
		list := make([]frag, n)
		for i, id := range g.uuids {
			list[i] = hold(id, argUUID)
		}
		parts = append(parts, oneOf(x, list))
	}
	for _, id := range g.large {
		parts = append(parts, cat(x, " = ", hold(id, argDecimal)))
	}
	for _, id := range g.odd {
		parts = append(parts, equals(t.uncutText(id)))
	}
	return or(parts...)
}

// keysIn holds if a text is one of many, at least.
func (t *translation) keysIn(x frag, ids []string) frag {
	if d, ok := t.dialect.(manyKeys); ok && len(ids) > mostAlone {
		return d.keyInArrays(x, asArrays(ids), argText)
	}
	return t.keyInArray(x, asArray(ids))
}

// uncutText is a text as an argument. Where arguments are cut at a NUL, in DuckDB, one
// with a NUL is put together.
func (t *translation) uncutText(s string) frag {
	if !t.limits().cutsNUL || !strings.ContainsRune(s, 0) {
		return text(s)
	}
	var parts []frag
	for part := range strings.SplitSeq(s, "\x00") {
		parts = append(parts, text(part))
	}
	return cat("(", separated(" || chr(0) || ", parts), ")")
}

// asArrays is an array of arrays of so many ids.
func asArrays[T string | int64](vs []T) frag {
	all, err := json.Marshal(slices.Collect(slices.Chunk(vs, 100)))
	if err != nil {
		return text("[]")
	}
	return text(string(all))
}

// asArray is a JSON array of texts in UTF-8, or of integers.
func asArray[T string | int64](vs []T) frag {
	all, err := json.Marshal(vs)
	if err != nil {
		return text("[]") // no text or integer is an error
	}
	return text(string(all))
}

// alone reports whether the statement is for one contact: then it costs nothing to
// say so once more.
func (g *given) alone() bool { return g != nil && g.size() == 1 }
