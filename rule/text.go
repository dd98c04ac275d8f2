package rule

// Conditions as text for encoding/json, encoding/xml, YAML, flags and logs, by way of
// encoding.TextMarshaler: each node gives its rule text, which is a JSON string in JSON. An
// interface cannot be read back by these packages, so a host keeps a condition in a field of
// type segment.Rule, or reads the text with segment.Parse.

// marshalText is the rule text of a condition, or an error where no text says the tree:
// a node is nil or foreign, a constant out of range, a part missing, or the tree too deep.
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
		err = sayableExpr(e)
		return err == nil && v.VisitExpr(e)
	}
	v.Events = func(e Events) bool {
		err = sayableEvents(e)
		return err == nil && (e.Where == nil || v.Condition(e.Where))
	}
	v.Window = func(w Window) bool {
		err = sayableWindow(w)
		return err == nil && (w.From == nil || v.Expr(w.From)) && (w.To == nil || v.Expr(w.To))
	}
	if !v.Condition(c) {
		return nil, err
	}
	return []byte(ConditionText(c)), nil
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
