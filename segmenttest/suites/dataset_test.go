package suites

import (
	"hash/crc32"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/segmentrules/segment"
)

// load reads a data set, and compiles the rules of its segments: as they are
// written in texts, and where they are not there as the data set has them.
func load(t *testing.T, name string) (*Dataset, map[string]*segment.Program) {
	t.Helper()
	d, err := Load(Dir(t), name)
	if err != nil {
		t.Fatal(err)
	}
	programs := make(map[string]*segment.Program)
	for _, s := range d.Segments {
		c, err := segment.Parse(texts[s.ID])
		if texts[s.ID] == "" {
			c, err = s.Condition()
		}
		if err != nil {
			t.Fatalf("%s: %v", s.ID, err)
		}
		if programs[s.ID], err = segment.Compile(c); err != nil {
			t.Fatalf("%s: %v", s.ID, err)
		}
	}
	return d, programs
}

// texts are the segments of the data sets, as a user would write them.
var texts = map[string]string{
	"a01": `marital_status = "M" AND occupation IN ("Professional", "Management") AND DID order IN LAST 30 DAYS`,
	"a03": `MONTH(birth_date) = CURRENT_MONTH() AND DID order`,
	"a04": `MONTH(birth_date) = MONTH(TODAY) AND DAY(birth_date) = DAY(TODAY)`,
	"a06": `SUM(order.total) > $500 IN LAST 30 DAYS AND total_children >= 1`,
	"a08": `COUNT(order) >= 2 IN LAST 90 DAYS OR SUM(order.total) > $3000`,
	"a10": `last_name STARTS WITH "mc" IGNORING CASE AND email CONTAINS "1"`,
	"a13": `NEVER DID order AND annual_income >= 60000`,
	"a15": `COUNT(order WHERE territory = 9) >= 1 IN LAST 60 DAYS AND COUNT(order WHERE territory != 9) = 0`,
	"c01": `Purchase >= 1 times in last 30 days`,
	"c02": `COUNT(purchase) >= 2 IN LAST 30 DAYS AND SUM(purchase.amount) > $100`,
	"c04": `SUM(purchase.amount) IN LAST 60 DAYS > $50`,
	"c05": `LAST(purchase) OLDER THAN 90 days`,
	"c08": `SUM(purchase.quantity) >= 5 IN LAST 180 DAYS`,
	"c10": `LAST(purchase.amount) >= 30`,
	"c12": `DID purchase IN LAST 30 DAYS AND COUNT(purchase) = 0 BETWEEN 30 AND 120 DAYS AGO AND COUNT(purchase) >= 1 MORE THAN 120 DAYS AGO`,
	"c15": `LAST(purchase) BETWEEN 30 AND 60 DAYS AGO`,
	"c18": `MAX(purchase.amount) > 60 AND COUNT(purchase WHERE quantity >= 5) >= 1 IN LAST 120 DAYS`,
	"c20": `SUM(purchase.amount) > 0 IN LAST 45 DAYS AND SUM(purchase.amount) <= 0 IN LAST 15 DAYS`,
	"k01": `country IN ("USA", "Canada")`,
	"k02": `company IS SET AND state IS NULL`,
	"k03": `DID invoice IN LAST 365 DAYS AND SUM(invoice.total) > $10 IN LAST 365 DAYS`,
	"k04": `COUNT(invoice) = 0 IN LAST 180 DAYS`,
	"k05": `email ENDS WITH "gmail.com" OR email ENDS WITH "yahoo.com"`,
	"k06": `(country = "USA" OR country = "Canada") AND LAST(invoice) > 30 days ago AND SUM(invoice.total) > $38 AND COUNT(invoice) > 5`,
	"k07": `LAST(invoice.total) < 2`,
	"k08": `AVG(invoice.total) > 6 OR MAX(invoice.total) > 20`,
	"t01": `senior_citizen = TRUE AND contract = "Month-to-month"`,
	"t03": `total_charges IS NULL`,
	"t05": `total_charges <= 100`,
	"t07": `EXACTLY 1 OF (streaming_tv = "Yes", streaming_movies = "Yes")`,
	"t09": `(contract = "Two year" OR tenure_months > 60) AND NOT (churn = TRUE OR monthly_charges > 110)`,
	"t11": `internet_service IN ("DSL", "No") AND multiple_lines != "No phone service"`,
}

