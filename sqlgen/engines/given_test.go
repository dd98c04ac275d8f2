package engines_test

import (
	"fmt"
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// Statements for given contacts. The law: Select(…).For(some) gives those of
// Select(…) that are among some. The random rules keep it too: tally.compare asks
// forSome after each.

// nobody are ids of no contact, of which none may be an error.
var nobody = []string{"nobody", "'", `"; DROP TABLE contacts; --`, "c0\x00", "\x00", "", `\`, "{}", "é😀", "1e3", "-0", "99999999999999999999999"}

// forSome compares the statement for one contact, or for several, with those of all
// the right ones that are among them. Which contacts depends on a number.
func forSome(e engines.Engine, q sqlgen.Query, number int, want []string, stored []segment.Record) error {
	var some []string
	if number%3 == 0 && len(stored) > 0 {
		some = []string{stored[number/3%len(stored)].ID}
	} else {
		for i, x := range stored {
			if (i*i+number)%5 < 2 {
				some = append(some, x.ID, nobody[(i+number)%len(nobody)], x.ID)
			}
		}
	}
	return forThese(e, q, some, want, stored)
}

func forThese(e engines.Engine, q sqlgen.Query, some, want []string, stored []segment.Record) error {
	few, err := q.For(some...)
	if err != nil {
		return fmt.Errorf("for %q: %w", some, err)
	}
	got, err := e.IDs(few.Text, few.Args)
	if err != nil {
		return fmt.Errorf("for %q: %w\n%.4000s\n%.2000q", some, err, few.Text, few.Args)
	}
	want = slices.DeleteFunc(slices.Clone(want), func(id string) bool { return !slices.Contains(some, id) })
	if final := slices.Collect(few.Filter(candidates(got, stored))); !slices.Equal(final, want) || len(slices.Compact(got)) > len(some) {
		return fmt.Errorf("for %q\ngot  %v\nwant %v\nfrom %v\n%.4000s\n%.2000q\nrest %.500v%s", some, final, want, got, few.Text, few.Args, few.Rest, different(final, want, stored))
	}
	if !few.Next.Equal(q.Next) {
		return fmt.Errorf("for %q the next instant is %s, and not %s", some, few.Next, q.Next)
	}
	return nil
}
