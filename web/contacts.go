package web

import (
	"net/http"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// Contacts, looked for by the beginning of an id, of a name, or of a word in a name. The
// search is a preview of a rule, so that nothing beside the index is kept for it; its cost is
// that of a preview, and of putting the ids that match in order.

// maxSearch is how long what is looked for may be, in bytes.
const maxSearch = 200

func (a *app) listContacts(r *httpapi.Request) error {
	q := strings.TrimSpace(r.Query().Get("q"))
	if len(q) > maxSearch {
		p := refuse(http.StatusBadRequest, "parameter", "the parameter q is too long")
		p.Parameter = "q"
		return p
	}
	p, err := a.host.Preview(r.HTTP().Context(), a.search(q), index.PreviewOptions{Sample: 1})
	if err != nil {
		return err
	}
	ids, cursor, err := r.Page(p.Contacts().All())
	if err != nil {
		return err
	}
	out := struct {
		Contacts []map[string]any `json:"contacts"`
		Count    int              `json:"count"` // of all that match
		Next     string           `json:"next,omitempty"`
	}{[]map[string]any{}, p.Count, cursor}
	for _, id := range ids {
		if x, ok := a.host.Contact(id); ok {
			out.Contacts = append(out.Contacts, a.named(id, x))
		}
	}
	return r.Reply(http.StatusOK, out)
}

// search is the rule for what is looked for; everybody if it is nothing.
func (a *app) search(q string) segment.Condition {
	if q == "" {
		return rule.Everyone{}
	}
	any := rule.Or{rule.Like{X: rule.Field("id"), Values: []string{q}, Fold: true}}
	for _, name := range a.o.Names {
		f := rule.Field(name)
		any = append(any, rule.Like{X: f, Values: []string{q}, Fold: true},
			rule.Contains{X: f, Values: []rule.Value{rule.Text(" " + q)}, Fold: true})
	}
	return any
}

// named is what says who a contact is.
func (a *app) named(id string, x segment.Contact) map[string]any {
	m := make(map[string]any)
	for _, name := range a.o.Names {
		if v := x.Field(name); !v.IsNull() {
			m[name] = v
		}
	}
	m["id"] = id
	return m
}
