package main

import (
	"fmt"
	"strings"
)

// document is docs/sql-plans.md: the table of times, and for each rule the
// statement of package sqlgen beside the quickest by hand, with their plans.
func (o *outcome) document(rounds int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# The statements of package sqlgen beside those by hand

%s: %d contacts with 24 columns and %d events in the
order in which they came, in unlogged tables with the indexes that [bench/sql/load.go](../bench/sql/load.go) lists,
work_mem 64 MB. Rounds are interleaved on one warm connection; times are medians of %d, from sending the statement to the
last id, and every run's ids are held against those that plain Go finds. By hand a rule is written in up to three ways,
with literals instead of placeholders; the quickest counts. This page is written by

    cd bench/sql && go run . -contacts %d -rounds %d -doc ../../docs/sql-plans.md

In one process (max_parallel_workers_per_gather = 0):
%s
With the workers that the planner asks for (the setting's default, up to 2). A statement with nothing to do takes %.0f ms
longer on this machine if one worker is started for it:
%s
`, o.version, o.contacts, o.events, rounds, o.contacts, rounds, times(o.races), ms(o.worker), times(o.helped))
	b.WriteString(`
What makes the difference:

* Q2 counts the events of few contacts. The conditions on the contact's own columns stand within the query of the
  aggregate too, or there alone where that is enough: the planner knows how many contacts they leave, and looks up their
  events one by one, or reads all and hashes. By hand one has to know beforehand (b and c, or a).
* Texts are compared twice: once as an index of the column's collation can, and once by their bytes, exactly. The second
  comparison is wrapped so that the planner does not count it once more; before that its estimates were off by the
  square, and it chose nested loops.
* Q5 asks for either of two lists. Lists joined by OR are one query, of which a semi-join can be made.
* Where a worker takes long to start, a short statement loses by those that the planner takes for a gain: that of Q2.
* Q4 is about nothing but events, which have a foreign key: the tables say so ("known"), and the statement leaves the contacts
  out, as those by hand do. It reads the events once for each count, and by hand (a) once for both.
`)
	for _, r := range o.races {
		fmt.Fprintf(&b, "\n## %s\n\n    %s\n", r.Name, strings.Join(strings.Fields(r.Rule), " "))
		for _, one := range []*runner{r.ours, r.quickest} {
			fmt.Fprintf(&b, "\n### %s, %s\n\n```sql\n%s\n```\n\n```\n%s\n```\n", r.Name, one.what, one.text, one.plan)
		}
	}
	return b.String()
}

// times is a table of the medians, the quickest by hand in bold.
func times(races []*race) string {
	var b strings.Builder
	b.WriteString("\n| rule | contacts | sqlgen, ms | by hand, ms | ratio |\n|---|--:|--:|--:|--:|\n")
	for _, r := range races {
		var by []string
		for _, one := range r.by {
			t := fmt.Sprintf("%.1f", ms(one.median()))
			if one == r.quickest {
				t = "**" + t + "**"
			}
			by = append(by, t)
		}
		fmt.Fprintf(&b, "| %s | %d | %.1f | %s | %.2f |\n", r.Name, r.rows, ms(r.ours.median()), strings.Join(by, " / "), r.ratio())
	}
	return b.String()
}
