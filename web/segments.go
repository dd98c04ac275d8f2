package web

import (
	"net/http"
	"time"

	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/lint"
)

// The list of segments, each with its size day by day.

// maxSizes is how many days of sizes are given, churnDays over how many churn is.
const (
	maxSizes  = 60
	churnDays = 30
)

// A listedSegment is a segment as the list has it. EnteredDay and LeftDay are of today,
// churn is who has left in 30 days for each member at their beginning.
type listedSegment struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Rule       string   `json:"rule"`
	Size       int      `json:"size"`
	Sizes      []sizeAt `json:"sizes"`
	EnteredDay int      `json:"entered_day"`
	LeftDay    int      `json:"left_day"`
	Churn      float64  `json:"churn"`
	Warnings   int      `json:"warnings"`
	Draft      bool     `json:"draft"` // there is a draft of it
}

// A sizeAt is the size at the end of a day, whose first instant is at; the last is that of now.
type sizeAt struct {
	At time.Time `json:"at"`
	N  int       `json:"n"`
}

func (a *app) listSegments(r *httpapi.Request) error {
	out := struct {
		Segments []listedSegment `json:"segments"`
	}{[]listedSegment{}}
	schema := r.Schema()
	for _, s := range a.host.Defined() {
		m, ok := a.host.Metrics(s.ID)
		if !ok {
			continue // dropped meanwhile
		}
		_, draft := a.o.Drafts.Get(s.ID)
		today := m.Period(m.At, m.At.AddDate(0, 0, 1))
		out.Segments = append(out.Segments, listedSegment{
			ID: s.ID, Name: s.Name, Rule: ruleText(s.Condition), Size: m.Size, Sizes: sizesOf(m),
			EnteredDay: today.Entered, LeftDay: today.Left,
			Churn:    m.Period(m.At.AddDate(0, 0, 1-churnDays), m.At.AddDate(0, 0, 1)).Churn(),
			Warnings: len(lint.Condition(s.Condition, schema)), Draft: draft,
		})
	}
	return r.Reply(http.StatusOK, out)
}

// sizesOf is the size at the end of each of the last days since the segment was defined. Days
// on which nobody came or went are not in the metrics: their size is that of the day before.
func sizesOf(m index.Metrics) []sizeAt {
	last := day(m.At)
	first := day(m.Since)
	if n := int(last.Sub(first).Hours()/24) + 1; n > maxSizes {
		first = last.AddDate(0, 0, 1-maxSizes)
	}
	size := m.Period(first, last.AddDate(0, 0, 1)).Before
	sizes := []sizeAt{}
	next := 0
	for at := first; !at.After(last); at = at.AddDate(0, 0, 1) {
		for next < len(m.Days) && !m.Days[next].Date.After(at) {
			if m.Days[next].Date.Equal(at) {
				size = m.Days[next].Size
			}
			next++
		}
		sizes = append(sizes, sizeAt{at, size})
	}
	return sizes
}

// day is midnight of the date of an instant, in UTC, as metrics have it.
func day(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
