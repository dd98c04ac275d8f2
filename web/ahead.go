package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// How large a segment will be if nothing but time passes. The rule is decided for each contact
// at the later instants, by segment.Program. If there are more contacts than Options.Exact, a
// sample is taken, of members and of all others by themselves: what is estimated then is only
// who leaves and who enters, so that a rule without time in it is exact also by sample.

// An aheadSize is the size after some days; it is an estimate if the answer has a sample.
type aheadSize struct {
	Days  int       `json:"days"`
	At    time.Time `json:"at"`
	Count int       `json:"count"`
}

// The bounds of a question: instants cost as much as contacts.
const (
	maxAheadDays   = 3660
	maxAheadPoints = 12
)

func (a *app) ahead(r *httpapi.Request) error {
	var body struct {
		Rule string `json:"rule"`
		Days []int  `json:"days"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	if len(body.Days) == 0 || len(body.Days) > maxAheadPoints {
		return wrong("/days", fmt.Sprintf("days are 1 to %d numbers of days", maxAheadPoints))
	}
	for i, d := range body.Days {
		if d < 0 || d > maxAheadDays {
			return wrong(fmt.Sprintf("/days/%d", i), fmt.Sprintf("a number of days is from 0 to %d", maxAheadDays))
		}
	}
	c, err := r.Rule(body.Rule, "/rule")
	if err != nil {
		return err
	}
	f, err := a.forecast(c)
	if err != nil {
		return err
	}
	ctx := r.HTTP().Context()
	p, err := a.host.Preview(ctx, c, index.PreviewOptions{Sample: 1})
	if err != nil {
		return err
	}
	everyone, err := a.host.Preview(ctx, rule.Everyone{}, index.PreviewOptions{Sample: 1})
	if err != nil {
		return err
	}
	out := struct {
		Ahead   []aheadSize `json:"ahead"`
		Sampled int         `json:"sampled"` // 0 if all contacts were looked at
		Of      int         `json:"of"`
	}{[]aheadSize{}, 0, everyone.Count}
	for _, d := range body.Days {
		out.Ahead = append(out.Ahead, aheadSize{Days: d, At: p.At.UTC().AddDate(0, 0, d)})
	}
	members, others := p.Contacts(), everyone.Contacts().AndNot(p.Contacts())
	ofMembers, ofOthers := shares(members.Len(), others.Len(), a.o.Exact)
	counts := make([]float64, len(body.Days))
	looked := 0
	for _, part := range []struct {
		set  index.Contacts
		most int
	}{{members, ofMembers}, {others, ofOthers}} {
		n, err := f.add(ctx, counts, out.Ahead, part.set, part.most)
		if err != nil {
			return err
		}
		looked += n
	}
	for i, n := range counts {
		out.Ahead[i].Count = int(math.Round(n))
	}
	if looked < everyone.Count {
		out.Sampled = looked
	}
	return r.Reply(http.StatusOK, out)
}

// shares is how many of two sets of contacts to look at, no more than most together. The
// first gets half, and either what the other leaves.
func shares(members, others, most int) (ofMembers, ofOthers int) {
	ofMembers = min(members, max(most/2, most-others))
	return ofMembers, min(others, most-ofMembers)
}

// A forecast decides a rule at later instants.
type forecast struct {
	host     httpapi.Host
	program  *segment.Program
	segments map[string]*segment.Program // those that are in force
}

func (a *app) forecast(c segment.Condition) (*forecast, error) {
	program, err := segment.Compile(c)
	if err != nil {
		return nil, err
	}
	f := &forecast{a.host, program, make(map[string]*segment.Program)}
	for _, s := range a.host.Defined() {
		if f.segments[s.ID], err = segment.Compile(s.Condition); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// add adds to counts, one for each instant, how many contacts of a set match then, by a
// sample of at most so many, and returns how many it has looked at.
func (f *forecast) add(ctx context.Context, counts []float64, at []aheadSize, set index.Contacts, most int) (looked int, err error) {
	matched := make([]int, len(counts))
	for id := range sampled(set, most) {
		if looked%256 == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
		x, ok := f.host.Contact(id)
		if !ok {
			continue // deleted meanwhile
		}
		looked++
		for i := range at {
			if f.program.Match(&later{Contact: x, at: at[i].At, f: f}, at[i].At) {
				matched[i]++
			}
		}
	}
	for i, n := range matched {
		if looked > 0 {
			counts[i] += float64(n) * float64(set.Len()) / float64(looked)
		}
	}
	return looked, nil
}

// A later is a contact at a later instant: its segments are those that it will be in then.
type later struct {
	segment.Contact
	at   time.Time
	f    *forecast
	held map[string]bool
}

// Segment reports whether the contact will be in a segment.
func (x *later) Segment(id string) bool {
	holds, known := x.held[id]
	if !known {
		p, ok := x.f.segments[id]
		holds = ok && p.Match(x, x.at) // definitions do not go in a circle
		if x.held == nil {
			x.held = make(map[string]bool)
		}
		x.held[id] = holds
	}
	return holds
}
