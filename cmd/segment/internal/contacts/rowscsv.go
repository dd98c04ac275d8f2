package contacts

import (
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
)

// A tableRows reads contacts as CSV.
type tableRows struct {
	*table
	needs Needs
	id    int
	slots [][]int // columns of each field that is needed
}

func newTableRows(t *table, n Needs, id string) (*tableRows, error) {
	i, err := t.of(id)
	if err != nil {
		return nil, err
	}
	r := &tableRows{table: t, needs: n, id: i}
	for _, name := range n.names {
		var columns []int
		for i, c := range t.columns {
			if c.path[0] == name {
				columns = append(columns, i)
			}
		}
		r.slots = append(r.slots, columns)
	}
	return r, nil
}

// parse is the [Parser].
func (t *tableRows) parse(c *source.Chunk) (out Rows) {
	out.Problems = append(out.Problems, c.Faults...)
	problems := t.each(c, func(row []string, at place) *source.Problem {
		if row[t.id] == "" {
			problem := at.fail("", segment.ErrValue, "the contact has no %q; --id names the column that is its id", t.columns[t.id].name)
			problem.Column = -1 - t.id
			return problem
		}
		r := &segment.Record{ID: row[t.id], Layout: t.needs.Layout, Slots: make([]segment.Value, len(t.slots))}
		for i, columns := range t.slots {
			var problem *source.Problem
			if r.Slots[i], problem = t.value(row, columns, 0, at, &out.Misfits); problem != nil {
				return problem
			}
		}
		out.Rows = append(out.Rows, Row{at.line, r})
		return nil
	})
	out.Problems = append(out.Problems, problems...)
	return out
}

// value is what some columns hold together: those with the same path up to a depth are the
// members of one object. An object of which nothing is there is missing.
func (t *table) value(row []string, columns []int, depth int, at place, misfits *int) (v segment.Value, problem *source.Problem) {
	if len(columns) == 0 {
		return v, nil
	}
	if c := &t.columns[columns[0]]; len(c.path) == depth+1 {
		v, ok := c.cell(row[columns[0]], misfits)
		if !ok {
			problem = at.fail("", segment.ErrType, "%q is not a %s, which the schema says of %s", row[columns[0]], c.typ.Kind, c.name)
			problem.Column = -1 - columns[0]
		}
		return v, problem
	}
	var members []segment.Member
	for len(columns) > 0 {
		name := t.columns[columns[0]].path[depth+1]
		in := func(i int) bool { return t.columns[i].path[depth+1] == name }
		same := slices.DeleteFunc(slices.Clone(columns), func(i int) bool { return !in(i) })
		columns = slices.DeleteFunc(slices.Clone(columns), in)
		v, problem := t.value(row, same, depth+1, at, misfits)
		if problem != nil {
			return v, problem
		}
		if !v.IsNull() {
			members = append(members, segment.Member{Name: name, Value: v})
		}
	}
	if len(members) == 0 {
		return v, nil
	}
	return segment.Object(members...), nil
}
