package sqlgen

import (
	"slices"

	"github.com/segmentrules/segment"
)

// For is the same statement for some contacts alone, those with the given ids: it
// gives those of them for which the rule holds, and reads their rows alone, each
// part through its index. So it takes less than a millisecond for one contact
// where the tables have indexes that start with the contact: of events one of
// (contact, name, at).
//
//	q, err := sqlgen.Select(sqlgen.DialectPostgreSQL, tables, condition, now)
//	one, err := q.For("c17")
//
// Rest, Next and Filter mean what they mean for q, but Rest may be a smaller or
// larger part of the rule. For of a statement that is for some contacts already is
// for those that are in both.
//
// Ids are arguments, in the form in which the field id of a rule has them, such as
// 17 and not 017 where the id is an integer. One that no contact can have is no
// error, and neither is one twice. No ids give a statement of no contacts. Many
// are one argument, a JSON array, in each part of the statement; 100,000 are fine. Of
// more than 500 that are texts MySQL and MariaDB read whole tables: ask for 500 at a
// time there.
//
// The error is that of Select if the statement for these ids has too many
// placeholders, or says that q is not from Select. The Tables given to Select must
// not have been changed since. For may be called by many goroutines at once. Its
// cost is that of Select, without finding Next, and grows with the ids.
func (q Query) For(ids ...string) (Query, error) {
	if q.order == nil {
		return Query{}, segment.Errors{{Code: segment.ErrValue, Msg: "this query is not from Select, which alone knows how to write it for some contacts"}}
	}
	o := *q.order
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if o.some {
		ids = slices.DeleteFunc(ids, func(id string) bool {
			_, in := slices.BinarySearch(o.ids, id)
			return !in
		})
	}
	o.ids, o.some = ids, true
	few, err := write(&o)
	few.Next = q.Next
	return few, err
}
