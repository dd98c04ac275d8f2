package sqlgen

import "github.com/segmentrules/segment/rule"

// Two stored values are compared by the class of each: how a database compares
// a text with a text says nothing about a text with a number. The table
// [termComparisons] names the function for each pair of classes. A pair stands
// in it once; the other way round is the same comparison with the operator
// mirrored (a < b is b > a). So no pair depends on the place of another one.

// A class is what matters of a stored value when it is compared with another.
type class uint8

const (
	classNode      class = iota // a node of JSON, of any kind
	classText                   // a column of text
	classInteger                // an integer, maybe one that counts hundredths or the like
	classDecimal                // an exact decimal
	classFloat                  // a float of 64 bits
	classBool                   // true or false
	classDate                   // a calendar day
	classTimestamp              // an instant of the database's own type
	classUnix                   // an instant as a number of units since 1970
	classWritten                // an instant or a day that is a text to a rule
	classes                     // how many there are
)

// class is that of a term. A column of type JSON is always read as a node.
func (t term) class() class {
	switch {
	case t.doc:
		return classNode
	case t.asText:
		return classWritten
	}
	return classOf[t.col.Type]
}

var classOf = map[Type]class{
	TypeJSON: classNode, TypeText: classText, TypeInteger: classInteger, TypeDecimal: classDecimal, TypeFloat: classFloat, TypeBool: classBool,
	TypeUUID: classText, TypeEnum: classText, TypeCIText: classText, TypeTextArray: classNode,
	TypeDate: classDate, TypeTimestamp: classTimestamp, TypeDatetime: classTimestamp, TypeISOTimestamp: classTimestamp, TypeUnix: classUnix, TypeUnixMilli: classUnix, TypeUnixMicro: classUnix, TypeUnixNano: classUnix,
}

// A termComparison writes the comparison of two terms of certain classes.
type termComparison func(s scope, x term, op rule.Op, y term, fold bool) cond

// termComparisons has each pair of classes in at least one order. A pair is
// either compared by the database; or left to Go, because values of the two
// classes may be equal to a rule and the database cannot tell; or unlike: of two
// kinds that no rule calls equal or ordered.
var termComparisons = [classes][classes]termComparison{
	classNode: {
		classNode: scope.nodeNode, classText: scope.nodeText, classInteger: scope.nodeNumber, classDecimal: scope.nodeNumber,
		classFloat: scope.leftToGo, classBool: scope.leftToGo, classDate: scope.leftToGo, classTimestamp: scope.leftToGo, classUnix: scope.leftToGo,
	},
	// Beside an instant or a day a text is read as one, which Go does. The other
	// pairs are never equal, and so rare that they are left to Go too.
	classText: {
		classText: scope.textText, classInteger: scope.leftToGo, classDecimal: scope.leftToGo, classFloat: scope.leftToGo,
		classBool: scope.leftToGo, classDate: scope.leftToGo, classTimestamp: scope.leftToGo, classUnix: scope.leftToGo,
	},
	// Beside a float, databases make the exact number a float too, and lose digits.
	classInteger: {
		classInteger: scope.exactExact, classDecimal: scope.exactExact, classFloat: scope.leftToGo,
		classBool: scope.unlike, classDate: scope.unlike, classTimestamp: scope.unlike, classUnix: scope.unlike,
	},
	classDecimal: {
		classInteger: scope.exactExact, classDecimal: scope.exactExact, classFloat: scope.leftToGo,
		classBool: scope.unlike, classDate: scope.unlike, classTimestamp: scope.unlike, classUnix: scope.unlike,
	},
	classFloat: {
		classFloat: scope.floatFloat,
		classBool:  scope.unlike, classDate: scope.unlike, classTimestamp: scope.unlike, classUnix: scope.unlike,
	},
	classBool: {
		classBool: scope.asStored, classDate: scope.unlike, classTimestamp: scope.unlike, classUnix: scope.unlike,
	},
	// Where a day begins depends on the calendar of the rule.
	classDate: {
		classDate: scope.asStored, classTimestamp: scope.leftToGo, classUnix: scope.leftToGo,
	},
	classTimestamp: {
		classTimestamp: scope.exactInstants, classUnix: scope.exactInstants,
	},
	classUnix: {
		classUnix: scope.exactInstants,
	},
	// Beside an instant its text is read, beside another text it is one.
	classWritten: {
		classNode: scope.leftToGo, classText: scope.leftToGo, classInteger: scope.unlike, classDecimal: scope.unlike, classFloat: scope.unlike,
		classBool: scope.unlike, classDate: scope.leftToGo, classTimestamp: scope.writtenInstant, classUnix: scope.writtenInstant, classWritten: scope.leftToGo,
	},
}

