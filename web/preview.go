package web

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/index"
)

// What a rule would do that somebody is writing: who would be in, part by part, and who would
// enter and leave if it took the place of the segment that is in force.

// previewSample is how many ids of each kind are given.
const previewSample = 20

// A previewed is what POST /app/preview returns. Of a part of the funnel, count is how many
// contacts are left that match it and all parts before it, alone for how many it holds by
// itself. Enter and leave are beside the segment in force; if there is none, all enter.
type previewed struct {
	Count       int          `json:"count"`
	Of          int          `json:"of"`
	At          time.Time    `json:"at"`
	Funnel      []funnelPart `json:"funnel"`
	Missing     int          `json:"missing"`    // match only because a value is missing
	MissingIn   []missingIn  `json:"missing_in"` // and by which tests
	Sample      []string     `json:"sample"`
	Enter       int          `json:"enter"`
	Leave       int          `json:"leave"`
	EnterSample []string     `json:"enter_sample"`
	LeaveSample []string     `json:"leave_sample"`
	TookMS      float64      `json:"took_ms"`
}

type funnelPart struct {
	Rule  string `json:"rule"`
	Count int    `json:"count"`
	Alone int    `json:"alone"`
}

type missingIn struct {
	Rule  string `json:"rule"`
	Count int    `json:"count"`
}

func (a *app) preview(r *httpapi.Request) error {
	began := time.Now()
	var body struct {
		Rule string `json:"rule"`
		ID   string `json:"id"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	c, err := r.Rule(body.Rule, "/rule")
	if err != nil {
		return err
	}
	p, members, err := a.beside(r, c, body.ID)
	if err != nil {
		return err
	}
	enter, leave := p.Contacts().AndNot(members), members.AndNot(p.Contacts())
	out := previewed{
		Count: p.Count, Of: p.Of, At: p.At.UTC(), Funnel: []funnelPart{}, Missing: p.Missing, MissingIn: []missingIn{}, Sample: listed(p.Sample),
		Enter: enter.Len(), Leave: leave.Len(), EnterSample: some(enter), LeaveSample: some(leave),
	}
	for _, part := range p.Parts {
		out.Funnel = append(out.Funnel, funnelPart{part.Condition, part.Left, part.Count})
	}
	for _, m := range p.MissingIn {
		out.MissingIn = append(out.MissingIn, missingIn{m.Condition, m.Count})
	}
	slices.SortStableFunc(out.MissingIn, func(a, b missingIn) int { return cmp.Compare(b.Count, a.Count) })
	out.TookMS = float64(time.Since(began).Microseconds()) / 1000
	return r.Reply(http.StatusOK, out)
}

// beside previews a condition and returns the members of a segment, none of "", as of one
// revision: where diffs come without a pause, of revisions close to each other.
func (a *app) beside(r *httpapi.Request, c segment.Condition, id string) (p index.Preview, members index.Contacts, err error) {
	ctx := r.HTTP().Context()
	for range 3 {
		var before, after uint64
		if members, before, err = a.host.MembersAt(ctx, id); err != nil {
			return p, members, err
		}
		if p, err = a.host.Preview(ctx, c, index.PreviewOptions{Sample: previewSample}); err != nil || id == "" {
			return p, members, err
		}
		if members, after, err = a.host.MembersAt(ctx, id); err != nil || before == after {
			return p, members, err
		}
	}
	return p, members, nil
}

// some are the first contacts of a set.
func some(all index.Contacts) []string {
	ids := []string{}
	for id := range all.All() {
		if len(ids) == previewSample {
			break
		}
		ids = append(ids, id)
	}
	return ids
}
