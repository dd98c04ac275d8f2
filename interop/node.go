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
	Kind  nodeKind
	Text  string   // of a text what it stands for, of a number as it is written
	Truth bool     // of a bool
	Names []string // of the members of an object, beside items
	Items []*node
	Ref   jsontext.Ref
	End   int // the offset behind it
	// line and column are where a part of a definition stands that is text, from 1; 0 in JSON.
	Line, Column int
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
	n := &node{Ref: v, End: s.End(v)}
	switch s.Text[v.At] {
	case '{':
		n.Kind = isObject
		s.Members(v, func(m jsontext.Member) bool {
			n.Names = append(n.Names, m.Name)
			n.Items = append(n.Items, read(s, m.Value))
			return true
		})
	case '[':
		n.Kind = isList
		s.Elements(v, func(e jsontext.Ref) bool {
			n.Items = append(n.Items, read(s, e))
			return true
		})
	case '"':
		n.Kind, n.Text = isText, s.Unquoted(v)
	case 't', 'f':
		n.Kind, n.Truth = isBool, s.Text[v.At] == 't'
	case 'n':
		n.Kind = isNull
	default:
		n.Kind, n.Text = isNumber, s.Raw(v)
	}
	return n
}

// offset is where the node begins in a definition that is JSON.
func (n *node) offset() int {
	if n == nil {
		return 0
	}
	return n.Ref.At
}

// pointer is where the node is: a JSON Pointer, of a text its line and column.
func (n *node) pointer() string {
	switch {
	case n == nil:
		return ""
	case n.Line > 0:
		return strconv.Itoa(n.Line) + ":" + strconv.Itoa(n.Column)
	}
	return n.Ref.Pointer()
}

// Get is the member of an object with this name, or nil.
func (n *node) Get(name string) *node {
	if n == nil || n.Kind != isObject {
		return nil
	}
	for i, have := range n.Names {
		if have == name {
			return n.Items[i]
		}
	}
	return nil
}

// Want is the member with a name, or, where it is missing, nothing, at the place of the object:
// errors about it have that place.
func (n *node) Want(name string) *node {
	if m := n.Get(name); m != nil || n == nil {
		return m
	}
	return &node{Ref: n.Ref, Line: n.Line, Column: n.Column}
}

// Is reports whether the node is there and of the kind.
func (n *node) Is(kind nodeKind) bool { return n != nil && n.Kind == kind }

// Absent reports whether the node is missing or null.
func (n *node) Absent() bool { return n == nil || n.Kind == isNull }

// List is the elements of a list, or of anything else the node alone; none if it is absent.
func (n *node) List() []*node {
	switch {
	case n.Absent():
		return nil
	case n.Kind == isList:
		return n.Items
	}
	return []*node{n}
}

// Str is the text of a text, or empty.
func (n *node) Str() string {
	if n.Is(isText) {
		return n.Text
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

// Scalar is the text of a text, or a number as it is written, or empty.
func (n *node) Scalar() string {
	if n.Is(isText) || n.Is(isNumber) {
		return n.Text
	}
	return ""
}

// Written is a value as messages show it.
func (n *node) Written() string {
	switch {
	case n.Absent():
		return "nothing"
	case n.Kind == isNumber:
		return n.Text
	case n.Kind == isText:
		return strconv.Quote(string(jsontext.Shortened([]byte(n.Text))))
	case n.Kind == isBool:
		return strconv.FormatBool(n.Truth)
	case n.Kind == isList:
		return "a list"
	}
	return "an object"
}

func isDigits(name string) bool {
	for _, b := range []byte(name) {
		if b < '0' || b > '9' {
			return false
		}
	}
	return true
}