// TestMembers asks for the members of every segment at every instant of every
// data set.
func TestMembers(t *testing.T) {
	for _, name := range []string{"adventureworks", "cdnow", "chinook", "telco"} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name == "cdnow" {
				t.Skip("the large data set, in -short mode")
			}
			d, programs := load(t, name)
			gate := make(chan bool, 2) // as many at once as there are cores to count on
			var wg sync.WaitGroup
			for _, s := range d.Segments {
				wg.Go(func() {
					gate <- true
					defer func() { <-gate }()
					checkMembers(t, d, s, programs[s.ID].Match)
				})
			}
			wg.Wait()
		})
	}
}

func checkMembers(t *testing.T, d *Dataset, s Expected, match func(segment.Contact, time.Time) bool) {
	var before []string
	for i, want := range s.Results {
		if i >= len(d.Instants) || !want.At.Equal(d.Instants[i]) {
			t.Errorf("%s: results are not those of the instants", s.ID)
		}
		ids := d.Members(match, want.At)
		if len(ids) != want.Count || Hash(ids) != want.SHA256 {
			t.Errorf("%s (%s) at %s: %d members, want %d; hash %s, want %s", s.ID, s.Words, want.At, len(ids), want.Count, Hash(ids), want.SHA256)
		}
		if list := s.Members[want.At.Format(time.RFC3339)]; s.Members != nil {
			if diff := cmp.Diff(list, ids, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s at %s: %s", s.ID, want.At, diff)
			}
		}
		if i > 0 && (missing(ids, before) != want.Entered || missing(before, ids) != want.Left) {
			t.Errorf("%s at %s: %d entered and %d left, want %d and %d", s.ID, want.At, missing(ids, before), missing(before, ids), want.Entered, want.Left)
		}
		before = ids
	}
}

// missing counts the ids of a that b, which is sorted, lacks.
func missing(a, b []string) (n int) {
	for _, id := range a {
		if _, ok := slices.BinarySearch(b, id); !ok {
			n++
		}
	}
	return n
}

// TestFlips watches membership continuously and compares every change. It looks
// when something happens to a contact, and else only when Program.Next says so.
//
// Where the environment says CI it watches all contacts, which takes a minute,
// and compares the sums; else one in so many, and compares their lines.
func TestFlips(t *testing.T) {
	share := uint32(12)
	switch {
	case testing.Short():
		share = 100
	case os.Getenv("CI") != "":
		share = 1
	}
	for _, name := range []string{"adventureworks", "cdnow", "chinook"} {
		t.Run(name, func(t *testing.T) {
			d, programs := load(t, name)
			if name == "chinook" || share == 1 {
				for _, s := range d.Segments {
					if s.Flips != nil {
						checkFlips(t, s, d.Replay(programs[s.ID].Match, programs[s.ID].Next, s.Flips.Until))
					}
				}
				return
			}
			checkSample(t, d, programs, func(id string) bool { return crc32.ChecksumIEEE([]byte(id))%share == 0 })
		})
	}
}

// checkSample watches some of the contacts.
func checkSample(t *testing.T, d *Dataset, programs map[string]*segment.Program, of func(id string) bool) {
	t.Helper()
	all := len(d.Contacts)
	d.Contacts = slices.DeleteFunc(d.Contacts, func(c segment.Record) bool { return !of(c.ID) })
	want, changes := readFlips(t, d.Name, of), 0
	for _, s := range d.Segments {
		if s.Flips == nil {
			continue
		}
		changes += len(want[s.ID])
		got := d.Replay(programs[s.ID].Match, programs[s.ID].Next, s.Flips.Until)
		if diff := cmp.Diff(Lines(want[s.ID]), Lines(got), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (%s): -want +got\n%s", s.ID, s.Words, diff)
		}
	}
	t.Logf("%d of %d contacts, %d changes", len(d.Contacts), all, changes)
	if changes == 0 {
		t.Error("nothing ever changes")
	}
}
