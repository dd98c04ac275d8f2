package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// progressOf reads the lines of an answer.
func progressOf(t *testing.T, text string) (lines []progress) {
	t.Helper()
	for line := range strings.Lines(text) {
		var p progress
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		lines = append(lines, p)
	}
	return lines
}

func ndjson(h http.Handler, target, body string) string {
	return do(h, "POST", target, body, "Content-Type", "application/x-ndjson").Body.String()
}

func TestImportOfNothing(t *testing.T) {
	h := newHandler(newFixture(), Options{})
	for _, body := range []string{"", "\n", "\n \n\r\n"} {
		got := progressOf(t, ndjson(h, "/v1/import", body))
		if len(got) != 1 || !got[0].Done || got[0].Status != 200 || got[0].Applied != 0 {
			t.Errorf("%q: %+v", body, got)
		}
	}
}

// The numbers of wrong lines are right, however lines fall into batches.
func TestImportNumbersLines(t *testing.T) {
	for _, batch := range []int{1, 2, 7, 1000} {
		host := newFixture()
		var body strings.Builder
		wrong := map[int]bool{}
		for i := 1; i <= 500; i++ {
			switch {
			case i%7 == 0:
				body.WriteString(" \r\n")
			case i%5 == 0:
				wrong[i] = true
				body.WriteString("{\"contact\":\"\xff\"}\r\n")
			case i%11 == 0:
				wrong[i] = true
				fmt.Fprintf(&body, "{\"contact\":\"%s\"}\n", strings.Repeat("x", 300))
			default:
				fmt.Fprintf(&body, "{\"contact\":\"c%d\",\"set\":{\"country\":\"US\"}}\n", i)
			}
		}
		got := progressOf(t, ndjson(newHandler(host, Options{MaxLine: 200}), fmt.Sprintf("/v1/import?batch=%d", batch), body.String()))
		told := map[int]bool{}
		for _, p := range got {
			for _, e := range p.Errors {
				told[e.Line] = true
			}
		}
		last := got[len(got)-1]
		if fmt.Sprint(told) != fmt.Sprint(wrong) || last.Status != 207 || last.Lines != 500 || last.Refused != len(wrong) || last.Entered != last.Applied {
			t.Errorf("batch %d: %+v, lines %v, want %v", batch, last, told, wrong)
		}
		if host.Stats().Contacts != 3+last.Applied {
			t.Errorf("%d contacts", host.Stats().Contacts)
		}
	}
}

// Of a million wrong lines only the first are told one by one.
func TestImportOfManyWrongLines(t *testing.T) {
	got := progressOf(t, ndjson(newHandler(newFixture(), Options{}), "/v1/import", strings.Repeat("x\n", 5000)))
	told := 0
	for _, p := range got {
		told += len(p.Errors)
	}
	if last := got[len(got)-1]; told != maxLineErrors || last.Refused != 5000 || last.Lines != 5000 {
		t.Errorf("%d told: %+v", told, last)
	}
}

// Progress comes while the client still sends.
func TestImportTellsWhileItReads(t *testing.T) {
	host := newFixture()
	s := serve(t, newHandler(host, Options{}))
	body, write := io.Pipe()
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/v1/import?batch=1", body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	go func() { _, _ = io.WriteString(write, strings.Repeat("{\"contact\":\"a\"}\n", 40)) }()
	answer, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewReader(answer.Body)
	line, err := lines.ReadString('\n')
	if err != nil || !strings.HasPrefix(line, `{"done":false,"lines":16,"applied":16`) {
		t.Fatal(line, err)
	}
	_ = write.CloseWithError(context.Canceled) // in the middle of the body
	for range 500 {
		if _, ok := host.Contact("a"); ok {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("what was told is not there")
}

// An importHost ends imports in its own way.
type importHost struct {
	*memoryHost
	batch index.Batch
	panic bool
}

func (h importHost) Import(context.Context, iter.Seq2[segment.Update, error], index.ImportOptions) iter.Seq[index.Batch] {
	return func(yield func(index.Batch) bool) {
		if h.panic {
			panic("import")
		}
		yield(h.batch)
	}
}

func TestImportByAHostThatFails(t *testing.T) {
	for _, host := range []importHost{{panic: true}, {batch: index.Batch{Err: io.ErrClosedPipe}}} {
		host.memoryHost = newFixture()
		got := progressOf(t, ndjson(newHandler(host, Options{}), "/v1/import", "{\"contact\":\"a\"}\n"))
		last := got[len(got)-1]
		if !last.Done || last.Status != 500 || last.Problem == nil || last.Problem.Code != codeInternal {
			t.Errorf("%+v", last)
		}
	}
	host := importHost{memoryHost: newFixture(), batch: index.Batch{Err: context.DeadlineExceeded}}
	if got := ndjson(newHandler(host, Options{}), "/v1/import", "{\"contact\":\"a\"}\n"); !strings.Contains(got, `"status":503`) {
		t.Error(got)
	}
}

// Long lines are applied in parts that memory is meant for, and none is lost between two.
func TestImportOfLongLines(t *testing.T) {
	host := newFixture()
	var body strings.Builder
	for i := range 12 {
		fmt.Fprintf(&body, "{\"contact\":\"c%d\",\"set\":{\"country\":\"%s\"}}\nx\n", i, strings.Repeat("long", 250_000))
	}
	got := progressOf(t, ndjson(newHandler(host, Options{}), "/v1/import?batch=10000", body.String()))
	last := got[len(got)-1]
	if last.Applied != 12 || last.Refused != 12 || last.Lines != 24 || len(got) < 4 {
		t.Errorf("%d lines, the last %+v", len(got), last)
	}
	for i, n := 0, 2; i < len(got); i++ {
		for _, e := range got[i].Errors {
			if e.Line != n {
				t.Fatalf("the wrong line %d is told as %d", n, e.Line)
			}
			n += 2
		}
	}
}
