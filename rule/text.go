package rule

// Conditions as text for encoding/json, encoding/xml, YAML, flags and logs, by way of
// encoding.TextMarshaler: each node gives its rule text, which is a JSON string in JSON. An
// interface cannot be read back by these packages, so a host keeps a condition in a field of
// type segment.Rule, or reads the text with segment.Parse.

// marshalText is the rule text of a condition, or an error where no text says the tree:
// a node is nil or foreign, a constant out of range, or the tree too deep.
func marshalText(c Condition) ([]byte, error) {
	if TooDeep(c) {
		return nil, TooDeepError()
	}
	var err *Error
	v := Visitor{}
	v.Condition = func(c Condition) bool {
		if e := sayable(c); e != nil {
			err = e
			return false
		}
		return v.Visit(c)
	}
	v.Expr = func(e Expr) bool {
		switch e := e.(type) {
		case nil:
			err = Errorf(ErrValue, "an expression is missing (nil)")
		case Value:
			err = CheckValue(e, Limits{}.WithDefaults())
		case Field:
			err = CheckText(string(e))
		case Joined:
			err = CheckText(string(e))
		case Span, Elem, Metric, Call, Arith, Calculated:
		default:
			err = Errorf(ErrType, "%T is no expression of this package: nodes are plain values", e)
		}
		return err == nil && v.VisitExpr(e)
	}
	v.Window = func(w Window) bool {
		return (w.From == nil || v.Expr(w.From)) && (w.To == nil || v.Expr(w.To))
	}
	if !v.Condition(c) {
		return nil, err
	}
	return []byte(ConditionText(c)), nil
}

// sayable says what is wrong with a node that no text says; nil is fine.
func sayable(c Condition) *Error {
	switch c := c.(type) {
	case nil:
		return Errorf(ErrValue, "a condition is missing (nil)")
	case InList:
		return CheckText(string(c))
	case InSegment:
		return CheckText(string(c))
	case In:
		return sayableValues(c.Values)
	case Contains:
		return sayableValues(c.Values)
	case HasBeen:
		return CheckValue(c.Value, Limits{}.WithDefaults())
	}
	if !known(c) {
		return Errorf(ErrType, "%T is no condition of this package: nodes are plain values", c)
	}
	return nil
}

// sayableValues is [sayable] of the values of a list.
func sayableValues(vs []Value) *Error {
	if len(vs) == 0 {
		return Errorf(ErrSyntax, "a list of values needs at least one")
	}
	for _, v := range vs {
		if err := CheckValue(v, Limits{}.WithDefaults()); err != nil {
			return err
		}
	}
	return nil
}

// known reports whether a node is one of this package.
func known(c Condition) bool {
	switch c.(type) {
	case And, Or, Not, Count, Everyone, Zoned, Compare, Between, In, IsNull, IsBlank, Contains, Like, Matches, InCIDR, Each, When, Changed, HasBeen, Sequence, Regularity, InList, InSegment:
		return true
	}
	return false
}

// MarshalText returns the rule text of the condition, an error where none says it.
func (c And) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c Or) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c Not) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c Count) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c Everyone) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c Zoned) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c Compare) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c Between) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c In) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c IsNull) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c IsBlank) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c Contains) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c Like) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c Matches) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c InCIDR) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c Each) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c When) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c Changed) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c HasBeen) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c Sequence) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c Regularity) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c InList) MarshalText() ([]byte, error) { return marshalText(c) }

// MarshalText returns the rule text of the condition, an error where none says it.
func (c InSegment) MarshalText() ([]byte, error) { return marshalText(c) }
