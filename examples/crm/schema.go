package main

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/schema"
)

// What this CRM knows of its contacts, and the segments that it has to begin with.

// crmSchema is the schema: what it does not name, no rule can use.
func crmSchema() *segment.Schema {
	text := schema.FieldType{Kind: segment.KindText}
	number := schema.FieldType{Kind: segment.KindNumber}
	return &segment.Schema{
		Fields: map[string]schema.FieldType{
			"name":     {Kind: segment.KindText, Required: true},
			"email":    {Kind: segment.KindText, Required: true, Fold: true},
			"country":  text,
			"city":     text,
			"language": text,
			"plan":     {Kind: segment.KindText, Required: true, Values: plans},
			"signup":   {Kind: segment.KindTime, Required: true},
			"birthday": {Kind: segment.KindDate},
			"tags":     {Kind: segment.KindList, Of: segment.KindText},
			"custom": {Kind: segment.KindObject, Elements: map[string]schema.FieldType{
				"company": text, "industry": text, "employees": number, "score": number,
				"owner": text, "opted_in": {Kind: segment.KindBool},
			}},
		},
		Events: map[string]schema.EventType{
			"opened":   {Aliases: []string{"Opened"}, Nouns: []string{"emails"}, Props: map[string]schema.FieldType{"campaign": text}},
			"clicked":  {Aliases: []string{"Clicked"}, Nouns: []string{"links"}, Props: map[string]schema.FieldType{"campaign": text, "url": text}},
			"purchase": {Aliases: []string{"Purchased"}, Props: map[string]schema.FieldType{"amount": number, "sku": text}},
			"visit":    {Aliases: []string{"Visited"}, Nouns: []string{"pages"}, Props: map[string]schema.FieldType{"page": text}},
		},
		Calculated: map[string]string{
			"lifetime_value": "SUM(purchase.amount)",
			"orders":         "COUNT(purchase)",
		},
		Lists: lists,
	}
}

// firstSegments are defined at the first start, in this order: those that refer to others come
// behind them.
var firstSegments = []struct{ id, name, rule string }{
	{"active", "Active", `DID visit IN LAST 14 DAYS OR DID clicked IN LAST 14 DAYS`},
	{"paying", "Paying", `plan != "free"`},
	{"engaged", "Engaged readers", `Opened >= 4 emails in last 30 days`},
	{"big-spenders", "Big spenders", `SUM(purchase.amount) > 150 IN LAST 90 DAYS`},
	{"vip", "VIP", `IN SEGMENT "big-spenders" AND IN SEGMENT "active" AND NOT IN LIST "unsubscribed"`},
	{"at-risk", "Paying, but silent", `IN SEGMENT "paying" AND NOT IN SEGMENT "active" AND signup OLDER THAN 30 days`},
	{"new-trials", "New trials", `JOINED LIST "trial" IN LAST 14 DAYS AND NOT IN SEGMENT "paying"`},
	{"birthdays", "Birthday this week", `ANNIVERSARY(birthday) WITHIN NEXT 7 DAYS AND custom.opted_in = TRUE`},
	{"lapsed", "Lapsed buyers", `LAST(purchase) OLDER THAN 45 days`},
	{"hesitant", "Clicked and did not buy", `DID clicked THEN NOT purchase WITHIN 3 days IN LAST 7 DAYS AND orders >= 1`},
	{"dach", "Newsletter, DACH", `country IN ("DE", "AT", "CH") AND IN LIST "newsletter" AND NOT IN LIST "unsubscribed"`},
	{"win-back", "Win back", `IN SEGMENT "lapsed" AND IN SEGMENT "engaged" AND custom.score >= 50`},
}
