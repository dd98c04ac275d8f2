package segment

// parseExpression reads the text of a calculated field.
func parseExpression(string, Limits, *Schema) (Expr, error) {
	return nil, &Error{Code: ErrSyntax, Msg: "the text cannot be read"}
}

// locate points the error at the place of a name in the text; false if there is
// no text, or the name is not in it.
func (u *uses) locate(e *Error, r reference) bool {
	if u == nil {
		return false
	}
	nth := r.nth
	r.nth = 0
	at := u.offsets[r]
	if len(at) == 0 {
		return false
	}
	e.Offset = at[min(nth, len(at)-1)]
	return true
}
