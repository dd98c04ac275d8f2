package sql

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// What a commit comes to in the tables of diffs and of members. Of members it is the last
// diff of each contact in each segment that counts. A segment that is dropped or defined anew
// needs nothing more: the diffs say who leaves.

// longestText is how many bytes of an id are kept as they are: two of them must fit into an
// entry of an index, which is 2,704 bytes.
const longestText = 1000

// text returns an id as the tables have it. Such that no text of PostgreSQL can hold, which
// have a zero in them, or no index, which are longer than 1,000 bytes, have a stand-in of
// U+FFFD and their SHA-256, so that there is a row for each, and one row.
func text(id string) string {
	if len(id) <= longestText && !strings.Contains(id, "\x00") {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "\uFFFDsha256:" + hex.EncodeToString(sum[:])
}

// diffRows are columns of the table of diffs.
type diffRows struct {
	revisions, steps   []int64
	contacts, segments []string
	definitions        []int64
	entered            []bool
	ats                []int64
	causes             []string
}

func (r *diffRows) add(d *segment.Diff) {
	r.revisions, r.steps = append(r.revisions, position(d.Revision)), append(r.steps, position(d.Step))
	r.contacts, r.segments = append(r.contacts, text(d.Contact)), append(r.segments, text(d.Segment))
	r.definitions, r.entered = append(r.definitions, position(d.Definition)), append(r.entered, d.Entered)
	r.ats, r.causes = append(r.ats, nanoseconds(d.At)), append(r.causes, d.Cause.String())
}

// memberRows are columns of those who enter and of those who leave.
type memberRows struct {
	inSegments, inContacts   []string
	since                    []int64
	outSegments, outContacts []string
}

// membersOf returns what is left to do of diffs for the table of members.
func membersOf(diffs []segment.Diff) (r memberRows) {
	type member struct{ segment, contact string }
	decided := make(map[member]bool, len(diffs))
	for _, d := range slices.Backward(diffs) {
		m := member{text(d.Segment), text(d.Contact)}
		switch {
		case decided[m]:
			continue
		case d.Entered:
			r.inSegments, r.inContacts, r.since = append(r.inSegments, m.segment), append(r.inContacts, m.contact), append(r.since, nanoseconds(d.At))
		default:
			r.outSegments, r.outContacts = append(r.outSegments, m.segment), append(r.outContacts, m.contact)
		}
		decided[m] = true
	}
	return r
}

// rowsOf returns the arguments of put_commit from the revision on.
func (e *Engine) rowsOf(commit []byte) ([]any, error) {
	var c cluster.Commit
	var rows diffRows
	var members memberRows
	if e.o.Members || e.o.Diffs {
		if err := c.UnmarshalBinary(commit); err != nil {
			return nil, fmt.Errorf("cluster/sql: a commit, of which rows are to be kept, cannot be read: %w", err)
		}
	}
	if e.o.Diffs {
		for i := range c.Diffs {
			rows.add(&c.Diffs[i])
		}
	}
	if e.o.Members {
		members = membersOf(c.Diffs)
	}
	return []any{position(c.Revision), rows.revisions, rows.steps, rows.contacts, rows.segments, rows.definitions, rows.entered, rows.ats, rows.causes,
		members.inSegments, members.inContacts, members.since, members.outSegments, members.outContacts}, nil
}
