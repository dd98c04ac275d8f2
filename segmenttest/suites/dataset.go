package suites

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A Dataset is a table of contacts with all that they ever did, and what each
// of some segments must give over it.
type Dataset struct {
	Name     string
	Contacts []segment.Record // sorted by id, each log in order of time
	// FromStart says that all contacts are known from the start. If not, one
	// exists from its first event on.
	FromStart bool
	Instants  []time.Time // at which results are given
	Segments  []Expected
}

// Expected is what a data set must give for one segment.
type Expected struct {
	ID      string
	Words   string // what it is, for people
	Rule    json.RawMessage
	Results []struct {
		At            time.Time
		Count         int
		SHA256        string // of the members: see [Hash]
		Entered, Left int    // since the result before
	}
	Members map[string][]string // by instant, in small data sets
	Flips   *Flips
}

// Flips sums up all changes of membership until an instant.
type Flips struct {
	Until   time.Time
	Entered int
	Left    int
	EverIn  int    `json:"contacts_ever_in"`
	SHA256  string // of the lines: see [Flip.String] and [Hash]
}

// A Flip is a change of membership.
type Flip struct {
	Segment string
	At      time.Time
	Contact string
	Change  string // entered or left
}

// String returns the flip as the line that is hashed.
func (f Flip) String() string {
	return f.At.UTC().Format(time.RFC3339) + " " + f.Contact + " " + f.Change
}

// Epoch is the instant at which a contact known from the start enters a
// segment that it is in from the start.
var Epoch = time.Unix(0, 0).UTC()

// Cents is the policy of the data sets: in rules money is whole cents, in the
// tables it is in decimals.
var Cents = Policy{Cents: []string{"amount", "total", "monthly_charges", "total_charges"}}

// A table says how to read one table of a data set: which columns are numbers,
// which Yes and No, which dates. All others are texts; an empty cell is no
// value.
type table struct{ file, event string }

// columns gives the kind of the columns that are no text, over all tables.
func kindOf(column string) segment.Kind {
	switch column {
	case "quantity", "amount", "annual_income", "total_children", "territory", "lines", "items", "total",
		"tenure_months", "monthly_charges", "total_charges", "support_rep":
		return segment.KindNumber
	case "partner", "dependents", "phone_service", "paperless_billing", "churn", "senior_citizen", "home_owner":
		return segment.KindBool
	case "birth_date":
		return segment.KindDate
	}
	return segment.KindText
}

// Load reads a data set: adventureworks, cdnow, chinook or telco, from the
// folder that [Dir] gives.
func Load(dir, name string) (*Dataset, error) {
	d := &Dataset{Name: name, FromStart: name != "cdnow"}
	contacts := make(map[string]*segment.Record)
	for _, t := range []table{{"contacts", ""}, {"purchases", "purchase"}, {"orders", "order"}, {"invoices", "invoice"}} {
		file := filepath.Join(dir, "datasets", name, t.file+".csv.gz")
		if _, err := os.Stat(file); err != nil {
			continue // each data set has some of the tables
		}
		if err := readTable(file, func(row map[string]string) error { return add(contacts, t.event, row) }); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	for _, c := range contacts {
		slices.SortStableFunc(c.Log, func(a, b segment.Event) int { return a.At.Compare(b.At) })
		d.Contacts = append(d.Contacts, *c)
	}
	slices.SortFunc(d.Contacts, func(a, b segment.Record) int { return strings.Compare(a.ID, b.ID) })
	text, err := os.ReadFile(filepath.Join(dir, "visible", "expected", name+"_expected.json"))
	if err != nil {
		return nil, err
	}
	return d, json.Unmarshal(text, d)
}

// add takes in one row: a contact, or an event of one.
func add(contacts map[string]*segment.Record, event string, row map[string]string) error {
	id := row["contact"]
	c := contacts[id]
	if c == nil {
		c = &segment.Record{ID: id, Fields: make(map[string]segment.Value)}
		contacts[id] = c
	}
	delete(row, "contact")
	if event == "" {
		for column, cell := range row {
			if v := value(column, cell); !v.IsNull() {
				c.Fields[column] = v
			}
		}
		return nil
	}
	at, err := time.Parse(time.DateOnly, row["date"])
	if err != nil {
		return err
	}
	delete(row, "date")
	props := make(map[string]any)
	for column, cell := range row {
		switch {
		case cell == "":
		case kindOf(column) == segment.KindNumber:
			props[column] = json.Number(cell)
		default:
			props[column] = cell
		}
	}
	text, err := json.Marshal(props)
	c.Log = append(c.Log, segment.Event{ID: fmt.Sprint("e", len(c.Log)), Name: event, At: at, Props: text})
	return err
}

func value(column, cell string) segment.Value {
	if cell == "" {
		return segment.Value{}
	}
	switch kindOf(column) {
	case segment.KindNumber:
		v, _ := rule.ParseNumber(cell)
		return v
	case segment.KindBool:
		return segment.Bool(cell == "Yes" || cell == "true" || cell == "1")
	case segment.KindDate:
		if t, err := time.Parse(time.DateOnly, cell); err == nil {
			return segment.Date(t.Date())
		}
	}
	return segment.Text(cell)
}

// readTable calls f for every row of a gzipped CSV file, by column.
func readTable(file string, f func(row map[string]string) error) error {
	r, err := os.Open(file)
	if err != nil {
		return err
	}
	defer r.Close()
	z, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		return err
	}
	for _, cells := range rows[1:] {
		row := make(map[string]string, len(cells))
		for i, cell := range cells {
			row[rows[0][i]] = cell
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return nil
}
