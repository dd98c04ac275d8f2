package ruletest

import (
	"time"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// Shop is a schema with one of everything.
func Shop() *schema.Schema {
	return &schema.Schema{
		Fields: map[string]schema.FieldType{
			"Total_Spent":  {Kind: rule.KindNumber, Required: true},
			"age":          {Kind: rule.KindNumber},
			"email":        {Kind: rule.KindText, Fold: true},
			"plan":         {Kind: rule.KindText, Values: []string{"free", "pro", "team"}},
			"signup_at":    {Kind: rule.KindTime, Epoch: schema.EpochSeconds},
			"seen":         {Kind: rule.KindTime},
			"Birthday":     {Kind: rule.KindDate},
			"active":       {Kind: rule.KindBool},
			"tags":         {Kind: rule.KindList, Of: rule.KindText, Fold: true},
			"orders":       {Kind: rule.KindList, Of: rule.KindObject, Elements: map[string]schema.FieldType{"sku": {Kind: rule.KindText}, "amount": {Kind: rule.KindNumber}}},
			"company.size": {Kind: rule.KindNumber},
			"address":      {Kind: rule.KindObject},
			"extra":        {},
		},
		Events: map[string]schema.EventType{
			"email_opened": {Aliases: []string{"Opened"}, Nouns: []string{"email", "emails"}, Props: map[string]schema.FieldType{"campaign": {Kind: rule.KindText, Fold: true}}},
			"purchase":     {Props: map[string]schema.FieldType{"amount": {Kind: rule.KindNumber}, "due": {Kind: rule.KindTime, Epoch: schema.EpochMillis}}},
			"visit":        {},
		},
		Calculated: map[string]string{
			"Account_Age": "NOW - signup_at",
			"Average":     "Revenue / COUNT(purchase)",
			"Revenue":     "SUM(purchase.amount)",
		},
		Lists:            []string{"VIP Customers"},
		Segments:         []string{"Active Users"},
		WeekStartsOn:     rule.WeekdaySunday,
		FiscalYearStarts: time.October,
		Retention:        rule.Span{N: 400, Unit: rule.UnitDay},
	}
}
