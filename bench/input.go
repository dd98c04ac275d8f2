package main

import "math/rand/v2"

// Mutate changes a few fields so that the rules go both ways.
func Mutate(r *rand.Rand, c Contact) Contact {
	pick := func(l ...string) string { return l[r.IntN(len(l))] }
	for range 1 + r.IntN(4) {
		switch r.IntN(18) {
		case 0:
			c.Country = pick("US", "CA", "ZZ", "AR", "DE")
		case 1:
			c.State = pick("NY", "AL", "QQ")
		case 2:
			c.Plan = pick("pro", "business", "free")
		case 3:
			c.JobTitle = pick("Chief Engineer", "Director of Ops", "Clerk", "Chief Clerk")
		case 4:
			c.Company = pick("Acme", "Zed", "Ac")
		case 5:
			c.Age = float64(18 + r.IntN(50))
		case 6:
			c.TotalSpent = float64([]int{0, 100, 499, 500, 501, 5000, 5001, 200000}[r.IntN(8)])
		case 7:
			c.LastPurchaseAt = Now - float64(r.IntN(120)*day)
		case 8:
			c.EmailOpens = float64(r.IntN(10))
		case 9:
			c.Unsubscribed = r.IntN(2) == 0
		case 10:
			c.Tags = []string{pick("vip", "churned", "x"), pick("y", "z", "vip")}
		case 11:
			c.NPS = float64(r.IntN(5))
		case 12:
			c.Source = pick("ads", "import", "referral")
		case 13:
			c.LifecycleStage = pick("lead", "customer")
		case 14:
			c.LastSeenAt = Now - float64(r.IntN(20)*day)
		case 15:
			c.Verified = r.IntN(2) == 0
		case 16:
			c.Email = pick("a@acme.example", "b@other.example")
		case 17:
			c.Language = pick("en", "de")
		}
	}
	return c
}
