package httpapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// Of many that replace the same definition, each knowing the one before, one wins.
func TestIfMatchLetsOneThrough(t *testing.T) {
	h := newHandler(newFixture(), Options{})
	for round := range 20 {
		tag := do(h, "GET", "/v1/segments/us", "").Header().Get("ETag")
		var won, refused atomic.Int32
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				switch w := do(h, "PUT", "/v1/segments/us", fmt.Sprintf(`{"rule": "total > %d"}`, round*10+i), "If-Match", tag); w.Code {
				case 200:
					won.Add(1)
				case 412:
					refused.Add(1)
				default:
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 || refused.Load() != 7 {
			t.Errorf("%d have won, %d were refused", won.Load(), refused.Load())
		}
	}
}

// A contact that is put has exactly the fields of one of those that put it.
func TestPutIsWhole(t *testing.T) {
	h := newHandler(newFixture(), Options{})
	for range 20 {
		var all sync.WaitGroup
		for _, fields := range []string{`{"country":"US","total":1}`, `{"country":"DE"}`, `{"born":"2000-01-01"}`} {
			all.Go(func() {
				if w := do(h, "PUT", "/v1/contacts/ann", `{"fields": `+fields+`}`); w.Code != 200 {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		}
		all.Wait()
		var got contact
		if err := json.Unmarshal(do(h, "GET", "/v1/contacts/ann", "").Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if names := slices.Sorted(maps.Keys(got.Fields)); !slices.Contains([]string{"[country total]", "[country]", "[born]"}, fmt.Sprint(names)) {
			t.Errorf("the fields %v", names)
		}
	}
}

// All members come, each once and in order, however large the pages are.
func TestPagesHaveAll(t *testing.T) {
	host := newFixture()
	h := newHandler(host, Options{})
	want := []string{"ann", "bob"}
	for _, n := range rand.Perm(3000)[:700] {
		id := fmt.Sprintf("c/%d", n)
		flip(t, host, id, true)
		want = append(want, id)
	}
	slices.Sort(want)
	for _, limit := range []int{1, 7, 100, 701, 702, 703, 1000} {
		var got []string
		query := url.Values{"limit": {fmt.Sprint(limit)}}
		for {
			var page struct {
				Count   int
				Members []string
				Next    string
			}
			if err := json.Unmarshal(do(h, "GET", "/v1/segments/us/members?"+query.Encode(), "").Body.Bytes(), &page); err != nil {
				t.Fatal(err)
			}
			if page.Count != len(want) || len(page.Members) > limit {
				t.Fatalf("%d of %d on a page of %d", len(page.Members), page.Count, limit)
			}
			got = append(got, page.Members...)
			if page.Next == "" {
				break
			}
			query.Set("cursor", page.Next)
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d: %d members, want %d", limit, len(got), len(want))
		}
	}
}
