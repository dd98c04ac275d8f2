package sample

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/segmentrules/segment"
)

// Customers is how many there are.
const Customers = 1000

// Now is where the clock stands at first.
var Now = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// A customer is one that is made up; it is a function of its number.
type customer struct {
	id     string
	signup time.Time
	keen   float64 // how much it does, 1 on average
	chance *rand.Rand
	create segment.Update
}

// pick takes one, the first ones more often than the last ones.
func pick[T any](r *rand.Rand, from []T) T {
	return from[int(r.Float64()*r.Float64()*float64(len(from)))]
}

// customerOf makes a customer up. Three in ten have signed up within the past that is told.
func customerOf(i int) customer {
	r := rand.New(rand.NewPCG(7, uint64(i)))
	ago := past + time.Duration(r.ExpFloat64()*400*24)*time.Hour
	if r.IntN(10) < 3 {
		ago = time.Duration(r.Int64N(int64(past)))
	}
	first, last, place := pick(r, firstNames), pick(r, lastNames), pick(r, places)
	c := customer{id: fmt.Sprintf("c%04d", i+1), signup: Now.Add(-ago).Truncate(time.Minute), keen: r.ExpFloat64(), chance: r}
	set := map[string]segment.Value{
		"name":    segment.Text(first + " " + last),
		"email":   segment.Text(strings.ToLower(plain.Replace(first+"."+last)) + fmt.Sprint(i+1) + "@example.com"),
		"country": segment.Text(place.country),
		"city":    segment.Text(pick(r, place.cities)),
		"tier":    segment.Text(pick(r, tiers)),
		"signup":  segment.Time(c.signup),
		"points":  segment.Int(int64(r.IntN(50) * 10)),
		"consent": segment.Bool(r.IntN(4) > 0),
	}
	if r.IntN(8) > 0 { // some do not tell
		set["birthday"] = segment.Date(1950+r.IntN(56), time.Month(1+r.IntN(12)), 1+r.IntN(28))
	}
	c.create = segment.Update{Contact: c.id, At: c.signup, Set: set, Create: true}
	if r.IntN(3) > 0 {
		c.create.Join = append(c.create.Join, "newsletter")
	}
	if r.IntN(12) == 0 {
		c.create.Join = append(c.create.Join, "VIP")
	}
	return c
}

// plain writes letters of names as addresses have them.
var plain = strings.NewReplacer("é", "e", "É", "e", "è", "e", "ö", "o", "ø", "o")
