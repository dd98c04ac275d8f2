package httpapi

import (
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/segmentrules/segment"
)

// Routes of a host's own, beside those of this package: they are served with the same
// authorization, time-outs, limits and headers, and what is wrong with a request is told in
// the same words.
//
//	httpapi.Handler(host, options, httpapi.Route{Method: "POST", Path: "/campaigns/{id}/audience",
//		Serve: func(r *httpapi.Request) error {
//			var body struct{ Rule string `json:"rule"` }
//			if err := r.JSON(&body); err != nil {
//				return err
//			}
//			c, err := r.Rule(body.Rule, "/rule")
//			...
//			return r.Reply(http.StatusOK, answer)
//		}})

// A Route is one of a host's own: see [Handler].
type Route struct {
	Method string
	Path   string   // as of [http.ServeMux], with {id} for a part of the path
	Params []string // that the query may have; one that ends in * may stand several times
	// Serve answers the request by [Request.Reply], or returns an error. A [*Refusal] is told
	// as it is, errors of the library with their places; any other is a failure of the
	// service, which is logged and of which the client only hears that it happened.
	Serve func(*Request) error
}

// A Request is one request of a [Route] under way. It is valid until Serve returns.
type Request struct{ c *call }

// A Refusal is an error of a [Route] that is told to the client as a problem.
type Refusal struct {
	Status int    // of HTTP, 400 or more
	Code   string // one word, that programs may compare
	Detail string // a sentence, for people
	// Parameter is which of the path or the query is wrong, Pointer a JSON Pointer to what is
	// wrong in the body, Suggestion the nearest right name; each may be empty.
	Parameter, Pointer, Suggestion string
	// Members are further members of the problem, such as the version that somebody else has
	// saved. They must not have names that a problem has already.
	Members map[string]any
}

// Error returns the detail.
func (r *Refusal) Error() string { return r.Detail }

// problem is the refusal as it is told.
func (r *Refusal) problem() (*problem, error) {
	p := refuse(r.Status, r.Code, r.Detail)
	p.Parameter, p.Pointer, p.Suggestion = r.Parameter, r.Pointer, r.Suggestion
	if r.Parameter != "" || r.Pointer != "" {
		p.Errors = []fault{p.fault}
	}
	if len(r.Members) == 0 {
		return p, nil
	}
	text, err := json.Marshal(r.Members)
	p.more = text
	return p, err
}

// own is the route as the handler serves it.
func (rt Route) own() route {
	return route{method: rt.Method, path: rt.Path, params: rt.Params, run: func(c *call) error {
		err := rt.Serve(&Request{c})
		if r, ok := err.(*Refusal); ok {
			p, err := r.problem()
			if err != nil {
				return err
			}
			return p
		}
		return err
	}}
}

// HTTP is the request itself. Its context ends after [Options.Timeout].
func (r *Request) HTTP() *http.Request { return r.c.r }

// Header are the headers of the answer, to be set before Reply.
func (r *Request) Header() http.Header { return r.c.w.Header() }

// Query are the parameters, none of which the route does not have.
func (r *Request) Query() url.Values { return r.c.query }

// Number reads a number from the query; it is an error if it is below least or above most.
func (r *Request) Number(name string, otherwise, least, most int) (int, error) {
	return r.c.number(name, otherwise, least, most)
}

// Path returns a part of the path, which is valid UTF-8 and not empty.
func (r *Request) Path(name string) (string, error) { return r.c.path(name) }

// Page returns the part of a list of ids that the parameters limit and cursor ask for, in
// order of ids, and the cursor of the next part, "" if there is none. The ids may come in any
// order. Its cost grows with all of them. The route must have both parameters.
func (r *Request) Page(ids iter.Seq[string]) (part []string, cursor string, err error) {
	p, err := r.c.page()
	if err != nil {
		return nil, "", err
	}
	part, cursor = p.take(ids)
	return part, cursor, nil
}

// JSON reads the body into a pointer to a struct. It is strict: the body has the type
// application/json, no more than [Options.MaxBody] bytes, and only members that the struct
// has, spelt as its tags say and each once. What is in a member that is a
// [json.RawMessage], a map or an interface is not looked at further.
func (r *Request) JSON(into any) error {
	text, err := r.c.json(shapeOf(reflect.TypeOf(into).Elem()))
	if err != nil {
		return err
	}
	return placeless(json.Unmarshal(text, into))
}

// shapeOf is the shape of JSON that a struct is read from.
func shapeOf(t reflect.Type) shape {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return nil
	}
	s := make(shape)
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" && name != "-" {
			s[name] = shapeOf(t.Field(i).Type)
		}
	}
	return s
}

// Schema is the schema of now; it is not nil.
func (r *Request) Schema() *segment.Schema { return r.c.schema() }

// Rule reads rule text with the schema of now. A segment that it refers to must exist. The
// errors have their places in the text, and the pointer to the text in the body.
func (r *Request) Rule(text, pointer string) (segment.Condition, error) {
	s, err := r.c.read(source{text: text, isText: true, pointer: pointer})
	return s.Condition, err
}

// Record returns all that is known of a contact. One that is not there is an error that says
// so, with status 404.
func (r *Request) Record(id string) (segment.Record, error) { return r.c.record(id) }

// Segment returns the definition of a segment. One that is not there is an error that says so
// and names the nearest that is, with status 404; parameter is what of the path or the query
// the id comes from.
func (r *Request) Segment(id, parameter string) (segment.Segment, error) {
	s, ok := r.c.find(id)
	if !ok {
		return s, r.c.noSegment(id, parameter)
	}
	return s, nil
}

// Reply answers with a status and a value as JSON, which is written whole or not at all.
func (r *Request) Reply(status int, v any) error { return r.c.reply(status, v) }
