package tables

import "github.com/segmentrules/segment"

// kept checks what Diff needs to keep the table of memberships.
func (c *check) kept(g Segments) {
	if g.Since != nil {
		c.column("/segments/since", *g.Since, InstantTypes()...)
		c.written("/segments/since", *g.Since)
	}
	if d := g.Dues; d != nil {
		c.relation("/segments/dues", d.Relation)
		c.name("/segments/dues/contact", d.Contact)
		c.name("/segments/dues/segment", d.Segment)
		c.column("/segments/dues/due", d.Due, InstantTypes()...)
		c.written("/segments/dues/due", d.Due)
		c.table("/segments/dues", d.Relation)
	}
	if l := g.Locks; l != nil {
		c.relation("/segments/locks", l.Relation)
		c.name("/segments/locks/segment", l.Segment)
		c.table("/segments/locks", l.Relation)
	}
	if g.Since != nil || g.Dues != nil || g.Locks != nil {
		c.table("/segments", g.Relation)
	}
}

// written refuses an expression for a column that is written.
func (c *check) written(place string, col Column) {
	if col.Expr != "" {
		c.report(place+"/expr", segment.ErrValue, "this column is written: name it, instead of an expression")
	}
}

// table refuses a query for a table that is written.
func (c *check) table(place string, r Relation) {
	if r.Query != "" {
		c.report(place+"/query", segment.ErrValue, "this is written: name a table, instead of a query")
	}
	if r.Where != "" {
		c.report(place+"/where", segment.ErrValue, "this is written, and has no condition of its own")
	}
}
