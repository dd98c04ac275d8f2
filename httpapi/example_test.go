package httpapi_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
)

// A service in memory. With a durable store in the place of the index nothing is lost when it
// is started again.
func ExampleHandler() {
	host := live.New(live.OverIndex(index.New(index.Options{})), live.Options{})
	defer host.Close()
	server := httptest.NewServer(httpapi.Handler(host, httpapi.Options{}))
	defer server.Close()

	send := func(method, path, body string) string {
		r, _ := http.NewRequest(method, server.URL+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		answer, err := server.Client().Do(r)
		if err != nil {
			return err.Error()
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		return answer.Status + "\n" + string(text)
	}
	send("PUT", "/v1/contacts/ann", `{"fields": {"total": 900}}`)
	fmt.Print(send("PUT", "/v1/segments/big", `{"name": "Big spenders", "rule": "total > 500"}`))
	fmt.Print(send("GET", "/v1/segments/big/members", ""))
	fmt.Print(send("POST", "/v1/count", `{"rule": "total > > 5"}`))
	// Output:
	// 201 Created
	// {"dry_run":false,"revision":1,"segment":{"id":"big","name":"Big spenders","rule":"total > 500","definition":{"field":"total","operator":"greater_than","value":500}},"changes":[{"segment":"big","entered":{"count":1,"contacts":["ann"]},"left":{"count":0,"contacts":[]}}]}
	// 200 OK
	// {"segment":"big","revision":1,"count":1,"members":["ann"]}
	// 400 Bad Request
	// {"type":"about:blank","title":"Bad Request","status":400,"code":"syntax","detail":"expected a value or a field, found `>`","pointer":"/rule","line":1,"column":9,"snippet":"total > > 5\n        ^","errors":[{"code":"syntax","detail":"expected a value or a field, found `>`","pointer":"/rule","line":1,"column":9,"snippet":"total > > 5\n        ^"}]}
}
