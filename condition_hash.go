package segment

import "math/bits"

// A digest is a hash of part of a tree, for finding equal parts without
// comparing every pair. Equal trees have equal digests; the reverse is always
// confirmed with [Equal], so a collision costs time and nothing else.
type digest uint64

// The tags tell kinds of node apart.
const (
	tagNil digest = iota + 1
	tagAnd
	tagOr
	tagNot
	tagEveryone
	tagCount
	tagZoned
	tagEach
	tagCompare
	tagBetween
	tagIn
	tagIsNull
	tagIsBlank
	tagContains
	tagLike
	tagMatches
	tagInCIDR
	tagWhen
	tagChanged
	tagHasBeen
	tagSequence
	tagRegularity
	tagInList
	tagInSegment
	tagValue
	tagSpan
	tagField
	tagElem
	tagJoined
	tagMetric
	tagCall
	tagArith
	tagCalculated
)

// with folds more into the digest; the order matters.
func (d digest) with(parts ...digest) digest {
	for _, p := range parts {
		hi, lo := bits.Mul64(uint64(d^p)^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
		d = digest(hi^lo) + p
	}
	return d
}

func (d digest) text(s string) digest {
	h := uint64(0xcbf29ce484222325)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return d.with(digest(len(s)), digest(h))
}

func (d digest) texts(ss []string) digest {
	for _, s := range ss {
		d = d.text(s)
	}
	return d
}

func (d digest) flag(b bool) digest {
	if b {
		return d.with(1)
	}
	return d.with(0)
}

func (d digest) span(s Span) digest { return d.with(digest(s.N), digest(s.Unit)) }

// value folds in a value. Numbers of one form are equal in their bits, except
// fractions, which go by their nearest float; objects go by their size, since
// the order of their members does not matter.
func (d digest) value(v Value) digest {
	d = d.with(tagValue, digest(v.kind), digest(v.form))
	switch {
	case v.kind == KindNull || v.kind == KindInvalid:
		return d
	case v.kind == KindText || v.kind == KindVersion:
		return d.text(v.Text())
	case v.kind == KindList:
		for _, e := range v.List() {
			d = d.value(e)
		}
		return d
	case v.form == formRat:
		return d.with(digest(int64(v.Float())))
	}
	return d.with(digest(v.n), digest(v.nsec))
}

func (d digest) values(vs []Value) digest {
	for _, v := range vs {
		d = d.value(v)
	}
	return d
}

// exprs folds in expressions.
func (d digest) exprs(es ...Expr) digest {
	for _, e := range es {
		d = d.expr(e)
	}
	return d
}

func (d digest) expr(e Expr) digest {
	switch e := e.(type) {
	case Value:
		return d.value(e)
	case Span:
		return d.with(tagSpan).span(e)
	case Field:
		return d.with(tagField).text(string(e))
	case Elem:
		return d.with(tagElem)
	case Joined:
		return d.with(tagJoined).text(string(e))
	case Metric:
		return d.with(tagMetric, digest(e.Agg)).text(string(e.Prop)).events(e.Events).window(e.Window)
	case Call:
		return d.with(tagCall, digest(e.Fn)).exprs(e.Args...)
	case Arith:
		return d.with(tagArith, digest(e.Op)).exprs(e.Left, e.Right)
	case Calculated:
		return d.with(tagCalculated).text(e.Name).expr(e.X)
	}
	return d.with(tagNil)
}

func (d digest) events(e Events) digest {
	d = d.texts(e.Names)
	if e.Where == nil {
		return d.with(tagNil)
	}
	return d.with(digestOf(e.Where))
}

func (d digest) window(w Window) digest {
	return d.with(digest(w.Kind), digest(w.Unit), digest(w.StartsOn)).span(w.A).span(w.B).exprs(w.From, w.To)
}

// digestOf is the digest of a whole tree.
func digestOf(c Condition) digest {
	var d digest
	switch c := c.(type) {
	case And:
		return d.with(tagAnd).all(c)
	case Or:
		return d.with(tagOr).all(c)
	case Not:
		return d.with(tagNot, digestOf(c.C))
	case Count:
		return d.with(tagCount, digest(c.Quantity), digest(c.K)).all(c.Of)
	case Everyone:
		return d.with(tagEveryone)
	case Zoned:
		return d.with(tagZoned).expr(c.Zone).with(digestOf(c.C))
	case Each:
		return d.with(tagEach, digest(c.Quantifier), digest(c.K)).expr(c.X).with(digestOf(c.C))
	}
	return digestOfTest(c)
}

func (d digest) all(cs []Condition) digest {
	for _, c := range cs {
		d = d.with(digestOf(c))
	}
	return d
}

// digestOfTest is digestOf for leaves.
func digestOfTest(c Condition) digest {
	var d digest
	switch c := c.(type) {
	case Compare:
		return d.with(tagCompare, digest(c.Op)).flag(c.Fold).exprs(c.Left, c.Right)
	case Between:
		return d.with(tagBetween).flag(c.Fold).exprs(c.X, c.Lo, c.Hi)
	case In:
		return d.with(tagIn).flag(c.Fold).expr(c.X).values(c.Values)
	case IsNull:
		return d.with(tagIsNull).expr(c.X)
	case IsBlank:
		return d.with(tagIsBlank).expr(c.X)
	case Contains:
		return d.with(tagContains, digest(c.Mode)).flag(c.Fold).expr(c.X).values(c.Values)
	case Like:
		return d.with(tagLike, digest(c.End)).flag(c.Fold).expr(c.X).texts(c.Values)
	case Matches:
		return d.with(tagMatches).flag(c.Fold).expr(c.X).text(c.Pattern)
	case InCIDR:
		return d.with(tagInCIDR).expr(c.X).texts(c.Nets)
	case When:
		return d.with(tagWhen).expr(c.X).window(c.Window)
	case Changed:
		return d.with(tagChanged).text(string(c.Field)).window(c.Window)
	case HasBeen:
		return d.with(tagHasBeen).flag(c.Fold).text(string(c.Field)).value(c.Value).span(c.For)
	case Sequence:
		d = d.with(tagSequence).window(c.Window)
		for _, s := range c.Steps {
			d = d.span(s.Within).flag(s.Not).events(s.Events)
		}
		return d
	case Regularity:
		return d.with(tagRegularity, digest(c.K), digest(c.N), digest(c.Unit)).events(c.Events)
	case InList:
		return d.with(tagInList).text(string(c))
	case InSegment:
		return d.with(tagInSegment).text(string(c))
	}
	return d.with(tagNil)
}
