package main

import "strings"

// The rules, once per language. They mean the same; the test holds that.

func quoteList(l []string, q, sep string) string {
	var b strings.Builder
	for i, s := range l {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(q + s + q)
	}
	return b.String()
}

var c50 = quoteList(Countries50, `"`, ",")
var s50 = quoteList(States50, `"`, ",")

// SegmentRules: ours. The contact keeps instants as Unix seconds, hence UNIX.
var SegmentRules = map[string]string{
	"A": `(country = "CA" OR country = "US") AND UNIX(last_purchase_at) >= NOW - 30 days AND total_spent > 500 AND email_opens > 5`,
	"B": `country IN (` + c50 + `) AND state IN (` + s50 + `) AND plan IN ("business", "pro") AND (job_title CONTAINS "Engineer" OR job_title CONTAINS "Director" OR company STARTS WITH "Ac") AND age >= 25 AND age <= 45 AND total_spent >= 100 AND total_spent <= 5000 AND UNIX(last_purchase_at) >= NOW - 30 days AND (tags CONTAINS "vip" OR (email_opens >= 5 AND NOT unsubscribed = TRUE))`,
	"C": `(country = "US" AND plan = "pro" AND age > 30 AND total_spent > 100000) OR (email_opens >= 5 AND lead_score > 50 AND verified = TRUE AND job_title CONTAINS "Chief") OR (UNIX(last_purchase_at) >= NOW - 90 days AND order_count >= 3 AND NOT unsubscribed = TRUE AND tags CONTAINS "churned") OR (company STARTS WITH "Ac" AND language = "en" AND sessions >= 2 AND nps = 3) OR (email ENDS WITH "@acme.example" AND source IN ("ads", "direct", "event", "organic", "referral") AND UNIX(last_seen_at) >= NOW - 7 days AND lifecycle_stage != "lead")`,
}

// ExprRules: expr-lang/expr syntax; now is a variable.
var ExprRules = map[string]string{
	"A": `(country == "CA" or country == "US") and last_purchase_at >= now - 2592000 and total_spent > 500 and email_opens > 5`,
	"B": `country in [` + c50 + `] and state in [` + s50 + `] and plan in ["business","pro"] and (job_title contains "Engineer" or job_title contains "Director" or company startsWith "Ac") and age >= 25 and age <= 45 and total_spent >= 100 and total_spent <= 5000 and last_purchase_at >= now - 2592000 and ("vip" in tags or (email_opens >= 5 and not unsubscribed))`,
	"C": `(country == "US" and plan == "pro" and age > 30 and total_spent > 100000) or (email_opens >= 5 and lead_score > 50 and verified and job_title contains "Chief") or (last_purchase_at >= now - 7776000 and order_count >= 3 and not unsubscribed and "churned" in tags) or (company startsWith "Ac" and language == "en" and sessions >= 2 and nps == 3) or (email endsWith "@acme.example" and source in ["ads","direct","event","organic","referral"] and last_seen_at >= now - 604800 and lifecycle_stage != "lead")`,
}

// CelRules: cel syntax, doubles.
var CelRules = map[string]string{
	"A": `(country == "CA" || country == "US") && last_purchase_at >= now - 2592000.0 && total_spent > 500.0 && email_opens > 5.0`,
	"B": `country in [` + c50 + `] && state in [` + s50 + `] && plan in ["business","pro"] && (job_title.contains("Engineer") || job_title.contains("Director") || company.startsWith("Ac")) && age >= 25.0 && age <= 45.0 && total_spent >= 100.0 && total_spent <= 5000.0 && last_purchase_at >= now - 2592000.0 && ("vip" in tags || (email_opens >= 5.0 && !unsubscribed))`,
	"C": `(country == "US" && plan == "pro" && age > 30.0 && total_spent > 100000.0) || (email_opens >= 5.0 && lead_score > 50.0 && verified && job_title.contains("Chief")) || (last_purchase_at >= now - 7776000.0 && order_count >= 3.0 && !unsubscribed && "churned" in tags) || (company.startsWith("Ac") && language == "en" && sessions >= 2.0 && nps == 3.0) || (email.endsWith("@acme.example") && source in ["ads","direct","event","organic","referral"] && last_seen_at >= now - 604800.0 && lifecycle_stage != "lead")`,
}
