package normal

import (
	"math/bits"

	"github.com/segmentrules/segment/rule"
)

// A Digest is a hash of part of a tree, for finding equal parts without
// comparing every pair. Equal trees have equal digests; the reverse is always
// confirmed with [rule.Equal], so a collision costs time and nothing else.
type Digest uint64

// The tags tell kinds of node apart.
const (
	tagNil Digest = iota + 1
	TagAnd
	TagOr
	tagNot
	tagEveryone
	tagCount
	TagZoned
	tagEach
	TagCompare
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
	TagValue
	tagSpan
	tagField
	tagElem
	tagJoined
	tagMetric
	tagCall
	tagArith
	tagCalculated
)

// With folds more into the digest; the order matters.
func (d Digest) With(parts ...Digest) Digest {
	for _, p := range parts {
		hi, lo := bits.Mul64(uint64(d^p)^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
		d = Digest(hi^lo) + p
	}
	return d
}

func (d Digest) text(s string) Digest {
	h := uint64(0xcbf29ce484222325)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return d.With(Digest(len(s)), Digest(h))
}

func (d Digest) texts(ss []string) Digest {
	for _, s := range ss {
		d = d.text(s)
	}
	return d
}

func (d Digest) flag(b bool) Digest {
	if b {
		return d.With(1)
	}
	return d.With(0)
}

func (d Digest) span(s rule.Span) Digest { return d.With(Digest(s.N), Digest(s.Unit)) }

// value folds in a value. Numbers of one form are equal in their bits, except
// fractions, which go by their nearest float; objects go by their size, since
// the order of their members does not matter.
func (d Digest) value(v rule.Value) Digest {
	d = d.With(TagValue, Digest(v.Kind()), Digest(v.Form()))
	switch {
	case v.Kind() == rule.KindNull || v.Kind() == rule.KindInvalid:
		return d
	case v.Kind() == rule.KindText || v.Kind() == rule.KindVersion:
		return d.text(v.Text())
	case v.Kind() == rule.KindList:
		for _, e := range v.List() {
			d = d.value(e)
		}
		return d
	case v.Form() == rule.FormRat:
		return d.With(Digest(int64(v.Float())))
	}
	return d.With(Digest(v.Word()), Digest(v.Nanos()))
}

func (d Digest) values(vs []rule.Value) Digest {
	for _, v := range vs {
		d = d.value(v)
	}
	return d
}

// exprs folds in expressions.
func (d Digest) exprs(es ...rule.Expr) Digest {
	for _, e := range es {
		d = d.Expr(e)
	}
	return d
}

// Expr returns the digest with an expression mixed in. Equal expressions have equal
// digests.
func (d Digest) Expr(e rule.Expr) Digest {
	switch e := e.(type) {
	case rule.Value:
		return d.value(e)
	case rule.Span:
		return d.With(tagSpan).span(e)
	case rule.Field:
		return d.With(tagField).text(string(e))
	case rule.Elem:
		return d.With(tagElem)
	case rule.Joined:
		return d.With(tagJoined).text(string(e))
	case rule.Metric:
		return d.With(tagMetric, Digest(e.Agg), Digest(e.As)).text(string(e.Prop)).events(e.Events).window(e.Window)
	case rule.Call:
		return d.With(tagCall, Digest(e.Fn)).exprs(e.Args...)
	case rule.Arith:
		return d.With(tagArith, Digest(e.Op)).exprs(e.Left, e.Right)
	case rule.Calculated:
		return d.With(tagCalculated).text(e.Name).Expr(e.X)
	}
	return d.With(tagNil)
}

func (d Digest) events(e rule.Events) Digest {
	d = d.texts(e.Names)
	if e.Where == nil {
		return d.With(tagNil)
	}
	return d.With(DigestOf(e.Where))
}

func (d Digest) window(w rule.Window) Digest {
	calendar := Digest(w.StartsOn) | Digest(w.StartsIn)<<8
	if w.Fiscal {
		calendar |= 1 << 16
	}
	return d.With(Digest(w.Kind), Digest(w.Unit), Digest(w.N), calendar).span(w.A).span(w.B).exprs(w.From, w.To)
}

// DigestOf is the digest of a whole tree.
func DigestOf(c rule.Condition) Digest {
	var d Digest
	switch c := c.(type) {
	case rule.And:
		return d.With(TagAnd).all(c)
	case rule.Or:
		return d.With(TagOr).all(c)
	case rule.Not:
		return d.With(tagNot, DigestOf(c.C))
	case rule.Count:
		return d.With(tagCount, Digest(c.Quantity), Digest(c.K)).all(c.Of)
	case rule.Everyone:
		return d.With(tagEveryone)
	case rule.Zoned:
		return d.With(TagZoned).Expr(c.Zone).With(DigestOf(c.C))
	case rule.Each:
		return d.With(tagEach, Digest(c.Quantifier), Digest(c.K)).Expr(c.X).With(DigestOf(c.C))
	}
	return digestOfTest(c)
}

func (d Digest) all(cs []rule.Condition) Digest {
	for _, c := range cs {
		d = d.With(DigestOf(c))
	}
	return d
}

// digestOfTest is digestOf for leaves.
func digestOfTest(c rule.Condition) Digest {
	var d Digest
	switch c := c.(type) {
	case rule.Compare:
		return d.With(TagCompare, Digest(c.Op)).flag(c.Fold).exprs(c.Left, c.Right)
	case rule.Between:
		return d.With(tagBetween).flag(c.Fold).exprs(c.X, c.Lo, c.Hi)
	case rule.In:
		return d.With(tagIn).flag(c.Fold).Expr(c.X).values(c.Values)
	case rule.IsNull:
		return d.With(tagIsNull).Expr(c.X)
	case rule.IsBlank:
		return d.With(tagIsBlank).Expr(c.X)
	case rule.Contains:
		return d.With(tagContains, Digest(c.Mode)).flag(c.Fold).Expr(c.X).values(c.Values)
	case rule.Like:
		return d.With(tagLike, Digest(c.End)).flag(c.Fold).Expr(c.X).texts(c.Values)
	case rule.Matches:
		return d.With(tagMatches).flag(c.Fold).Expr(c.X).text(c.Pattern)
	case rule.InCIDR:
		return d.With(tagInCIDR).Expr(c.X).texts(c.Nets)
	case rule.When:
		return d.With(tagWhen).Expr(c.X).window(c.Window)
	case rule.Changed:
		return d.With(tagChanged, Digest(c.As)).text(string(c.Field)).window(c.Window)
	case rule.HasBeen:
		return d.With(tagHasBeen, Digest(c.As)).flag(c.Fold).text(string(c.Field)).value(c.Value).span(c.For)
	case rule.Sequence:
		d = d.With(tagSequence).window(c.Window)
		for _, s := range c.Steps {
			d = d.span(s.Within).flag(s.Not).events(s.Events)
		}
		return d
	case rule.Regularity:
		return d.With(tagRegularity, Digest(c.K), Digest(c.N), Digest(c.Unit)).events(c.Events)
	case rule.InList:
		return d.With(tagInList).text(string(c))
	case rule.InSegment:
		return d.With(tagInSegment).text(string(c))
	}
	return d.With(tagNil)
}
