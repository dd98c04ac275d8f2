package source

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// A definition as a tree of JSON values, each with its place, so that errors and losses can
// point to it. What readers of JSON disagree about is refused.

// A Kind is the kind of a JSON value.
type Kind uint8

// The kinds of JSON values.
const (
	Null Kind = iota
	Bool
	Number
	Text
	List
	Object
)

// A Node is a value of a definition, with its place. All methods take a nil node, which is
// a member that is missing.
type Node struct {
	Kind  Kind
	Text  string   // of a text what it stands for, of a number as it is written
	Truth bool     // of a bool
	Names []string // of the members of an object, beside items
	Items []*Node
	Ref   jsontext.Ref
	End   int // the offset behind it
	// Line and Column are where a part of a definition stands that is text, from 1; 0 in JSON.
	Line, Column int
}

// MaxLevels is how deep a definition may be nested: deeper than any rule may be.
const MaxLevels = rule.MaxDepth

// Parse reads a JSON text. What readers of JSON disagree about is refused: repeated names,
// invalid UTF-8, anything behind the value. Cost grows with the text.
func Parse(text []byte) (*Node, error) {
	if err := rule.CheckJSON(text, rule.Limits{Depth: MaxLevels}.WithDefaults()); err != nil {
		return nil, err
	}
	source, fault := jsontext.NewSource(text, rule.DefaultBytes, MaxLevels)
	if fault != nil {
		return nil, rule.FaultError(text, fault)
	}
	return read(&source, source.Root()), nil
}

// read makes the node of a value. It recurses as deep as parse allows.
func read(s *jsontext.Source, v jsontext.Ref) *Node {
	n := &Node{Ref: v, End: s.End(v)}
	switch s.Text[v.At] {
	case '{':
		n.Kind = Object
		s.Members(v, func(m jsontext.Member) bool {
			n.Names = append(n.Names, m.Name)
			n.Items = append(n.Items, read(s, m.Value))
			return true
		})
	case '[':
		n.Kind = List
		s.Elements(v, func(e jsontext.Ref) bool {
			n.Items = append(n.Items, read(s, e))
			return true
		})
	case '"':
		n.Kind, n.Text = Text, s.Unquoted(v)
	case 't', 'f':
		n.Kind, n.Truth = Bool, s.Text[v.At] == 't'
	case 'n':
		n.Kind = Null
	default:
		n.Kind, n.Text = Number, s.Raw(v)
	}
	return n
}

// offset is where the node begins in a definition that is JSON.
func (n *Node) offset() int {
	if n == nil {
		return 0
	}
	return n.Ref.At
}

// pointer is where the node is: a JSON Pointer, of a text its line and column.
func (n *Node) pointer() string {
	switch {
	case n == nil:
		return ""
	case n.Line > 0:
		return strconv.Itoa(n.Line) + ":" + strconv.Itoa(n.Column)
	}
	return n.Ref.Pointer()
}

// Get is the member of an object with this name, or nil.
func (n *Node) Get(name string) *Node {
	if n == nil || n.Kind != Object {
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
func (n *Node) Want(name string) *Node {
	if m := n.Get(name); m != nil || n == nil {
		return m
	}
	return &Node{Ref: n.Ref, Line: n.Line, Column: n.Column}
}

// Is reports whether the node is there and of the kind.
func (n *Node) Is(kind Kind) bool { return n != nil && n.Kind == kind }

// Absent reports whether the node is missing or null.
func (n *Node) Absent() bool { return n == nil || n.Kind == Null }

// List is the elements of a list, or of anything else the node alone; none if it is absent.
func (n *Node) List() []*Node {
	switch {
	case n.Absent():
		return nil
	case n.Kind == List:
		return n.Items
	}
	return []*Node{n}
}

// Str is the text of a text, or empty.
func (n *Node) Str() string {
	if n.Is(Text) {
		return n.Text
	}
	return ""
}

// AppendJSON appends a value as JSON, nothing if it cannot be.
func AppendJSON(b []byte, v any) []byte {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return b
	}
	return append(b, bytes.TrimSpace(text.Bytes())...)
}

// Scalar is the text of a text, or a number as it is written, or empty.
func (n *Node) Scalar() string {
	if n.Is(Text) || n.Is(Number) {
		return n.Text
	}
	return ""
}

// Written is a value as messages show it.
func (n *Node) Written() string {
	switch {
	case n.Absent():
		return "nothing"
	case n.Kind == Number:
		return n.Text
	case n.Kind == Text:
		return strconv.Quote(string(jsontext.Shortened([]byte(n.Text))))
	case n.Kind == Bool:
		return strconv.FormatBool(n.Truth)
	case n.Kind == List:
		return "a list"
	}
	return "an object"
}

// IsDigits reports whether a name has nothing but the digits 0 to 9.
func IsDigits(name string) bool {
	for _, b := range []byte(name) {
		if b < '0' || b > '9' {
			return false
		}
	}
	return true
}
