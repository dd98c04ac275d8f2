// Package httpapi is an HTTP interface to a host that keeps segments current, such as a
// live.Host. It turns requests into calls of the host, and what the host returns into JSON.
// It keeps nothing of its own: two handlers over one host show the same.
//
//	http.ListenAndServe("127.0.0.1:8080", httpapi.Handler(host, httpapi.Options{Authorize: check}))
//
// # What it promises
//
//   - Routes and JSON names are stable below /v1: later versions may add routes and
//     members, and take nothing away.
//   - Whatever a request holds, the answer is JSON (for GET /v1/diffs a stream of events)
//     or empty, and the process lives. What is wrong is said as application/problem+json,
//     with the place and the nearest right name where there is one: see problem.go.
//   - Requests are read strictly: members and query parameters that do not exist, names that
//     stand twice, invalid UTF-8 and bodies of the wrong type are refused.
//   - Memory is bounded for each request: by [Options.MaxBody], and for an import by
//     [Options.MaxLine] and 4 MiB of lines that are applied at once.
//
// # JSON
//
// Names are in snake_case. Lists are never null. Instants are RFC 3339 in UTC, days are
// 2026-01-31, and lengths of time are seconds as a number, such as 1.5; their names end in
// _seconds. Values of fields are written as by [segment.Value]: a date is
// {"$date": "2026-01-31"}.
//
// # Routes
//
// openapi.json, which GET /openapi.json returns, has them all with their bodies, parameters
// and examples. In short:
//
//	GET    /healthz                            is the service well
//	GET    /openapi.json                       this interface as an OpenAPI document
//	GET    /v1/stats                           what the host holds and has done
//	POST   /v1/check                           everything wrong with a rule, and warnings
//	POST   /v1/preview                         who would be a member: funnel, sample, count
//	POST   /v1/count                           how many would be
//	GET    /v1/segments                        all definitions, by page
//	GET    /v1/segments/{id}                   a definition, with its ETag
//	PUT    /v1/segments/{id}                   define or replace; ?dry_run=true only tells
//	DELETE /v1/segments/{id}                   drop
//	GET    /v1/segments/{id}/members           ids of the members, by page
//	GET    /v1/segments/{id}/metrics           size, who came and went
//	GET    /v1/segments/{id}/explain/{contact} why a contact is a member or is not
//	GET    /v1/overlap                         how many are members of both of two segments
//	GET    /v1/contacts/{id}                   fields, lists and segments of a contact
//	PUT    /v1/contacts/{id}                   create it, or replace all of its fields
//	PATCH  /v1/contacts/{id}                   change some of what is known of it
//	DELETE /v1/contacts/{id}                   forget it
//	POST   /v1/contacts/{id}/events            an event; one with the same id is taken once
//	PUT    /v1/contacts/{id}/lists/{list}      join a list
//	DELETE /v1/contacts/{id}/lists/{list}      leave it
//	POST   /v1/import                          many updates, one a line
//	GET    /v1/diffs                           who enters and leaves, as server-sent events
//
// There are no drafts: PUT of a segment puts it in force. Whoever wants to look first asks
// /v1/check, /v1/preview, or PUT with ?dry_run=true, which says who would enter and leave,
// also of the segments that depend on it, and changes nothing.
//
// # Words
//
//   - host: what keeps the segments; here an interface, [Host].
//   - call: one request under way, with what its handler needs.
//   - problem: the JSON of an error (RFC 9457); fault: one of the things wrong that it lists.
//   - shape: which members the JSON of a request may have.
//   - rule: what a request says of a segment: rule text or a definition as JSON.
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - what is served: host.go, options.go
//   - one request: fault.go and problem.go (errors as JSON), call.go (a request and its answer),
//     query.go (parameters and pages), shape.go (which members JSON may have), body.go
//     (bodies), rule.go (rules in bodies)
//   - routes: service.go (health, document, stats), check.go, segments.go, define.go,
//     members.go, metrics.go, contacts.go, change.go (fields, events, lists), lines.go and
//     import.go (many updates), stream.go and diffs.go (server-sent events)
//   - the handler: routes.go (the table of routes), own.go (routes of a host's own), cors.go and
//     handler.go
package httpapi
