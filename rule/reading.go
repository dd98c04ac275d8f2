package rule

import "strings"

// Declared kinds. A schema may say that the texts of a field are instants, or numbers.
// A rule says so for itself: TIME(x) and NUMBER(x) read x, and where the value read is
// no expression (the property of an aggregate, the field of a history) the node has
// the kind in As.

// ReadAs is a value as TIME(x) and NUMBER(x) read it. With [KindTime] instants and
// dates are themselves, and a text is what [ReadTime] makes of it; with [KindNumber]
// numbers are themselves, and a text is what [ReadNumber] makes of it. All else is
// missing then. With any other kind the value is left as it is.
func ReadAs(v Value, kind Kind) Value {
	switch {
	case kind != KindTime && kind != KindNumber:
		return v
	case v.kind == KindText && kind == KindTime:
		return ReadTime(v.Text())
	case v.kind == KindText:
		return ReadNumber(v.Text())
	case v.kind == kind || v.kind == KindDate && kind == KindTime:
		return v
	}
	return Value{}
}

// SameAs reports whether two values are the same one, whichever way they are spelt:
// [Value.Equal] of what [ReadAs] makes of them, and of the values themselves where
// that is nothing.
func SameAs(a, b Value, kind Kind) bool {
	x, y := ReadAs(a, kind), ReadAs(b, kind)
	if x.IsNull() && y.IsNull() {
		return a.Equal(b)
	}
	return x.Equal(y)
}

// ReadNumber reads a text used where a number is needed: digits with an optional
// sign, fraction and exponent, such as "12", "+0.50", "007" or "-1e3". Other text is
// missing, also what [ParseNumber] refuses.
func ReadNumber(s string) Value {
	digits, negative := strings.CutPrefix(s, "-")
	if !negative {
		digits = strings.TrimPrefix(s, "+")
	}
	for len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9' {
		digits = digits[1:]
	}
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		return Value{}
	}
	if negative {
		digits = "-" + digits
	}
	v, ok := ParseNumber(digits)
	if !ok {
		return Value{}
	}
	return v
}

// ReadingFn is the function that reads values as the kind; ok is false for kinds that
// there is no such function for.
func ReadingFn(kind Kind) (f Fn, ok bool) {
	switch kind {
	case KindTime:
		return FnTime, true
	case KindNumber:
		return FnNumber, true
	}
	return 0, false
}

// ReadingKind is the kind that a function reads values as; [KindNull] if it is none of
// [ReadingFn].
func ReadingKind(f Fn) Kind {
	switch f {
	case FnTime:
		return KindTime
	case FnNumber:
		return KindNumber
	}
	return KindNull
}

// Reading is the expression whose value is e read as the kind: e itself for a kind of
// which there is no [ReadingFn].
func Reading(e Expr, kind Kind) Expr {
	f, ok := ReadingFn(kind)
	if !ok {
		return e
	}
	return Call{Fn: f, Args: []Expr{e}}
}

// FieldRead is the field that an expression is, or reads, and as which kind; ok is
// false if it is neither.
func FieldRead(e Expr) (f Field, as Kind, ok bool) {
	if c, isCall := e.(Call); isCall && len(c.Args) == 1 {
		if as = ReadingKind(c.Fn); as == KindNull {
			return "", KindNull, false
		}
		e = c.Args[0]
	}
	f, ok = e.(Field)
	return f, as, ok
}
