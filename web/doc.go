// Package web is a page for people who make segments: a list with sizes day by day, an editor
// by mouse and by text with the count beside it, contacts and why they are in, a live feed,
// overlaps, and definitions of other products. [Handler] serves it with all that it asks for
// over any host, such as a live.Host:
//
//	http.ListenAndServe("127.0.0.1:8080", web.Handler(host, web.Options{Title: "CRM"}))
//
// The page is embedded: no Node is needed to build or run a program with it. Its source is in
// src, and build.sh builds it; a test says when that has been forgotten. It asks for nothing of
// any other host, which the headers that come with it see to.
//
// # Routes
//
// Below /v1, and at /healthz and /openapi.json, is the interface of package httpapi. Below /app
// is what the page needs beside it, with the same errors (application/problem+json),
// authorization, limits and time-outs:
//
//	GET    /app/info           title, clock, how many contacts and segments, what can be imported
//	POST   /app/clock          push a clock that is moved by hand: {"advance": "24h"}
//	GET    /app/schema         fields with their common values, events, lists, segments
//	POST   /app/tree           rule text from the tree of an editor or the other way, with all faults
//	POST   /app/import         a definition of another product as a rule, with what is lost
//	POST   /app/export         a rule as a definition of another product
//	GET    /app/segments       all with their sizes day by day
//	POST   /app/preview        a rule that is not in force: count, funnel, who would enter and leave
//	POST   /app/ahead          how large it will be if nothing but time passes
//	POST   /app/why            why a rule that is not in force holds for a contact, or does not
//	GET    /app/overlap        up to eight segments: how many contacts are in exactly which
//	GET    /app/contacts       contacts by the beginning of an id, a name or a word of a name
//	GET    /app/contacts/{id}  one with its events, and its segments since when, until when and why
//	GET    /app/drafts         drafts: segments that are not in force, whose rules may be wrong
//	GET    /app/drafts/{id}    one, with its revision as the ETag
//	PUT    /app/drafts/{id}    save it in place of a revision, or as the first
//	DELETE /app/drafts/{id}    forget it
//
// Routes below /app may change with the page, and in no version that fixes things only.
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - what is served: draft.go (drafts in a directory), options.go, answer.go (what answers have in common),
//     sample.go (some of many contacts)
//   - the files of the page: dist.go (dist_js.go in the playground, where they are beside the
//     program and not in it), page.go
//   - routes: info.go (and the clock), values.go (what contacts have), schema.go, tree.go,
//     exchange.go (definitions of other products), segments.go, preview.go, ahead.go, why.go,
//     overlap.go, contacts.go, contact.go, drafts.go
//   - the handler: handler.go
package web
