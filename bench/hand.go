package main

import "strings"

// Rule A (5 leaves, 4 clauses): (country = US or CA) and last purchase in 30
// days and total_spent > 500 and email_opens > 5.
func HandA(c *Contact, now float64) bool {
	return (c.Country == "CA" || c.Country == "US") &&
		c.LastPurchaseAt >= now-30*day && c.TotalSpent > 500 && c.EmailOpens > 5
}

func inSwitchCountry(s string) bool {
	switch s {
	case "AR", "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CL", "CO", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR",
		"HR", "HU", "IE", "IL", "IN", "IS", "IT", "JP", "KR", "LT", "LU", "LV", "MT", "MX", "MY", "NL", "NO", "NZ", "PE", "PH",
		"PL", "PT", "RO", "SE", "SG", "SI", "SK", "TH", "US", "UY":
		return true
	}
	return false
}

func inSwitchState(s string) bool {
	switch s {
	case "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD",
		"MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD",
		"TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "NY":
		return true
	}
	return false
}

// Rule B (12 clauses): two IN lists of 50, contains, prefix, number ranges,
// relative date, nested OR of an AND.
func HandB(c *Contact, now float64) bool {
	if !inSwitchCountry(c.Country) || !inSwitchState(c.State) || !(c.Plan == "business" || c.Plan == "pro") {
		return false
	}
	if !(strings.Contains(c.JobTitle, "Engineer") || strings.Contains(c.JobTitle, "Director") || strings.HasPrefix(c.Company, "Ac")) {
		return false
	}
	if c.Age < 25 || c.Age > 45 || c.TotalSpent < 100 || c.TotalSpent > 5000 || c.LastPurchaseAt < now-30*day {
		return false
	}
	for _, t := range c.Tags {
		if t == "vip" {
			return true
		}
	}
	return c.EmailOpens >= 5 && !c.Unsubscribed
}

// Rule C (20 clauses): five groups of four; the first four groups each fail on
// their last clause, the fifth is true.
func HandC(c *Contact, now float64) bool {
	if c.Country == "US" && c.Plan == "pro" && c.Age > 30 && c.TotalSpent > 100000 {
		return true
	}
	if c.EmailOpens >= 5 && c.LeadScore > 50 && c.Verified && strings.Contains(c.JobTitle, "Chief") {
		return true
	}
	if c.LastPurchaseAt >= now-90*day && c.OrderCount >= 3 && !c.Unsubscribed && has(c.Tags, "churned") {
		return true
	}
	if strings.HasPrefix(c.Company, "Ac") && c.Language == "en" && c.Sessions >= 2 && c.NPS == 3 {
		return true
	}
	return strings.HasSuffix(c.Email, "@acme.example") && in5(c.Source) && c.LastSeenAt >= now-7*day && c.LifecycleStage != "lead"
}

func in5(s string) bool {
	switch s {
	case "ads", "direct", "event", "organic", "referral":
		return true
	}
	return false
}

func has(l []string, s string) bool {
	for _, t := range l {
		if t == s {
			return true
		}
	}
	return false
}

func hasAny(l []any, s string) bool {
	for _, t := range l {
		if t == s {
			return true
		}
	}
	return false
}

// The same three on map[string]any.
func HandMapA(m map[string]any, now float64) bool {
	c, _ := m["country"].(string)
	if c != "CA" && c != "US" {
		return false
	}
	lp, _ := m["last_purchase_at"].(float64)
	ts, _ := m["total_spent"].(float64)
	eo, _ := m["email_opens"].(float64)
	return lp >= now-30*day && ts > 500 && eo > 5
}

func HandMapB(m map[string]any, now float64) bool {
	str := func(k string) string { s, _ := m[k].(string); return s }
	num := func(k string) float64 { f, _ := m[k].(float64); return f }
	if !inSwitchCountry(str("country")) || !inSwitchState(str("state")) {
		return false
	}
	if p := str("plan"); p != "business" && p != "pro" {
		return false
	}
	jt := str("job_title")
	if !(strings.Contains(jt, "Engineer") || strings.Contains(jt, "Director") || strings.HasPrefix(str("company"), "Ac")) {
		return false
	}
	a, ts := num("age"), num("total_spent")
	if a < 25 || a > 45 || ts < 100 || ts > 5000 || num("last_purchase_at") < now-30*day {
		return false
	}
	tags, _ := m["tags"].([]any)
	if hasAny(tags, "vip") {
		return true
	}
	u, _ := m["unsubscribed"].(bool)
	return num("email_opens") >= 5 && !u
}

func HandMapC(m map[string]any, now float64) bool {
	str := func(k string) string { s, _ := m[k].(string); return s }
	num := func(k string) float64 { f, _ := m[k].(float64); return f }
	bl := func(k string) bool { f, _ := m[k].(bool); return f }
	if str("country") == "US" && str("plan") == "pro" && num("age") > 30 && num("total_spent") > 100000 {
		return true
	}
	if num("email_opens") >= 5 && num("lead_score") > 50 && bl("verified") && strings.Contains(str("job_title"), "Chief") {
		return true
	}
	tags, _ := m["tags"].([]any)
	if num("last_purchase_at") >= now-90*day && num("order_count") >= 3 && !bl("unsubscribed") && hasAny(tags, "churned") {
		return true
	}
	if strings.HasPrefix(str("company"), "Ac") && str("language") == "en" && num("sessions") >= 2 && num("nps") == 3 {
		return true
	}
	return strings.HasSuffix(str("email"), "@acme.example") && in5(str("source")) && num("last_seen_at") >= now-7*day && str("lifecycle_stage") != "lead"
}
