package main

import (
	"fmt"
	"strings"
)

// document is docs/sql-plans.md: for each database the table of times, and for some
// rules the statement of package sqlgen beside the quickest by hand, with their plans.
func document(all []*outcome) string {
	var b strings.Builder
	b.WriteString(`# The statements of package sqlgen beside those by hand

Rules of all constructs, each as package sqlgen writes it and as one would write it by hand: in up to three ways, with
literals instead of placeholders, of which the quickest counts. PostgreSQL has its default settings but for shared_buffers
(256 MB) and fsync (off); tables are unlogged and have the indexes that [bench/sql/load.go](../bench/sql/load.go) lists. Statements
take turns on one warm connection; the times are the shortest, from sending the statement to the last id. All statements of a rule
must give the same contacts, and of a sample those for which ` + "`segment.Evaluate`" + ` says true. This page is written by

    cd bench/sql && go run . -doc ../../docs/sql-plans.md
`)
	for _, o := range all {
		fmt.Fprintf(&b, "\n## %s\n\n%d contacts, %d events, %d rounds. **Geometric mean of the ratios %.2f**, the largest %.2f (%s).\n\n%s",
			o.version, o.contacts, o.events, o.rounds, o.mean(), o.worst().ratio(), o.worst().name, times(o.races))
	}
	b.WriteString(`
## What makes the difference

* Conditions on the contact's own columns stand within the query of an aggregate too: the planner knows how many
  contacts they leave, and looks up their events one by one, or reads all and hashes. By hand one has to know beforehand.
* Texts are compared twice: once as an index of the column's collation can, and once by their bytes, exactly. The second
  comparison is wrapped so that the planner does not count it once more.
* Equality in JSON is ` + "`doc @> '{…}'`" + `, which an index of the document serves (GIN). An index of an expression such as
  ` + "`(doc ->> 'plan')`" + ` is used if the field is declared as that expression.
* A list within JSON is asked by EXISTS, which ends at the first element, and which the planner takes to be cheap: by
  COUNT it expects so much work that it compiles the statement first (JIT).
* Aggregates of the same events are made in one pass, and an OR of aggregates is answered from their queries alone.
* A rule about nothing but events, which have a foreign key ("known" in the tables), leaves the contacts out.
`)
	for _, o := range all {
		for _, r := range o.races {
			if r.ours.plan != "" {
				fmt.Fprintf(&b, "\n## %s on PostgreSQL\n\n    %s\n", r.name, strings.Join(strings.Fields(r.rule), " "))
				for _, one := range []*runner{r.ours, r.quickest} {
					fmt.Fprintf(&b, "\n%s:\n\n```sql\n%s\n```\n\n```\n%s\n```\n", one.what, one.text, one.plan)
				}
			}
		}
	}
	return b.String()
}

// longestRule is how many characters of a rule the table shows.
const longestRule = 110

// times is a table of the times, the quickest by hand in bold.
func times(races []*race) string {
	var b strings.Builder
	b.WriteString("| | rule | contacts | sqlgen, ms | by hand, ms | ratio |\n|---|---|--:|--:|--:|--:|\n")
	for _, r := range races {
		var by []string
		for _, one := range r.by {
			t := fmt.Sprintf("%.1f", ms(one.least()))
			if one == r.quickest {
				t = "**" + t + "**"
			}
			by = append(by, t)
		}
		rule := strings.ReplaceAll(strings.Join(strings.Fields(r.rule), " "), "|", "\\|")
		if len(rule) > longestRule {
			rule = rule[:longestRule] + " …"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %d | %.1f | %s | %.2f |\n", r.name, rule, r.rows, ms(r.ours.least()), strings.Join(by, " / "), r.ratio())
	}
	return b.String()
}
