package sample

import (
	"fmt"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/schema"
)

// Of each list the first words are taken more often.
var (
	firstNames = strings.Fields("Ada Bela Carla Dario Edda Fritz Gina Hannes Irma Jonas Kaja Levi Marta Nils Oda Pia Quirin Rita Sven Thea Ugo Vera Wim Yara Zeno Agnès Björn Célia Élise Søren")
	lastNames  = strings.Fields("Adler Baker Conti Duval Egger Fuchs Grant Huber Iversen Jost Keller Lund Meyer Noel Ortega Peters Quinn Roth Sala Tellier Urban Vogt Wagner Young Zeller")
	tiers      = []string{"basic", "plus", "gold"}
	lists      = []string{"newsletter", "VIP", "unsubscribed"}
	campaigns  = []string{"spring", "new arrivals", "sale", "winback"}
	pages      = []string{"/", "/tents", "/boots", "/packs", "/sale"}
)

// places are countries with some of their cities.
var places = []struct {
	country string
	cities  []string
}{
	{"DE", []string{"Berlin", "Hamburg", "Köln"}},
	{"US", []string{"Denver", "Portland", "Boston"}},
	{"CH", []string{"Zürich", "Bern", "Chur"}},
	{"AT", []string{"Wien", "Graz"}},
	{"FR", []string{"Lyon", "Annecy"}},
	{"CA", []string{"Calgary", "Toronto"}},
	{"NO", []string{"Bergen", "Tromsø"}},
}

// A good is something that is sold, with its price in cents.
type good struct {
	sku, category string
	cents         int
}

// bought is the properties of a purchase of n of them.
func (g good) bought(n int) string {
	return fmt.Sprintf(`{"amount":%d.%02d,"sku":%q,"category":%q}`, n*g.cents/100, n*g.cents%100, g.sku, g.category)
}

var goods = []good{
	{"sock-3", "clothes", 1990}, {"boot-2", "boots", 14950}, {"pack-40", "packs", 11900}, {"tent-2", "tents", 32900},
	{"stove-1", "camp", 6490}, {"lamp-1", "camp", 2990}, {"shell-m", "clothes", 18900},
}

// Schema is what the shop knows of its customers; rules can use nothing else.
func Schema() *segment.Schema {
	text, number := schema.FieldType{Kind: segment.KindText}, schema.FieldType{Kind: segment.KindNumber}
	return &segment.Schema{
		Fields: map[string]schema.FieldType{
			"name":     {Kind: segment.KindText, Required: true},
			"email":    {Kind: segment.KindText, Required: true, Fold: true},
			"country":  text,
			"city":     text,
			"tier":     {Kind: segment.KindText, Values: tiers},
			"signup":   {Kind: segment.KindTime, Required: true},
			"birthday": {Kind: segment.KindDate},
			"points":   number,
			"consent":  {Kind: segment.KindBool},
		},
		Events: map[string]schema.EventType{
			"email_opened": {Aliases: []string{"Opened"}, Nouns: []string{"emails"}, Props: map[string]schema.FieldType{"campaign": text}},
			"visit":        {Aliases: []string{"Visited"}, Nouns: []string{"pages"}, Props: map[string]schema.FieldType{"page": text}},
			"cart_add":     {Props: map[string]schema.FieldType{"sku": text, "category": text}},
			"purchase":     {Aliases: []string{"Purchased"}, Props: map[string]schema.FieldType{"amount": number, "sku": text, "category": text}},
		},
		Calculated: map[string]string{"lifetime_value": "SUM(purchase.amount)", "orders": "COUNT(purchase)"},
		Lists:      lists,
	}
}

// segments are there from the beginning. One that refers to another comes behind it.
var segments = []struct{ id, name, rule string }{
	{"regular-readers", "Regular readers", `Opened >= 4 emails in last 30 days`},
	{"big-spenders", "Big spenders", `SUM(purchase.amount) > 300 IN LAST 90 DAYS`},
	{"left-the-cart", "Left the cart", `DID cart_add THEN NOT purchase WITHIN 24 hours IN LAST 7 DAYS`},
	{"birthday-soon", "Birthday in the next week", `ANNIVERSARY(birthday) WITHIN NEXT 7 DAYS AND consent = TRUE`},
	{"quiet", "Quiet for a month", `LAST(visit) OLDER THAN 30 days AND NOT IN LIST "unsubscribed"`},
	{"new", "New customers", `signup WITHIN LAST 14 days`},
	{"alps", "Newsletter, Alps", `country IN ("DE", "AT", "CH") AND IN LIST "newsletter" AND NOT IN LIST "unsubscribed"`},
	{"vip-drifting", "VIPs who drift away", `IN LIST "VIP" AND NOT IN SEGMENT "regular-readers"`},
}
