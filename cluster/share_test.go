package cluster

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestShares: the order of members does not matter, all have the same but for one, and
// little moves when one comes or goes.
func TestShares(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	moved, least := 0, 0
	for n := 1; n <= 40; n++ {
		var members []string
		for i := range n {
			members = append(members, fmt.Sprint("worker-", i))
		}
		owners := Shares(members, 256)
		counts := map[string]int{}
		for _, o := range owners {
			counts[o]++
		}
		for _, m := range members {
			if c := counts[m]; c != 256/n && c != 256/n+1 {
				t.Errorf("%s of %d has %d partitions", m, n, c)
			}
		}
		mixed := slices.Concat(members, members[:1]) // one is named twice
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if !slices.Equal(Shares(mixed, 256), owners) {
			t.Errorf("%d members in another order have other shares", n)
		}
		after := Shares(append(members, "one more"), 256)
		for p := range owners {
			if after[p] != owners[p] {
				moved++
			}
		}
		least += 256 / (n + 1)
	}
	t.Logf("when one comes, %d partitions move where %d must", moved, least)
	if moved > 3*least {
		t.Errorf("when one comes, %d partitions move where %d must", moved, least)
	}
	if got := Shares(nil, 2); !slices.Equal(got, []string{"", ""}) {
		t.Errorf("nobody's shares: %v", got)
	}
	if got := Shares([]string{"a", "b", "c"}, 2); got[0] == got[1] || slices.Contains(got, "") {
		t.Errorf("more members than partitions: %v", got)
	}
}
