package shop

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"fmt"
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

// A Shop is what happened, as an index wants to be told: updates in order of
// time, each of one contact at one instant.
type Shop struct {
	Contacts []segment.Update // who the customers are, known when the first order comes in
	Orders   []segment.Update // what they did
}

// Start is when the first order came.
func (s *Shop) Start() time.Time { return s.Orders[0].At }

// End is when the last order came.
func (s *Shop) End() time.Time { return s.Orders[len(s.Orders)-1].At }

// Load reads the embedded data.
func Load() (*Shop, error) {
	shop := &Shop{}
	rows, err := readCSV(ordersCSV)
	if err != nil {
		return nil, fmt.Errorf("orders: %w", err)
	}
	for _, row := range rows {
		u, err := order(row)
		if err != nil {
			return nil, fmt.Errorf("order %s: %w", row[0], err)
		}
		shop.Orders = append(shop.Orders, u)
	}
	slices.SortStableFunc(shop.Orders, func(a, b segment.Update) int { return a.At.Compare(b.At) })
	if rows, err = readCSV(contactsCSV); err != nil {
		return nil, fmt.Errorf("contacts: %w", err)
	}
	for _, row := range rows {
		u, err := contact(row)
		if err != nil {
			return nil, fmt.Errorf("contact %s: %w", row[0], err)
		}
		u.At = shop.Start()
		shop.Contacts = append(shop.Contacts, u)
	}
	return shop, nil
}

// contact reads a customer. Rules name the fields as they are named here.
func contact(row []string) (segment.Update, error) {
	born, err := time.Parse(time.DateOnly, row[4])
	if err != nil {
		return segment.Update{}, err
	}
	return segment.Update{Contact: row[0], Set: map[string]segment.Value{
		"first_name":     segment.Text(row[2]),
		"last_name":      segment.Text(row[3]),
		"birth_date":     segment.Date(born.Date()),
		"marital_status": segment.Text(row[5]),
		"gender":         segment.Text(row[6]),
		"email":          segment.Text(row[7]),
		"annual_income":  number(row[8]),
		"total_children": number(row[9]),
		"education":      segment.Text(row[10]),
		"occupation":     segment.Text(row[11]),
		"home_owner":     segment.Bool(row[12] == "true"),
	}}, nil
}

// order reads an order: an event of the customer, with properties as JSON.
func order(row []string) (segment.Update, error) {
	at, err := time.Parse(time.DateOnly, row[2])
	if err != nil {
		return segment.Update{}, err
	}
	props := fmt.Sprintf(`{"territory": %s, "lines": %s, "items": %s, "total": %s}`, row[3], row[4], row[5], row[6])
	e := segment.Event{ID: row[0], Name: "order", At: at, Props: segment.Document(props)}
	return segment.Update{Contact: row[1], At: at, Events: []segment.Event{e}}, nil
}

// number reads a whole number; a cell that is none is a value that is missing.
func number(cell string) segment.Value {
	n, err := strconv.ParseInt(cell, 10, 64)
	if err != nil {
		return segment.Value{}
	}
	return segment.Int(n)
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
