package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// openapi.json and the handler say the same: the routes, their parameters, and what is
// answered to the examples.

// A document is what the tests read of openapi.json.
type openDocument struct {
	OpenAPI    string
	Paths      map[string]map[string]operation
	Components struct {
		Schemas map[string]any
	}
}

type operation struct {
	OperationID string
	Parameters  []parameter
	RequestBody struct{ Content map[string]media }
	Responses   map[string]struct {
		Ref     string `json:"$ref"`
		Content map[string]media
	}
}

type parameter struct {
	Name, In string
	Examples map[string]example
}

type media struct {
	Schema   any
	Examples map[string]example
}

type example struct{ Value json.RawMessage }

// text is the value, without quotes if it is a text.
func (e example) text() string {
	var s string
	if json.Unmarshal(e.Value, &s) == nil {
		return s
	}
	return string(e.Value)
}

func readDocument(t testing.TB) (d openDocument) {
	t.Helper()
	if err := json.Unmarshal(openAPI, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// Every route is in the file with its parameters, and the other way round.
func TestDocumentHasTheRoutes(t *testing.T) {
	d := readDocument(t)
	if d.OpenAPI != "3.1.0" {
		t.Errorf("openapi is %q", d.OpenAPI)
	}
	var served, written []string
	for _, rt := range routes {
		line := rt.method + " " + rt.path
		for _, name := range slices.Sorted(slices.Values(rt.params)) {
			line += " " + cutStar(name)
		}
		served = append(served, line)
	}
	inPath := regexp.MustCompile(`\{(\w+)\}`)
	ids := map[string]bool{}
	for path, ops := range d.Paths {
		for method, op := range ops {
			var query, within []string
			for _, p := range op.Parameters {
				switch p.In {
				case "query":
					query = append(query, p.Name)
				case "path":
					within = append(within, "{"+p.Name+"}")
				}
			}
			slices.Sort(query)
			written = append(written, strings.Join(append([]string{strings.ToUpper(method) + " " + path}, query...), " "))
			if diff := cmp.Diff(inPath.FindAllString(path, -1), within); diff != "" {
				t.Errorf("%s %s: parameters of the path: %s", method, path, diff)
			}
			if ids[op.OperationID] || op.OperationID == "" {
				t.Errorf("%s %s: the operationId %q is missing or stands twice", method, path, op.OperationID)
			}
			ids[op.OperationID] = true
		}
	}
	slices.Sort(served)
	slices.Sort(written)
	if diff := cmp.Diff(served, written); diff != "" {
		t.Error("routes (-) and openapi.json (+):\n", diff)
	}
}

// Every name that is referred to exists, and every schema is referred to, if only from the
// events of a stream.
func TestDocumentRefersToWhatExists(t *testing.T) {
	d := readDocument(t)
	var whole any
	if err := json.Unmarshal(openAPI, &whole); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{"Ready": true, "Diff": true, "Resync": true} // data of events
	for _, m := range regexp.MustCompile(`"\$ref": "([^"]*)"`).FindAllStringSubmatch(string(openAPI), -1) {
		at := whole
		for _, name := range strings.Split(m[1], "/")[1:] {
			object, _ := at.(map[string]any)
			at = object[name]
		}
		if at == nil {
			t.Errorf("%s does not exist", m[1])
		}
		used[strings.TrimPrefix(m[1], "#/components/schemas/")] = true
	}
	for name := range d.Components.Schemas {
		if !used[name] {
			t.Errorf("nothing uses the schema %s", name)
		}
	}
}

// Each example of an answer is what the handler answers to the request with the examples of
// the same name, from the same beginning.
func TestDocumentExamplesAreTrue(t *testing.T) {
	d := readDocument(t)
	answers := map[string]map[string]any{}
	sent := 0
	for path, ops := range d.Paths {
		for method, op := range ops {
			requests := map[string]bool{}
			for _, m := range op.RequestBody.Content {
				for name := range m.Examples {
					requests[name] = true
				}
			}
			answers[op.OperationID] = map[string]any{}
			for status, response := range op.Responses {
				for kind, m := range response.Content {
					for name, want := range m.Examples {
						delete(requests, name)
						sent++
						w := op.send(t, strings.ToUpper(method), path, name)
						answers[op.OperationID][name] = w.Body.String()
						if got := fmt.Sprint(w.Code); got != status {
							t.Errorf("%s, %s: status %s, not %s: %s", op.OperationID, name, got, status, w.Body)
						}
						if got := w.Header().Get("Content-Type"); got != kind {
							t.Errorf("%s, %s: type %s, not %s", op.OperationID, name, got, kind)
						}
						if json.Valid(w.Body.Bytes()) {
							answers[op.OperationID][name] = json.RawMessage(w.Body.Bytes())
						}
						if diff := cmp.Diff(indented([]byte(want.text())), indented(w.Body.Bytes())); diff != "" {
							t.Errorf("%s, %s: (-openapi.json +handler)\n%s", op.OperationID, name, diff)
						}
					}
				}
			}
			for name := range requests {
				t.Errorf("%s: no answer to the example %s", op.OperationID, name)
			}
		}
	}
	if sent < 35 {
		t.Errorf("only %d examples", sent)
	}
	t.Logf("%d examples", sent)
	if file := os.Getenv("ANSWERS"); file != "" {
		text, err := json.Marshal(answers)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// send sends the examples with a name to the fixture.
func (op operation) send(t *testing.T, method, path, name string) *httptest.ResponseRecorder {
	t.Helper()
	query := url.Values{}
	for _, p := range op.Parameters {
		value, ok := p.Examples[name]
		switch {
		case ok && p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(value.text()))
		case ok:
			query.Set(p.Name, value.text())
		case p.In == "path":
			t.Errorf("%s: the parameter %s has no example %s", op.OperationID, p.Name, name)
		}
	}
	body, kind := "", ""
	var compact bytes.Buffer
	for _, k := range slices.Sorted(maps.Keys(op.RequestBody.Content)) {
		if e, ok := op.RequestBody.Content[k].Examples[name]; ok {
			body, kind = e.text(), k
			if k == typeJSON && json.Compact(&compact, e.Value) == nil {
				body = compact.String()
			}
		}
	}
	patience := time.Minute
	if path == "/v1/diffs" {
		patience = 500 * time.Millisecond // it has no end
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, method, path+"?"+query.Encode(), strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	w := httptest.NewRecorder()
	newHandler(newFixture(), Options{}).ServeHTTP(w, r)
	return w
}

// mismatch says where a value does not fit a schema of openapi.json; "" if it fits. It knows the
// keywords that the file uses.
func (d openDocument) mismatch(schema, v any, at string) string {
	s := schema.(map[string]any)
	if ref, ok := s["$ref"].(string); ok {
		return d.mismatch(d.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")], v, at)
	}
	for keyword, arg := range s {
		wrong := ""
		switch keyword {
		case "description", "default", "format", "properties":
		case "type":
			wrong = typeMismatch(arg.(string), v)
		case "const":
			if arg != v {
				wrong = fmt.Sprintf("is not %v", arg)
			}
		case "enum":
			if !slices.Contains(arg.([]any), v) {
				wrong = fmt.Sprintf("is none of %v", arg)
			}
		case "minimum":
			if n, ok := v.(float64); ok && n < arg.(float64) {
				wrong = fmt.Sprintf("is below %v", arg)
			}
		case "items":
			for i, e := range v.([]any) {
				if m := d.mismatch(arg, e, at+"/"+strconv.Itoa(i)); m != "" {
					return m
				}
			}
		case "required":
			for _, name := range arg.([]any) {
				if _, ok := v.(map[string]any)[name.(string)]; !ok {
					wrong = fmt.Sprintf("lacks %s", name)
				}
			}
		case "additionalProperties":
			if m := d.memberMismatch(s, v.(map[string]any), at); m != "" {
				return m
			}
		default:
			wrong = "is judged by the unknown keyword " + keyword
		}
		if wrong != "" {
			return at + " " + wrong
		}
	}
	return ""
}

// memberMismatch is mismatch for the members of an object.
func (d openDocument) memberMismatch(s map[string]any, object map[string]any, at string) string {
	properties, _ := s["properties"].(map[string]any)
	for name, v := range object {
		schema, ok := properties[name]
		if !ok {
			schema = s["additionalProperties"]
			if open, ok := schema.(bool); ok && open {
				continue
			} else if ok {
				return at + " has the unknown member " + name
			}
		}
		if m := d.mismatch(schema, v, at+"/"+name); m != "" {
			return m
		}
	}
	return ""
}

func typeMismatch(want string, v any) string {
	got := "null"
	switch v := v.(type) {
	case string:
		got = "string"
	case bool:
		got = "boolean"
	case []any:
		got = "array"
	case map[string]any:
		got = "object"
	case float64:
		if got = "number"; want == "integer" && v == float64(int64(v)) {
			got = want
		}
	}
	if got != want {
		return "is " + got + " and not " + want
	}
	return ""
}

// fits fails where an answer is not as the operation says.
func (d openDocument) fits(t testing.TB, op operation, w *httptest.ResponseRecorder) {
	t.Helper()
	response, ok := op.Responses[strconv.Itoa(w.Code)]
	schema := d.Components.Schemas["Problem"]
	if ok {
		for kind, m := range response.Content {
			if w.Header().Get("Content-Type") != kind {
				t.Errorf("%s: type %s, not %s", op.OperationID, w.Header().Get("Content-Type"), kind)
			}
			schema = m.Schema
		}
	}
	for line := range strings.SplitSeq(strings.TrimSpace(w.Body.String()), "\n") {
		var v any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Errorf("%s: %v in %s", op.OperationID, err, line)
		} else if m := d.mismatch(schema, v, ""); m != "" {
			t.Errorf("%s: status %d: %s\n%s", op.OperationID, w.Code, m, indented([]byte(line)))
		}
	}
}
