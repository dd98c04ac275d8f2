package interop

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// A definition as a tree of JSON values, each with its place, so that errors and losses can
// point to it. What readers of JSON disagree about is refused.

// A nodeKind is the kind of a JSON value.
type nodeKind uint8

const (
	isNull nodeKind = iota
	isBool
	isNumber
	isText
	isList
	isObject
)

// A node is a value of a definition, with its place. All methods take a nil node, which is
// a member that is missing.
type node struct {
	kind  nodeKind
	text  string   // of a text what it stands for, of a number as it is written
	truth bool     // of a bool
	names []string // of the members of an object, beside items
	items []*node
	ref   jsontext.Ref
	end   int // the offset behind it
	// line and column are where a part of a definition stands that is text, from 1; 0 in JSON.
	line, column int
}

// maxLevels is how deep a definition may be nested: deeper than any rule may be.
const maxLevels = rule.MaxDepth

// parse reads a JSON text. What readers of JSON disagree about is refused: repeated names,
// invalid UTF-8, anything behind the value. Cost grows with the text.
func parse(text []byte) (*node, error) {
	if err := rule.CheckJSON(text, rule.Limits{Depth: maxLevels}.WithDefaults()); err != nil {
		return nil, err
	}
	source, fault := jsontext.NewSource(text, rule.DefaultBytes, maxLevels)
	if fault != nil {
		return nil, rule.FaultError(text, fault)
	}
	return read(&source, source.Root()), nil
}

// read makes the node of a value. It recurses as deep as parse allows.
func read(s *jsontext.Source, v jsontext.Ref) *node {
	n := &node{ref: v, end: s.End(v)}
	switch s.Text[v.At] {
	case '{':
		n.kind = isObject
		s.Members(v, func(m jsontext.Member) bool {
			n.names = append(n.names, m.Name)
			n.items = append(n.items, read(s, m.Value))
			return true
		})
	case '[':
		n.kind = isList
		s.Elements(v, func(e jsontext.Ref) bool {
			n.items = append(n.items, read(s, e))
			return true
		})
	case '"':
		n.kind, n.text = isText, s.Unquoted(v)
	case 't', 'f':
		n.kind, n.truth = isBool, s.Text[v.At] == 't'
	case 'n':
		n.kind = isNull
	default:
		n.kind, n.text = isNumber, s.Raw(v)
	}
	return n
}

// offset is where the node begins in a definition that is JSON.
func (n *node) offset() int {
	if n == nil {
		return 0
	}
	return n.ref.At
}

// pointer is where the node is: a JSON Pointer, of a text its line and column.
func (n *node) pointer() string {
	switch {
	case n == nil:
		return ""
	case n.line > 0:
		return strconv.Itoa(n.line) + ":" + strconv.Itoa(n.column)
	}
	return n.ref.Pointer()
}

// get is the member of an object with this name, or nil.
func (n *node) get(name string) *node {
	if n == nil || n.kind != isObject {
		return nil
	}
	for i, have := range n.names {
		if have == name {
			return n.items[i]
		}
	}
	return nil
}

// want is the member with a name, or, where it is missing, nothing, at the place of the object:
// errors about it have that place.
func (n *node) want(name string) *node {
	if m := n.get(name); m != nil || n == nil {
		return m
	}
	return &node{ref: n.ref, line: n.line, column: n.column}
}

// is reports whether the node is there and of the kind.
func (n *node) is(kind nodeKind) bool { return n != nil && n.kind == kind }

// absent reports whether the node is missing or null.
func (n *node) absent() bool { return n == nil || n.kind == isNull }

// list is the elements of a list, or of anything else the node alone; none if it is absent.
func (n *node) list() []*node {
	switch {
	case n.absent():
		return nil
	case n.kind == isList:
		return n.items
	}
	return []*node{n}
}

// str is the text of a text, or empty.
func (n *node) str() string {
	if n.is(isText) {
		return n.text
	}
	return ""
}

// appendJSON appends a value as JSON, nothing if it cannot be.
func appendJSON(b []byte, v any) []byte {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return b
	}
	return append(b, bytes.TrimSpace(text.Bytes())...)
}

// scalar is the text of a text, or a number as it is written, or empty.
func (n *node) scalar() string {
	if n.is(isText) || n.is(isNumber) {
		return n.text
	}
	return ""
}

// written is a value as messages show it.
func (n *node) written() string {
	switch {
	case n.absent():
		return "nothing"
	case n.kind == isNumber:
		return n.text
	case n.kind == isText:
		return strconv.Quote(string(jsontext.Shortened([]byte(n.text))))
	case n.kind == isBool:
		return strconv.FormatBool(n.truth)
	case n.kind == isList:
		return "a list"
	}
	return "an object"
}
