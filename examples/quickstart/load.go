package main

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/segmentrules/segment"
)

// The data is embedded. It is MIT licensed: see data/README.md.
var (
	//go:embed data/contacts.csv.gz
	contactsCSV []byte
	//go:embed data/orders.csv.gz
	ordersCSV []byte
)

// A Customer is a contact as this host keeps it: a struct of its own. Rules
// name its fields by their tags; segment.Bind makes it a segment.Contact
// without copying.
type Customer struct {
	ID            string `segment:"id"`
	FirstName     string `segment:"first_name"`
	LastName      string `segment:"last_name"`
	Email         string `segment:"email"`
	BirthDate     string `segment:"birth_date"` // YYYY-MM-DD, which rules read as a date
	MaritalStatus string `segment:"marital_status"`
	Gender        string `segment:"gender"`
	AnnualIncome  int    `segment:"annual_income"`
	TotalChildren int    `segment:"total_children"`
	Education     string `segment:"education"`
	Occupation    string `segment:"occupation"`
	HomeOwner     bool   `segment:"home_owner"`

	log []segment.Event // what it has done so far, oldest first
}

// Events yields what the customer has done, newest first: with this method a
// rule can count orders.
func (c *Customer) Events(name string) iter.Seq[segment.Event] {
	return func(yield func(segment.Event) bool) {
		for _, e := range slices.Backward(c.log) {
			if (name == "" || e.Name == name) && !yield(e) {
				return
			}
		}
	}
}

// A Shop is all customers, and the orders that are yet to happen.
type Shop struct {
	Customers []*Customer // sorted by id
	Orders    []Order     // in order of time
}

// An Order is an event and the index of the customer it belongs to.
type Order struct {
	Customer int
	Event    segment.Event
}

// rewind makes only the orders known that had happened at an instant.
func (s *Shop) rewind(at time.Time) {
	for _, c := range s.Customers {
		c.log = nil
	}
	for _, o := range s.Orders {
		if !o.Event.At.After(at) {
			c := s.Customers[o.Customer]
			c.log = append(c.log, o.Event)
		}
	}
}

// load reads the embedded data.
func load() (*Shop, error) {
	shop := &Shop{}
	rows, err := readCSV(contactsCSV)
	if err != nil {
		return nil, fmt.Errorf("contacts: %w", err)
	}
	index := make(map[string]int, len(rows))
	for i, row := range rows {
		index[row[0]] = i // the file is sorted by id
		shop.Customers = append(shop.Customers, &Customer{
			ID: row[0], FirstName: row[2], LastName: row[3], BirthDate: row[4],
			MaritalStatus: row[5], Gender: row[6], Email: row[7],
			AnnualIncome: number(row[8]), TotalChildren: number(row[9]),
			Education: row[10], Occupation: row[11], HomeOwner: row[12] == "true",
		})
	}
	rows, err = readCSV(ordersCSV)
	if err != nil {
		return nil, fmt.Errorf("orders: %w", err)
	}
	for _, row := range rows {
		at, err := time.Parse(time.DateOnly, row[2])
		if err != nil {
			return nil, fmt.Errorf("order %s: %w", row[0], err)
		}
		props := fmt.Sprintf(`{"territory": %s, "lines": %s, "items": %s, "total": %s}`, row[3], row[4], row[5], row[6])
		document, err := segment.NewDocument([]byte(props))
		if err != nil {
			return nil, fmt.Errorf("order %s: %w", row[0], err)
		}
		shop.Orders = append(shop.Orders, Order{index[row[1]], segment.Event{ID: row[0], Name: "order", At: at, Props: document}})
	}
	slices.SortStableFunc(shop.Orders, func(a, b Order) int { return a.Event.At.Compare(b.Event.At) })
	return shop, nil
}

// readCSV returns the rows of a gzipped CSV file below its head.
func readCSV(data []byte) ([][]string, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[1:], nil
}

// number reads a whole number; the data has no others where it is used.
func number(cell string) int {
	n, _ := strconv.Atoi(cell)
	return n
}