// compareTerms compares two stored values.
func (s scope) compareTerms(x term, op rule.Op, y term, fold bool) cond {
	if x.list != nil || y.list != nil {
		return undecided()
	}
	if compare := termComparisons[x.class()][y.class()]; compare != nil {
		return compare(s, x, op, y, fold)
	}
	return termComparisons[y.class()][x.class()](s, y, op.Mirrored(), x, fold)
}

// leftToGo is for pairs that may be equal, and that the database cannot compare
// as the rule language does.
func (scope) leftToGo(term, rule.Op, term, bool) cond { return undecided() }

// unlike is for pairs of different kinds: every comparison of them is false.
func (scope) unlike(term, rule.Op, term, bool) cond { return exactly(never()) }

// asStored is for two values that the database holds in the same form.
func (s scope) asStored(x term, op rule.Op, y term, _ bool) cond {
	return exactly(s.twoCompare(x.frag, op, y.frag))
}

// twoCompare compares two values, neither of them a constant.
func (s scope) twoCompare(x frag, op rule.Op, y frag) frag {
	if op == rule.OpEq && s.limits().joinsByEquality {
		return cat("(", x, " <= ", y, " AND ", x, " >= ", y, ")")
	}
	return cat(x, opText(op), y)
}

func (s scope) nodeNode(x term, op rule.Op, y term, fold bool) cond {
	if fold {
		return undecided()
	}
	return s.nodesCompare(x.frag, op, y.frag)
}

// nodeText compares the text of a node that is one with a column of text.
func (s scope) nodeText(x term, op rule.Op, y term, fold bool) cond {
	x.frag = s.textOf(x.frag)
	return s.textText(x, op, y, fold)
}

// textText compares by code points, even for equality: a database that is asked
// for the equality of two columns with different collations refuses.
func (s scope) textText(x term, op rule.Op, y term, fold bool) cond {
	if fold {
		return undecided()
	}
	if op == rule.OpEq && s.limits().joinsByEquality {
		return exactly(and(s.textCompares(x.frag, " <= ", y.frag), s.textCompares(x.frag, " >= ", y.frag)))
	}
	return exactly(s.textCompares(x.frag, opText(op), y.frag))
}

// nodeNumber compares a node with an integer or decimal, where the column of the
// node promises how many digits numbers there have.
func (s scope) nodeNumber(x term, op rule.Op, y term, _ bool) cond {
	a, ok := s.numberOf(x)
	b := s.stored(y)
	if !ok || a.digits > s.limits().digits || b.n.digits > s.limits().digits {
		return undecided()
	}
	return s.compareNumbers(ratio{n: a}, op, b)
}

// exactExact compares integers and decimals: as they are if they have the same
// form, and else as fractions with a common denominator. ClickHouse and DuckDB
// refuse to compare decimals that need too many digits for a common scale.
func (s scope) exactExact(x term, op rule.Op, y term, _ bool) cond {
	alike := x.col.Type == y.col.Type
	if alike && (x.col.Scale == y.col.Scale || x.col.Type == TypeDecimal && s.limits().aligned == 0) {
		return s.asStored(x, op, y, false)
	}
	return s.compareNumbers(s.stored(x), op, s.stored(y))
}

// floatFloat leaves out what is infinite or not a number: to rules it is missing.
func (s scope) floatFloat(x term, op rule.Op, y term, _ bool) cond {
	return exactly(and(s.twoCompare(x.frag, op, y.frag), s.finite(x.frag), s.finite(y.frag)))
}
