package main

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
)

// Sums is the whole log of changes, summed up so that another program can tell
// whether it found the same.
type Sums struct {
	Segments []Sum `json:"segments"`
}

// A Sum is the log of one segment. SHA256 is the hash of its changes, each a
// line "2017-01-31T00:00:00Z 11000 entered", sorted and joined by newline.
type Sum struct {
	ID      string `json:"id"`
	Entered int    `json:"entered"`
	Left    int    `json:"left"`
	SHA256  string `json:"sha256"`
}

func sums(segments []segment.Segment, diffs []segment.Diff) Sums {
	var all Sums
	for _, s := range segments {
		sum := Sum{ID: s.ID}
		var lines []string
		for _, d := range diffs {
			if d.Segment != s.ID {
				continue
			}
			verb := "left"
			if d.Entered {
				verb = "entered"
				sum.Entered++
			}
			lines = append(lines, d.At.Format(time.RFC3339)+" "+d.Contact+" "+verb)
		}
		slices.Sort(lines)
		hash := sha256.Sum256([]byte(strings.Join(lines, "\n")))
		sum.Left, sum.SHA256 = len(lines)-sum.Entered, hex.EncodeToString(hash[:])
		all.Segments = append(all.Segments, sum)
	}
	return all
}

// byMonth cuts a log, which is in order of time, into months: from the first
// order on, and for as long after the last one as its windows reach. What
// was so from the start belongs to the first month.
func byMonth(diffs []segment.Diff) iter.Seq2[string, []segment.Diff] {
	return func(yield func(string, []segment.Diff) bool) {
		for month := date(2017, 1, 1); !month.After(lastDay.AddDate(0, 3, 0)); month = month.AddDate(0, 1, 0) {
			n := 0
			for n < len(diffs) && diffs[n].At.Before(month.AddDate(0, 1, 0)) {
				n++
			}
			if !yield(month.Format("2006-01"), diffs[:n]) {
				return
			}
			diffs = diffs[n:]
		}
	}
}
