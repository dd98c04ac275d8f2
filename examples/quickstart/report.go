package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/examples/shop"
)

// What the quickstart prints: the segments, a preview, who came and went month by month and
// why, and one contact explained. It reads what the host has kept and changes nothing.

// A report prints for people. It counts; it decides nothing.
type report struct {
	w        io.Writer
	shop     *shop.Shop
	segments []segment.Segment
	host     *Host
}

// whole prints everything, in the order in which it happens.
func (r report) whole() error {
	r.opening()
	h, diffs, err := open(r.shop, r.segments)
	if err != nil {
		return err
	}
	r.host = h
	for _, stop := range []struct {
		at   time.Time
		show func() error
	}{
		{previewAt, func() error { return r.preview(previewed) }},
		{lastDay, func() error { return r.explain(explained) }},
		{end, func() error { return nil }},
	} {
		more, err := h.until(stop.at)
		if err != nil {
			return err
		}
		diffs = append(diffs, more...)
		if err := stop.show(); err != nil {
			return err
		}
	}
	r.months(diffs)
	r.who(diffs)
	r.totals(diffs)
	return nil
}

func (r report) printf(format string, args ...any) { fmt.Fprintf(r.w, format, args...) }

func (r report) find(id string) int {
	return slices.IndexFunc(r.segments, func(s segment.Segment) bool { return s.ID == id })
}

// opening says what there is.
func (r report) opening() {
	orders := r.shop.Orders
	r.printf("AdventureWorks: %s contacts, %s orders from %s to %s\n\n", count(len(r.shop.Contacts)), count(len(orders)),
		day(orders[0].At), day(orders[len(orders)-1].At))
	r.printf("SEGMENTS\n")
	for _, s := range r.segments {
		r.printf("  %s  %s\n       %s\n", s.ID, s.Name, s.Condition)
	}
}

// preview says who would be in a segment, whether or not it is defined: how
// many, how many each part of the rule lets through, and some of them.
func (r report) preview(id string) error {
	s := r.segments[r.find(id)]
	p, err := r.host.Preview(s.Condition)
	if err != nil {
		return err
	}
	r.printf("\nPREVIEW of %s, %s, as of %s\n", s.ID, s.Name, day(p.At))
	for _, part := range p.Parts {
		r.printf("  %7s  %s\n", count(part.Count), part.Condition)
	}
	r.printf("  %7s  match all of it, %.1f %% of the contacts: ", count(p.Count), 100*float64(p.Count)/float64(p.Of))
	for _, id := range p.Sample[:min(3, len(p.Sample))] {
		r.printf("%s, ", r.customer(id))
	}
	r.printf("...\n")
	return nil
}

// A flow counts what changed in one segment.
type flow struct{ in, out, outByTime int }

func (f *flow) add(d segment.Diff) {
	switch {
	case d.Entered:
		f.in++
	case d.Cause == segment.CauseTime:
		f.out++
		f.outByTime++
	default:
		f.out++
	}
}

// months prints for every month the sizes at its end, and what changed in it.
func (r report) months(diffs []segment.Diff) {
	r.printf("\nMONTH BY MONTH: members at the end of the month; who entered and left in it\n\n  month    ")
	for _, s := range r.segments {
		r.printf(" %6s", s.ID)
	}
	r.printf("   entered     left  because time passed\n")
	sizes := make([]int, len(r.segments))
	for month, diffs := range byMonth(diffs) {
		var f flow
		for _, d := range diffs {
			f.add(d)
			sizes[r.find(d.Segment)] += change(d)
		}
		r.printf("  %s   ", month)
		for _, n := range sizes {
			r.printf(" %6s", count(n))
		}
		r.printf("   %7s  %7s  %19s\n", count(f.in), count(f.out), count(f.outByTime))
	}
}

// detail prints one segment month by month.
func (r report) detail(i int, diffs []segment.Diff) {
	s := r.segments[i]
	r.printf("%s  %s\n     %s\n\n  month     members   entered     left  because time passed\n", s.ID, s.Name, s.Condition)
	size := 0
	for month, diffs := range byMonth(diffs) {
		var f flow
		for _, d := range diffs {
			if d.Segment == s.ID {
				f.add(d)
				size += change(d)
			}
		}
		r.printf("  %s   %7s   %7s  %7s  %19s\n", month, count(size), count(f.in), count(f.out), count(f.outByTime))
	}
}

// who names some of those who entered and left in the month of the last order.
func (r report) who(diffs []segment.Diff) {
	r.printf("\nWHO CHANGED on %s, among others\n", day(lastDay))
	for _, s := range r.segments {
		shown := make(map[string]int)
		for _, d := range diffs {
			if d.Segment != s.ID || !d.At.Equal(lastDay) {
				continue
			}
			verb := "entered"
			if !d.Entered {
				verb = "left"
			}
			why := "ordered"
			if d.Cause == segment.CauseTime {
				why = "time passed"
			}
			if shown[verb+why]++; shown[verb+why] == 1 {
				r.printf("  %s  %-7s  %-11s  %s\n", s.ID, verb, why, r.customer(d.Contact))
			}
		}
	}
}

// explain says of one member why it is one, and until when.
func (r report) explain(id string) error {
	for contact := range r.host.Members(id).All() {
		x, _ := r.host.Contact(contact)
		if len(slices.Collect(x.Events("order"))) < 2 {
			continue
		}
		why, err := r.host.Explain(contact, id)
		if err == nil {
			r.printf("\nWHY is %s in %s on %s?\n%s", r.customer(contact), id, day(r.host.Now()), indent(why.String()))
		}
		return err
	}
	return nil
}

func indent(text string) (out string) {
	for line := range strings.Lines(text) {
		out += "  " + strings.TrimRight(line, "\n") + "\n"
	}
	return out
}

// customer returns a customer's id and name.
func (r report) customer(id string) string {
	x, _ := r.host.Contact(id)
	return id + " " + title(x.Field("first_name").Text()) + " " + title(x.Field("last_name").Text())
}

// totals prints what became of every segment over the whole time.
func (r report) totals(diffs []segment.Diff) {
	r.printf("\nTOTALS until %s\n\n  segment                              entered     left  because time passed    still in\n", day(end))
	for _, s := range r.segments {
		var f flow
		for _, d := range diffs {
			if d.Segment == s.ID {
				f.add(d)
			}
		}
		r.printf("  %s  %-30s  %8s %8s  %19s  %10s\n", s.ID, s.Name, count(f.in), count(f.out), count(f.outByTime), count(f.in-f.out))
	}
}

func change(d segment.Diff) int {
	if d.Entered {
		return 1
	}
	return -1
}

// title writes a name that the data has in upper case.
func title(name string) string {
	return name[:min(1, len(name))] + strings.ToLower(name[min(1, len(name)):])
}

func day(t time.Time) string { return t.Format("2 January 2006") }

// count writes a number with commas between the thousands.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
