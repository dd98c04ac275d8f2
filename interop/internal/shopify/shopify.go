package shopify

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Shopify's segment query language: `amount_spent > 500 AND products_purchased MATCHES (id = 1,
// date > -90d)`.
//
// A negation keeps customers without a value. Dates are whole days of the shop's zone. CONTAINS
// asks for an element of a list. What MATCHES asks in parentheses is asked of one event or object;
// count, sum_quantity and sum_amount are of all that satisfy the rest. A metafield is the field
// of its key, unless the schema has one with all of its path.

// Read reads a definition of Shopify; mistakes and losses gather in the reader.
func Read(r *source.Reader, n *source.Node) (s segment.Segment) {
	q := &shopify{Prose: r.Scan(r.Query(n, &s, "query", "creationDate", "lastEditDate"), source.Spelling{Quotes: `'"`, Backslash: true,
		Signs: []string{">=", "<=", "!=", "<>", "=", ">", "<", "(", ")", ",", ".", ":", "-", "+"}})}
	s.Condition = r.Zoned(q.Condition(q.clause))
	q.Done()
	return s
}

// A shopify reads one definition.
type shopify struct{ *source.Prose }

// shopifyFunctions are the events that functions ask for.
var shopifyFunctions = map[string]string{
	"products_purchased": "product_purchased", "orders_placed": "order_placed",
	"shopify_email.opened": "email_opened", "shopify_email.clicked": "email_clicked", "shopify_email.bounced": "email_bounced",
	"shopify_email.delivered": "email_delivered", "shopify_email.marked_as_spam": "email_marked_as_spam", "shopify_email.unsubscribed": "email_unsubscribed",
	"storefront.product_viewed": "product_viewed", "storefront.collection_viewed": "collection_viewed",
	"storefront_event.product_viewed": "product_viewed", "storefront_event.collection_viewed": "collection_viewed",
}

// clause reads one test.
func (q *shopify) clause() rule.Condition {
	start := q.Peek()
	if start.Kind != source.WordToken {
		q.Wrong("an attribute is expected here, such as amount_spent")
		return nil
	}
	name := q.Take().Text
	for q.Sign(".") {
		name += "." + q.Take().Text
	}
	at := q.Here(start)
	switch event, isEvent := shopifyFunctions[name]; {
	case name == "anniversary":
		return q.anniversary(at)
	case name == "customer_within_distance":
		return q.distance(at)
	case isEvent || name == "store_credit_accounts":
		if q.Sign("(") {
			q.Expect(")")
		}
		return q.matches(at, name, event)
	}
	if q.Saying("MATCHES") || q.Saying("NOT", "MATCHES") || q.Saying("NOT_MATCHES") || q.Follows("(") {
		known := []string{"store_credit_accounts", "customer_within_distance", "anniversary"}
		for k := range shopifyFunctions {
			known = append(known, k)
		}
		slices.Sort(known)
		q.Unknown(at, "function", name, known...)
		q.Stop()
		return nil
	}
	if name == "customer_email_domain" {
		return q.domain(at)
	}
	x, ok := q.attribute(at, name)
	if !ok {
		q.Stop()
		return nil
	}
	return q.test(at, x)
}

// attribute is the field of an attribute.
func (q *shopify) attribute(at *source.Node, name string) (rule.Expr, bool) {
	full := strings.TrimPrefix(name, "customer.")
	if parts := strings.Split(full, "."); parts[0] == "metafields" && len(parts) > 2 {
		if q.Schema == nil || q.Schema.ContactScope().TypeOf(build.Field(full)).Kind == rule.KindNull {
			full = strings.Join(parts[2:], ".")
		}
	}
	f, ok := q.Field(at, full)
	return f, ok
}

// test reads what is asked of a value: of a customer's attribute, or of one of an event or an
// object.
func (q *shopify) test(at *source.Node, x rule.Expr) rule.Condition {
	for _, op := range build.Comparisons {
		if q.Sign(op.Sign) {
			v, ok := q.value()
			if !ok {
				return nil
			}
			if c := build.Compare(x, op.Op, v); op.Negative {
				return build.Not(c)
			}
			return build.Compare(x, op.Op, v)
		}
	}
	if q.Says("IS", "NULL") {
		return rule.IsNull{X: x}
	} else if q.Says("IS", "NOT", "NULL") {
		return build.IsSet(x)
	}
	negative := q.Says("NOT")
	var c rule.Condition
	switch {
	case q.Says("IN") || !negative && q.Says("NOT_IN"):
		negative = negative || strings.EqualFold(q.Tokens[q.Next-1].Text, "NOT_IN")
		if vs, ok := q.values(); ok {
			c = build.OneOf(x, vs, false)
		}
	case q.Says("CONTAINS") || !negative && q.Says("NOT_CONTAINS"):
		negative = negative || strings.EqualFold(q.Tokens[q.Next-1].Text, "NOT_CONTAINS")
		if v, ok := q.value(); ok {
			c = build.AnElement(x, build.Compare(rule.Elem{}, rule.OpEq, v))
		}
	case q.Says("BETWEEN"):
		if lo, hi, ok := q.ends(); ok {
			c = rule.Between{X: x, Lo: lo, Hi: hi}
		}
	default:
		q.Wrong("an operator is expected here, one of = != < <= > >= BETWEEN IN CONTAINS IS NULL")
	}
	if negative {
		return build.Not(c)
	}
	return c
}

// domain reads a test of the domain of the customer's email address.
func (q *shopify) domain(at *source.Node) rule.Condition {
	f, _ := q.Field(at, "email")
	c := q.test(at, f)
	ends := func(vs ...rule.Expr) rule.Condition {
		var texts []string
		for _, v := range vs {
			if t, ok := v.(rule.Value); ok && t.Kind() == rule.KindText {
				texts = append(texts, "@"+t.Text())
			}
		}
		if len(texts) < len(vs) {
			return q.Fail(at, rule.ErrType, "a domain is compared with texts")
		}
		return build.EndsWith(f, true, texts...)
	}
	negative := false
	if n, ok := c.(rule.Not); ok {
		if _, null := n.C.(rule.IsNull); !null {
			c, negative = n.C, true
		}
	}
	switch t := c.(type) {
	case rule.Compare:
		if c = ends(t.Right); t.Op != rule.OpEq {
			return q.Fail(at, rule.ErrSyntax, "a domain is compared by = and != only")
		}
	case rule.In:
		var vs []rule.Expr
		for _, v := range t.Values {
			vs = append(vs, v)
		}
		c = ends(vs...)
	case rule.Each:
		return q.Fail(at, rule.ErrSyntax, "a domain is compared by = and != only")
	}
	if negative {
		return build.Not(c)
	}
	return c
}

// distance goes over a test of how far away a customer is.
func (q *shopify) distance(at *source.Node) rule.Condition {
	for open, begun := 0, false; !begun || open > 0; {
		t := q.Take()
		switch {
		case t.Kind == source.EndToken:
			q.Wrong("a parenthesis is not closed")
			return nil
		case t.Text == "(" && t.Kind == source.SignToken:
			open, begun = open+1, true
		case t.Text == ")" && t.Kind == source.SignToken:
			if open--; open == 0 && (q.Saying("MATCHES") || q.Saying("NOT", "MATCHES")) {
				begun = false
			}
		}
	}
	if q.Sign("=") || q.Sign("!=") {
		q.value()
	}
	return q.Omit(at, source.NeedGeo, "customers within a distance of a place")
}
