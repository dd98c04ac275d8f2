package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/segmentrules/segment/httpapi"
)

// The page is built from the sources that lie beside it.
func TestPageIsBuiltFromItsSources(t *testing.T) {
	paths := []string{"package.json", "package-lock.json", "index.html", "vite.config.ts", "tsconfig.json"}
	err := filepath.WalkDir("src", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			paths = append(paths, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(paths)
	var want strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(text)
		want.WriteString(hex.EncodeToString(sum[:]) + "  " + path + "\n")
	}
	got, err := os.ReadFile("dist/sources.txt")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want.String() {
		t.Error("web/dist is not built from these sources: run web/build.sh")
		is := strings.Split(string(got), "\n")
		for line := range strings.Lines(want.String()) {
			if !slices.Contains(is, strings.TrimSuffix(line, "\n")) {
				t.Error("changed: " + line[66:])
			}
		}
	}
}

func TestPageIsServed(t *testing.T) {
	f := newFixture(t, 5, Options{})
	w := f.do("GET /", "")
	h := w.Header()
	if w.Code != 200 || h.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(w.Body.String(), "<div id=\"root\">") {
		t.Fatal(w.Code, h, w.Body)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cache-Control": "no-cache", "Referrer-Policy": "no-referrer"} {
		if h.Get(name) != want {
			t.Errorf("%s: %q", name, h.Get(name))
		}
	}
	if p := h.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'self'") || !strings.Contains(p, "frame-ancestors 'none'") || strings.Contains(p, "http") || strings.Contains(p, "script-src") {
		t.Errorf("policy %q", p)
	}
	if strings.Contains(w.Body.String(), "http:") || strings.Contains(w.Body.String(), "https:") {
		t.Error("the page names another host")
	}
	again := f.do("GET /", "", "If-None-Match", h.Get("ETag"))
	if again.Code != 304 || again.Body.Len() != 0 {
		t.Errorf("with its ETag: %d", again.Code)
	}
	packed := f.do("GET /assets/index.js", "", "Accept-Encoding", "br, gzip;q=0.5")
	in, err := gzip.NewReader(bytes.NewReader(packed.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(in)
	plain := f.do("GET /assets/index.js", "", "Accept-Encoding", "gzip;q=0")
	if err != nil || !bytes.Equal(text, plain.Body.Bytes()) || plain.Header().Get("Content-Encoding") != "" || plain.Header().Get("ETag") == packed.Header().Get("ETag") {
		t.Errorf("compressed: %v, %v, %v", err, packed.Header(), plain.Header())
	}
	t.Logf("the script has %d bytes, %d compressed", plain.Body.Len(), packed.Body.Len())
	if head := f.do("HEAD /assets/index.js", ""); head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD: %d %v", head.Code, head.Header())
	}
	for target, status := range map[string]int{"GET /sources.txt": 404, "GET /dist/index.html": 404, "GET /..%2foptions.go": 404, "GET /assets/": 404, "POST /": 405, "GET /v1/stats": 200, "GET /healthz": 200, "GET /nothing": 404, "GET /app": 404} {
		if w := f.do(target, ""); w.Code != status {
			t.Errorf("%s: %d, want %d", target, w.Code, status)
		}
	}
}

func TestLastingFiles(t *testing.T) {
	for name, lasting := range map[string]bool{"assets/index-BpX2a_9Q.js": true, "assets/index.js": false, "index.html": false, "theme.js": false} {
		if f := fileOfPage(name, nil); f.lasting != lasting {
			t.Errorf("%s: %v", name, f.lasting)
		}
	}
}

func TestPageNeedsAuthorization(t *testing.T) {
	var asked int
	f := newFixture(t, 5, Options{API: httpapi.Options{Authorize: func(r *http.Request) error {
		if asked++; r.Header.Get("Authorization") == "" {
			return httpapi.Unauthenticated{Challenge: "Basic"}
		}
		if r.Header.Get("Authorization") != "right" {
			return errors.New("no")
		}
		return nil
	}}})
	for _, target := range []string{"GET /", "GET /assets/index.js", "GET /app/info", "POST /app/preview", "GET /v1/segments", "GET /nothing"} {
		if w := f.do(target, ""); w.Code != 401 || w.Header().Get("WWW-Authenticate") != "Basic" {
			t.Errorf("%s: %d", target, w.Code)
		}
		if w := f.do(target, "", "Authorization", "wrong"); w.Code != 403 {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
	if w := f.do("GET /", "", "Authorization", "right"); w.Code != 200 || asked == 0 {
		t.Errorf("with the right one: %d", w.Code)
	}
}
