package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/segmentrules/segment/httpapi"
)

// Drafts over HTTP. The ETag of a draft is its revision. Whoever saves one says which revision
// is replaced, by If-Match, or that there is none yet, by If-None-Match: *; if somebody else has
// saved in between the answer is 412, with their version in the member "current".

// The bounds of a draft, in bytes. An id ends up in a path, a name on a page.
const (
	maxDraftID   = 200
	maxDraftName = 500
	maxDrafts    = 10_000
)

// A drafted is a draft as it is told. Active says that a segment with its id is in force.
type drafted struct {
	Draft
	Active bool `json:"active"`
}

func (a *app) drafted(one Draft) drafted {
	one.Updated = one.Updated.UTC()
	_, active := a.host.Metrics(one.ID)
	return drafted{one, active}
}

func (a *app) listDrafts(r *httpapi.Request) error {
	out := struct {
		Drafts []drafted `json:"drafts"`
	}{[]drafted{}}
	for _, one := range a.o.Drafts.All() {
		out.Drafts = append(out.Drafts, a.drafted(one))
	}
	return r.Reply(http.StatusOK, out)
}

func (a *app) getDraft(r *httpapi.Request) error {
	id, err := r.Path("id")
	if err != nil {
		return err
	}
	one, ok := a.o.Drafts.Get(id)
	if !ok {
		return noDraft(id)
	}
	r.Header().Set("ETag", etag(one))
	return r.Reply(http.StatusOK, a.drafted(one))
}

func (a *app) putDraft(r *httpapi.Request) error {
	id, err := r.Path("id")
	if err != nil {
		return err
	}
	var body struct {
		Name string `json:"name"`
		Rule string `json:"rule"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	if len(id) > maxDraftID {
		return refuse(http.StatusBadRequest, "limit", fmt.Sprintf("the id of a draft has at most %d bytes", maxDraftID))
	}
	if len(body.Name) > maxDraftName {
		return wrong("/name", fmt.Sprintf("the name has at most %d bytes", maxDraftName))
	}
	replaces, err := revision(r)
	if err != nil {
		return err
	}
	if replaces == 0 && len(a.o.Drafts.All()) >= maxDrafts {
		return refuse(http.StatusConflict, "limit", fmt.Sprintf("there are %d drafts already: delete some", maxDrafts))
	}
	one, err := a.o.Drafts.Save(Draft{ID: id, Name: body.Name, Rule: body.Rule, Updated: a.host.Now().UTC()}, replaces)
	if err != nil {
		return a.conflict(err)
	}
	status := http.StatusOK
	if replaces == 0 {
		status = http.StatusCreated
	}
	r.Header().Set("ETag", etag(one))
	return r.Reply(status, a.drafted(one))
}

func (a *app) deleteDraft(r *httpapi.Request) error {
	id, err := r.Path("id")
	if err != nil {
		return err
	}
	var only uint64
	if r.HTTP().Header.Get("If-Match") != "" {
		if only, err = revision(r); err != nil {
			return err
		}
	}
	if _, ok := a.o.Drafts.Get(id); !ok && only == 0 {
		return noDraft(id)
	}
	if err := a.o.Drafts.Delete(id, only); err != nil {
		return a.conflict(err)
	}
	return r.Reply(http.StatusOK, struct {
		Deleted string `json:"deleted"`
	}{id})
}

// revision is which revision of a draft the request supposes: that of If-Match, 0 for none.
func revision(r *httpapi.Request) (uint64, error) {
	match, none := r.HTTP().Header.Get("If-Match"), r.HTTP().Header.Get("If-None-Match")
	switch {
	case match == "" && none == "*":
		return 0, nil
	case match == "":
		return 0, refuse(http.StatusPreconditionRequired, "precondition_required",
			"say which revision is replaced by the header If-Match, or that there is none by If-None-Match: *")
	}
	n, err := strconv.ParseUint(strings.Trim(strings.TrimPrefix(strings.TrimSpace(match), "W/"), `"`), 10, 64)
	if err != nil || n == 0 || none != "" {
		return 0, refuse(http.StatusBadRequest, "parameter", `If-Match is the revision of the draft, such as "3"`)
	}
	return n, nil
}

// conflict tells of a draft that somebody else has saved.
func (a *app) conflict(err error) error {
	var other *ConflictError
	if !errors.As(err, &other) {
		return err
	}
	p := refuse(http.StatusPreconditionFailed, "precondition_failed", other.Error())
	if other.Current.Revision != 0 {
		p.Members = map[string]any{"current": a.drafted(other.Current)}
	}
	return p
}

func noDraft(id string) error {
	p := refuse(http.StatusNotFound, "not_found", fmt.Sprintf("there is no draft %q", id))
	p.Parameter = "id"
	return p
}

func etag(one Draft) string { return strconv.Quote(strconv.FormatUint(one.Revision, 10)) }
