package main

import (
	"encoding/json"
)

// Now is the fixed "now" of every rule (2026-07-01T00:00:00Z), unix seconds.
const Now = 1782864000

const day = 86400

// Contact has 34 fields; its JSON is about 1.2 KB.
type Contact struct {
	ID             string   `json:"id" expr:"id"`
	Email          string   `json:"email" expr:"email"`
	Phone          string   `json:"phone" expr:"phone"`
	FirstName      string   `json:"first_name" expr:"first_name"`
	LastName       string   `json:"last_name" expr:"last_name"`
	Country        string   `json:"country" expr:"country"`
	State          string   `json:"state" expr:"state"`
	City           string   `json:"city" expr:"city"`
	Postcode       string   `json:"postcode" expr:"postcode"`
	Language       string   `json:"language" expr:"language"`
	Timezone       string   `json:"timezone" expr:"timezone"`
	Plan           string   `json:"plan" expr:"plan"`
	LifecycleStage string   `json:"lifecycle_stage" expr:"lifecycle_stage"`
	Industry       string   `json:"industry" expr:"industry"`
	JobTitle       string   `json:"job_title" expr:"job_title"`
	Company        string   `json:"company" expr:"company"`
	Source         string   `json:"source" expr:"source"`
	Owner          string   `json:"owner" expr:"owner"`
	Notes          string   `json:"notes" expr:"notes"`
	Age            float64  `json:"age" expr:"age"`
	TotalSpent     float64  `json:"total_spent" expr:"total_spent"`
	OrderCount     float64  `json:"order_count" expr:"order_count"`
	AvgOrder       float64  `json:"avg_order_value" expr:"avg_order_value"`
	EmailOpens     float64  `json:"email_opens" expr:"email_opens"`
	EmailClicks    float64  `json:"email_clicks" expr:"email_clicks"`
	Sessions       float64  `json:"sessions" expr:"sessions"`
	LeadScore      float64  `json:"lead_score" expr:"lead_score"`
	NPS            float64  `json:"nps" expr:"nps"`
	SignupAt       float64  `json:"signup_at" expr:"signup_at"`
	LastPurchaseAt float64  `json:"last_purchase_at" expr:"last_purchase_at"`
	LastSeenAt     float64  `json:"last_seen_at" expr:"last_seen_at"`
	Unsubscribed   bool     `json:"unsubscribed" expr:"unsubscribed"`
	Verified       bool     `json:"verified" expr:"verified"`
	Tags           []string `json:"tags" expr:"tags"`
	Lists          []string `json:"lists" expr:"lists"`
}

// TheContact makes all three rules true, and makes every clause of each rule
// be looked at (the true branch is always the last alternative).
func TheContact() Contact {
	return Contact{
		ID: "01J9Z8Q4T2V7K3M5N6P8R9S1T2", Email: "maria.gonzalez-lindqvist@acme.example", Phone: "+1-415-555-0137",
		FirstName: "Maria", LastName: "Gonzalez-Lindqvist", Country: "US", State: "NY", City: "San Francisco",
		Postcode: "94107", Language: "en", Timezone: "America/Los_Angeles", Plan: "pro", LifecycleStage: "customer",
		Industry: "Computer Software", JobTitle: "Senior Product Marketing Manager", Company: "Acme Robotics International",
		Source: "referral", Owner: "rep-17", Notes: "Met at the Lisbon conference; asked for the volume price list and for a call in spring. Wants SSO, audit logs and an on-premise trial before the renewal. Prefers mail over phone. Second line: budget is approved for the third quarter, decision maker is the VP of operations, competitor quotes are in the shared folder, follow up by the tenth.",
		Age: 34, TotalSpent: 1834, OrderCount: 12, AvgOrder: 152, EmailOpens: 9, EmailClicks: 3, Sessions: 21,
		LeadScore: 77, NPS: 8, SignupAt: Now - 812*day - 3661, LastPurchaseAt: Now - 17*day - 4242, LastSeenAt: Now - 2*day - 77,
		Unsubscribed: false, Verified: true,
		Tags:  []string{"newsletter", "beta-tester", "webinar-2026-03", "promo-spring"},
		Lists: []string{"list-0012", "list-0107", "list-0331"},
	}
}

// TheJSON is the contact's JSON, compact, in struct order.
func TheJSON() []byte {
	b, err := json.Marshal(TheContact())
	if err != nil {
		panic(err)
	}
	return b
}

// TheMap is what encoding/json makes of it.
func TheMap() map[string]any {
	var m map[string]any
	if err := json.Unmarshal(TheJSON(), &m); err != nil {
		panic(err)
	}
	return m
}

// Countries50 and States50 are the two IN lists of rule B. The contact's own
// values stand late in both.
var Countries50 = []string{
	"AR", "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CL", "CO", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR",
	"HR", "HU", "IE", "IL", "IN", "IS", "IT", "JP", "KR", "LT", "LU", "LV", "MT", "MX", "MY", "NL", "NO", "NZ", "PE", "PH",
	"PL", "PT", "RO", "SE", "SG", "SI", "SK", "TH", "US", "UY"}

var States50 = []string{
	"AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD",
	"MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD",
	"TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "NY"}
