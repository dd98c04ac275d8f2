package httpapi

import (
	"net/http"
	"time"

	"github.com/segmentrules/segment/index"
)

// Metrics with lengths of time in seconds and days as dates.

// A metrics is how a segment has fared: see [index.Metrics].
type metrics struct {
	Segment          string    `json:"segment"`
	At               time.Time `json:"at"`
	Since            time.Time `json:"since"`
	Size             int       `json:"size"`
	Entered          uint64    `json:"entered"`
	Left             uint64    `json:"left"`
	AverageSize      float64   `json:"average_size"`
	AverageSeconds   float64   `json:"average_seconds"`
	CurrentSeconds   float64   `json:"current_seconds"`
	CompletedSeconds float64   `json:"completed_seconds"`
	Days             []day     `json:"days"`
	Period           *period   `json:"period,omitempty"`
}

// A day is one on which somebody entered or left.
type day struct {
	Date    string `json:"date"`
	Entered int    `json:"entered"`
	Left    int    `json:"left"`
	Size    int    `json:"size"`
}

// A period is what happened from one day on and before another.
type period struct {
	From    string  `json:"from"`
	To      string  `json:"to"`
	Days    int     `json:"days"`
	Before  int     `json:"before"`
	Entered int     `json:"entered"`
	Left    int     `json:"left"`
	After   int     `json:"after"`
	Growth  float64 `json:"growth"`
	Churn   float64 `json:"churn"`
	Rate    float64 `json:"rate"`
}

// metrics returns those of a segment, and of the period from one day until before another
// if one is asked for.
func (c *call) metrics() error {
	id, err := c.path("id")
	if err != nil {
		return err
	}
	m, ok := c.host.Metrics(id)
	if !ok {
		return c.noSegment(id, "id")
	}
	out := metricsOf(id, m)
	if out.Period, err = c.period(m); err != nil {
		return err
	}
	return c.reply(http.StatusOK, out)
}

// metricsOf is what is told of metrics.
func metricsOf(id string, m index.Metrics) metrics {
	out := metrics{
		Segment: id, At: m.At.UTC(), Since: m.Since.UTC(), Size: m.Size, Entered: m.Entered, Left: m.Left, AverageSize: m.AverageSize,
		AverageSeconds: m.Average.Seconds(), CurrentSeconds: m.Current.Seconds(), CompletedSeconds: m.Completed.Seconds(),
		Days: []day{},
	}
	for _, d := range m.Days {
		out.Days = append(out.Days, day{d.Date.Format(time.DateOnly), d.Entered, d.Left, d.Size})
	}
	return out
}

// period returns what happened in the period that the query asks for, nil if it asks for none.
func (c *call) period(m index.Metrics) (*period, error) {
	from, err := c.day("from")
	if err != nil {
		return nil, err
	}
	to, err := c.day("to")
	switch {
	case err != nil:
		return nil, err
	case from.IsZero() && to.IsZero():
		return nil, nil
	case from.IsZero() || to.IsZero():
		return nil, badParameter("from", "", "from and to stand together: the first day, and the day after the last")
	case to.Before(from):
		return nil, badParameter("to", "", "to is before from")
	}
	p := m.Period(from, to)
	return &period{from.Format(time.DateOnly), to.Format(time.DateOnly), p.Days, p.Before, p.Entered, p.Left, p.After,
		p.Growth(), p.Churn(), p.Rate()}, nil
}
