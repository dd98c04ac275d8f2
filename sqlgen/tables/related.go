package tables

// Rows of other tables that belong to a contact: its company, its tags, its orders,
// the attributes that are a row each. A Related says how such rows find their owner;
// a field then names it with [Column.In]. Whether the field is one value or a list
// follows from that: it is a list if there may be several rows.

import (
	"slices"

	"github.com/segmentrules/segment/rule"
)

// A Related is a table with rows that belong to a contact, or to a row of another
// related table. [Tables.Related] has it by a name of the host's own.
//
// A company is found by the contact's company_id, and its country by the company's:
//
//	"company": {Relation: Relation{Table: "companies"}, Key: "id", Owner: "company_id"},
//	"country": {Relation: Relation{Table: "countries"}, Key: "id", Owner: "country_id", Of: "company"},
//
// An attribute that is a row of its own has the name of the attribute in Match:
//
//	"plan": {Relation: Relation{Table: "attributes"}, Key: "contact_id", Match: map[string]rule.Value{"attribute": rule.Text("plan")}},
//
// Tags are rows that lead to others, so the field is a list:
//
//	"tagged": {Relation: Relation{Table: "contact_tags"}, Key: "contact_id", Many: true},
//	"tag":    {Relation: Relation{Table: "tags"}, Key: "id", Owner: "tag_id", Of: "tagged"},
type Related struct {
	Relation
	// Key is the column that says whose the row is: it equals Owner, as a foreign key
	// does. Rows where it is NULL are nobody's.
	Key string `json:"key"`
	// Owner is the column of the owner that Key equals. Empty, it is the contact's id;
	// of rows that belong to another related table it must be said.
	Owner string `json:"owner,omitempty"`
	// Of is the related table that the owners are in; empty if they are the contacts.
	Of string `json:"of,omitempty"`
	// Match says which rows count: those in which each of these columns equals the
	// text, whole number or truth value. They are sent as arguments.
	Match map[string]rule.Value `json:"match,omitempty"`
	// Many says that an owner may have several rows. Without it, and without Order, the
	// host promises that each has at most one, as a unique key ensures.
	Many bool `json:"many,omitempty"`
	// Order, if not empty, is a column that is different in all rows of one owner, and
	// never NULL. Without Many, the row with the greatest counts. With it, it
	// is the order in which a list is loaded, which no rule asks for but one that compares
	// whole lists.
	Order string `json:"order,omitempty"`
}

// Path returns the names of the related tables that lead from one of them, or from the
// contact if from is empty, to another: the nearest first, to last. ok is false if
// none leads there. Its cost grows with the tables that lead there.
func (t Tables) Path(from, to string) (names []string, ok bool) {
	for to != from {
		r, there := t.Related[to]
		if !there || slices.Contains(names, to) {
			return nil, false
		}
		names, to = append(names, to), r.Of
	}
	slices.Reverse(names)
	return names, true
}

// Several reports whether a column is of rows of which an owner may have several, so
// that a field of it is a list. The owner is the contact if from is empty, and else a
// row of that related table.
func (t Tables) Several(from string, c Column) bool {
	names, ok := t.Path(from, c.In)
	return ok && c.In != "" && slices.ContainsFunc(names, func(name string) bool { return t.Related[name].Many })
}
