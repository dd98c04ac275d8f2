package web

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestDraftsOverHTTP(t *testing.T) {
	dir := t.TempDir()
	drafts, err := OpenDrafts(dir)
	if err != nil {
		t.Fatal(err)
	}
	f := newFixture(t, 10, Options{Drafts: drafts})
	body := `{"name": "<script>x</script>", "rule": "total > "}`
	for _, x := range []struct {
		target, body string
		headers      []string
		status       int
		holds        string
	}{
		{"GET /app/drafts", "", nil, 200, `{"drafts":[]}`},
		{"PUT /app/drafts/a%2Fb", body, nil, 428, "precondition_required"},
		{"PUT /app/drafts/a%2Fb", body, []string{"If-Match", `"1"`}, 412, "not there any more"},
		{"PUT /app/drafts/a%2Fb", body, []string{"If-None-Match", "*"}, 201, `"revision":1,"active":false`},
		{"PUT /app/drafts/a%2Fb", body, []string{"If-None-Match", "*"}, 412, `"current":{"id":"a/b","name":"<script>x</script>"`},
		{"PUT /app/drafts/a%2Fb", `{"name": "mine", "rule": "total > 1"}`, []string{"If-Match", `"1"`}, 200, `"revision":2`},
		{"PUT /app/drafts/a%2Fb", `{"name": "yours", "rule": "total > 2"}`, []string{"If-Match", `"1"`}, 412, `"current":{"id":"a/b","name":"mine","rule":"total > 1"`},
		{"PUT /app/drafts/a%2Fb", body, []string{"If-Match", "x"}, 400, "parameter"},
		{"PUT /app/drafts/readers", body, []string{"If-None-Match", "*"}, 201, `"active":true`},
		{"PUT /app/drafts/x", `{"nme": ""}`, []string{"If-None-Match", "*"}, 400, `"suggestion":"name"`},
		{"PUT /app/drafts/x", `{"name": "` + strings.Repeat("x", 600) + `"}`, []string{"If-None-Match", "*"}, 400, "500 bytes"},
		{"PUT /app/drafts/" + strings.Repeat("x", 201), body, []string{"If-None-Match", "*"}, 400, "200 bytes"},
		{"GET /app/drafts/a%2Fb", "", nil, 200, `"name":"mine"`},
		{"GET /app/drafts/nothing", "", nil, 404, "not_found"},
		{"DELETE /app/drafts/a%2Fb", "", []string{"If-Match", `"1"`}, 412, "current"},
		{"DELETE /app/drafts/readers", "", nil, 200, `"deleted":"readers"`},
		{"DELETE /app/drafts/readers", "", nil, 404, "not_found"},
	} {
		w := f.do(x.target, x.body, x.headers...)
		if w.Code != x.status || !strings.Contains(w.Body.String(), x.holds) || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %v: %d %s, want %d %s", x.target, x.headers, w.Code, w.Body, x.status, x.holds)
		}
	}
	if tag := f.do("GET /app/drafts/a%2Fb", "").Header().Get("ETag"); tag != `"2"` {
		t.Errorf("ETag %s", tag)
	}
	again, err := OpenDrafts(dir)
	if err != nil {
		t.Fatal(err)
	}
	if all := again.All(); len(all) != 1 || all[0].Name != "mine" || all[0].Revision != 2 || !all[0].Updated.Equal(noon) {
		t.Errorf("opened again: %+v", all)
	}
}

// Of many who save over the same revision one does.
func TestDraftsAreSavedByOne(t *testing.T) {
	for _, open := range []func() *Drafts{func() *Drafts { return &Drafts{} }, func() *Drafts { d, _ := OpenDrafts(t.TempDir()); return d }} {
		d := open()
		var saved atomic.Int32
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				for revision := range uint64(20) {
					_, err := d.Save(Draft{ID: "x"}, revision)
					var other *ConflictError
					switch {
					case err == nil:
						saved.Add(1)
					case !errors.As(err, &other):
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if one, _ := d.Get("x"); uint64(saved.Load()) != one.Revision || one.Revision == 0 {
			t.Errorf("%d were told that they saved, and the revision is %d", saved.Load(), one.Revision)
		}
	}
}

func TestDraftsAfterACrash(t *testing.T) {
	dir := t.TempDir()
	d, err := OpenDrafts(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Save(Draft{ID: "x", Rule: "total > 1"}, 0); err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, strings.TrimSuffix(fileOf("x"), ".json")+unfinished)
	if err := os.WriteFile(half, []byte(`{"id": "x", "ru`), 0o644); err != nil {
		t.Fatal(err)
	}
	if d, err = OpenDrafts(dir); err != nil || d.All()[0].Rule != "total > 1" {
		t.Fatal(d, err)
	}
	if _, err := os.Stat(half); err == nil {
		t.Error("what was half written is still there")
	}
	for name, text := range map[string]string{"broken": `{"id": "x"`, "another's": `{"id": "y", "revision": 1}`, "a member more": `{"id": "x", "revision": 1, "z": 1}`} {
		if err := os.WriteFile(filepath.Join(dir, fileOf("x")), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenDrafts(dir); err == nil || !strings.Contains(err.Error(), fileOf("x")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
