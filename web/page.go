package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// The files of the page, which are built from src by build.sh and embedded. Files that have a
// hash of what is in them in their names are kept by browsers for good; of all others a browser
// asks each time whether it has the newest.

// policy is what the page may do: load what is served with it, and nothing of any other host.
// Its styles are also written by its scripts (those of the editor, and sizes of plots).
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// A page is the files by their path.
type page map[string]*file

// A file is one of them.
type file struct {
	kind, tag string
	text      []byte
	lasting   bool // its name changes when it does
	packed    func() []byte
}

// hashed is how such a name ends: index-BpX2a_9Q.js.
var hashed = regexp.MustCompile(`-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$`)

// notServed are files that are about the page and not of it.
var notServed = map[string]bool{"sources.txt": true}

// openPage returns the embedded files.
func openPage() page {
	p := make(page)
	_ = fs.WalkDir(dist, "dist", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := dist.ReadFile(name)
		name = strings.TrimPrefix(name, "dist/")
		if err == nil && !notServed[name] {
			p["/"+name] = fileOfPage(name, text)
		}
		return err
	})
	if index, ok := p["/index.html"]; ok {
		p["/"] = index
	}
	return p
}

// fileOfPage is a file as it is served.
func fileOfPage(name string, text []byte) *file {
	sum := sha256.Sum256(text)
	f := &file{kind: mime.TypeByExtension(path.Ext(name)), tag: hex.EncodeToString(sum[:12]), text: text, lasting: strings.HasPrefix(name, "assets/") && hashed.MatchString(name)}
	switch path.Ext(name) { // whatever the system has in its table
	case ".js", ".mjs":
		f.kind = "text/javascript; charset=utf-8"
	case ".css":
		f.kind = "text/css; charset=utf-8"
	case ".svg":
		f.kind = "image/svg+xml"
	case ".html":
		f.kind = "text/html; charset=utf-8"
	case ".txt":
		f.kind = "text/plain; charset=utf-8"
	case ".woff2":
		f.kind = "font/woff2"
	case ".wasm":
		f.kind = "application/wasm"
	}
	if f.kind == "" {
		f.kind = "application/octet-stream"
	}
	f.packed = sync.OnceValue(func() []byte { return compressed(text) })
	return f
}

// compressed is a text by gzip; nil if that is not much shorter.
func compressed(text []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, err := w.Write(text)
	if w.Close() != nil || err != nil || b.Len() > len(text)*9/10 {
		return nil
	}
	return b.Bytes()
}

// has reports whether there is a file at a path.
func (p page) has(path string) bool { return p[path] != nil }

// ServeHTTP sends a file.
func (p page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f := p[r.URL.Path]
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are allowed here", http.StatusMethodNotAllowed)
		return
	}
	h.Set("Cache-Control", "no-cache")
	if f.lasting {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("Vary", "Accept-Encoding")
	text, tag := f.text, f.tag
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		if packed := f.packed(); packed != nil {
			text, tag = packed, f.tag+"-gzip"
			h.Set("Content-Encoding", "gzip")
		}
	}
	tag = strconv.Quote(tag)
	h.Set("ETag", tag)
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.kind)
	h.Set("Content-Length", strconv.Itoa(len(text)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(text)
	}
}

// acceptsGzip reports whether a header allows gzip.
func acceptsGzip(header string) bool {
	for one := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(one), ";")
		if strings.TrimSpace(name) == "gzip" && strings.ReplaceAll(q, " ", "") != "q=0" {
			return true
		}
	}
	return false
}
