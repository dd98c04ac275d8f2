package main

import "github.com/tidwall/gjson"

// The rules by hand over a JSON text: every field that the hand-written
// struct rule may read is taken from the text, either one by one or in one pass.

// rulesFields are the fields that a rule reads.
var ruleFields = map[string][]string{
	"A": {"country", "last_purchase_at", "total_spent", "email_opens"},
	"B": {"country", "state", "plan", "job_title", "company", "age", "total_spent", "last_purchase_at", "tags", "email_opens", "unsubscribed"},
	"C": {"country", "plan", "age", "total_spent", "email_opens", "lead_score", "verified", "job_title", "last_purchase_at", "order_count",
		"unsubscribed", "tags", "company", "language", "sessions", "nps", "email", "source", "last_seen_at", "lifecycle_stage"},
}

func handRule(rule string) func(*Contact, float64) bool {
	return map[string]func(*Contact, float64) bool{"A": HandA, "B": HandB, "C": HandC}[rule]
}

func gjsonGet(rule string) (func(*input) func() bool, error) {
	f, fields := handRule(rule), ruleFields[rule]
	return func(in *input) func() bool {
		text := string(in.text)
		return func() bool {
			var c Contact
			for _, name := range fields {
				c.set(name, gjson.Get(text, name))
			}
			return f(&c, Now)
		}
	}, nil
}

func gjsonForEach(rule string) (func(*input) func() bool, error) {
	f := handRule(rule)
	return func(in *input) func() bool {
		text := string(in.text)
		return func() bool {
			var c Contact
			gjson.Parse(text).ForEach(func(k, v gjson.Result) bool { c.set(k.Str, v); return true })
			return f(&c, Now)
		}
	}, nil
}

func (c *Contact) set(name string, v gjson.Result) {
	switch name {
	case "country":
		c.Country = v.Str
	case "state":
		c.State = v.Str
	case "plan":
		c.Plan = v.Str
	case "job_title":
		c.JobTitle = v.Str
	case "company":
		c.Company = v.Str
	case "language":
		c.Language = v.Str
	case "email":
		c.Email = v.Str
	case "source":
		c.Source = v.Str
	case "lifecycle_stage":
		c.LifecycleStage = v.Str
	case "age":
		c.Age = v.Num
	case "total_spent":
		c.TotalSpent = v.Num
	case "email_opens":
		c.EmailOpens = v.Num
	case "order_count":
		c.OrderCount = v.Num
	case "sessions":
		c.Sessions = v.Num
	case "lead_score":
		c.LeadScore = v.Num
	case "nps":
		c.NPS = v.Num
	case "last_purchase_at":
		c.LastPurchaseAt = v.Num
	case "last_seen_at":
		c.LastSeenAt = v.Num
	case "unsubscribed":
		c.Unsubscribed = v.Bool()
	case "verified":
		c.Verified = v.Bool()
	case "tags":
		v.ForEach(func(_, e gjson.Result) bool { c.Tags = append(c.Tags, e.Str); return true })
	}
}
