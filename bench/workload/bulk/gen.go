// Package bulk makes a deterministic synthetic CRM data set: contacts with 32
// fields, list memberships and engagement events. Same (n, mean) => same data.
package bulk

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
	"sync"
	"unsafe"
)

const Now = 1780272000 // 2026-06-01T00:00:00Z
const Day = 86400
const (
	EvSent = iota
	EvOpen
	EvClick
	EvView
	EvPurchase
)

type rng struct{ s uint64 }

func (r *rng) next() uint64 {
	r.s += 0x9E3779B97F4A7C15
	z := r.s
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}
func (r *rng) f() float64       { return float64(r.next()>>11) / (1 << 53) }
func (r *rng) n(n int) int      { return int((r.next() >> 32) * uint64(n) >> 32) }
func (r *rng) p(p float64) bool { return r.f() < p }
func (r *rng) norm() float64 {
	return math.Sqrt(-2*math.Log(1-r.f())) * math.Cos(2*math.Pi*r.f())
}

// zipf-ish: continuous inverse CDF of 1/x on [1,n+1)
func (r *rng) z(n int) int {
	v := int(math.Exp(r.f()*math.Log(float64(n)+1))) - 1
	if v >= n {
		v = n - 1
	}
	return v
}

var (
	Countries  = mk("country", 60, "USA", "Canada", "UK", "Germany", "France", "Spain", "Italy", "Brazil", "India", "Japan")
	States     = mk("state", 51, "CA", "NY", "TX", "FL", "WA")
	Cities     = mk("city", 5000)
	Languages  = mk("lang", 20, "en", "es", "fr", "de")
	Timezones  = mk("tz", 24)
	Sources    = mk("source", 12, "organic", "ads", "referral", "import")
	Plans      = []string{"free", "basic", "pro", "business"}
	Lifecycles = []string{"subscriber", "lead", "mql", "sql", "customer", "evangelist"}
	Genders    = []string{"f", "m", "x"}
	Devices    = []string{"mobile", "desktop", "tablet", "tv"}
	OSs        = mk("os", 6)
	Browsers   = mk("browser", 6)
	Industries = mk("industry", 30)
	Jobs       = mk("job", 500)
	FirstNames = syl(2000, 1)
	LastNames  = syl(10000, 2)
	Companies  = syl(100000, 3)
	Domains    = syl(2000, 4)
)

func mk(p string, n int, head ...string) []string {
	o := append([]string{}, head...)
	for i := len(o); i < n; i++ {
		o = append(o, p+"_"+strconv.Itoa(i))
	}
	return o
}
func syl(n int, seed uint64) []string {
	c := []string{"b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "br", "st", "sm", "th"}
	v := []string{"a", "e", "i", "o", "u", "an", "er", "in", "on", "ar"}
	r := rng{seed * 7919}
	seen := map[string]bool{}
	var o []string
	for len(o) < n {
		k := 2 + r.n(2)
		s := ""
		for i := 0; i < k; i++ {
			s += c[r.n(len(c))] + v[r.n(len(v))]
		}
		if !seen[s] {
			seen[s] = true
			o = append(o, s)
		}
	}
	return o
}

// Contact is one generated row; strings as dictionary codes.
type Contact struct {
	Country, State, Language, Timezone, Source, Plan, Lifecycle, Gender, Device, OS, Browser, Industry uint8
	City, Job, First, Last, Domain                                                                     uint16
	Company                                                                                            uint32
	Subscribed, VIP, Bounced, HasApp, SMS                                                              bool
	LeadScore, Age                                                                                     uint8
	OrderCount                                                                                         uint16
	TotalSpent, AOV                                                                                    uint32 // cents
	Signup, LastPurchase, LastActivity                                                                 uint32 // unix s; LastPurchase 0 = NULL
	Birthday                                                                                           int32  // days since epoch
	Lists                                                                                              uint32 // bit per list 0..31
}

func (c *Contact) Email(id uint32) string {
	return FirstNames[c.First] + "." + LastNames[c.Last] + strconv.Itoa(int(id)) + "@" + Domains[c.Domain] + ".com"
}

func one(id uint32) Contact {
	r := rng{uint64(id)*0xD1342543DE82EF95 + 12345}
	var c Contact
	c.Country = uint8(r.z(60))
	c.State = uint8(r.z(51))
	c.City = uint16(r.z(5000))
	c.Language = uint8(r.z(20))
	c.Timezone = uint8(r.z(24))
	c.Source = uint8(r.n(12))
	c.Plan = uint8(r.z(4))
	c.Lifecycle = uint8(r.z(6))
	c.Gender = uint8(r.n(3))
	c.Device = uint8(r.z(4))
	c.OS = uint8(r.z(6))
	c.Browser = uint8(r.z(6))
	c.Industry = uint8(r.n(30))
	c.Job = uint16(r.z(500))
	c.First = uint16(r.z(2000))
	c.Last = uint16(r.n(10000))
	c.Domain = uint16(r.z(2000))
	c.Company = uint32(r.n(100000))
	c.Subscribed = r.p(0.8)
	c.VIP = r.p(0.03)
	c.Bounced = r.p(0.05)
	c.HasApp = r.p(0.3)
	c.SMS = r.p(0.25)
	c.LeadScore = uint8(r.n(101))
	c.Age = uint8(18 + r.n(63))
	if r.p(0.6) {
		oc := 1 + int(math.Exp(r.norm()*0.9))
		if oc > 5000 {
			oc = 5000
		}
		c.OrderCount = uint16(oc)
		aov := math.Exp(math.Log(6000) + 0.8*r.norm())
		if aov > 1e6 {
			aov = 1e6
		}
		c.AOV = uint32(aov)
		ts := uint64(c.AOV) * uint64(oc)
		if ts > 2e9 {
			ts = 2e9
		}
		c.TotalSpent = uint32(ts)
		c.LastPurchase = uint32(Now - 1 - int(math.Min(r.f()*r.f()*1000*Day, 1000*Day)))
	}
	c.Signup = uint32(Now - 1 - r.n(1500*Day))
	c.LastActivity = uint32(Now - 1 - int(r.f()*r.f()*400*Day))
	c.Birthday = int32(20605 - int(c.Age)*365 - r.n(365))
	for l := 0; l < 32; l++ {
		p := 0.3 / float64(1+l/2)
		if r.p(p) {
			c.Lists |= 1 << l
		}
	}
	return c
}

type Event struct {
	Contact uint32
	TS      uint32
	Type    uint8
}

func evCount(id uint32, mean float64, r *rng) int {
	*r = rng{uint64(id)*0xA0761D6478BD642F + 777}
	k := int(mean*math.Exp(r.norm()-0.5) + r.f())
	if k > 500 {
		k = 500
	}
	return k
}

func Contacts(n int) []Contact {
	out := make([]Contact, n)
	par(n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			out[i] = one(uint32(i))
		}
	})
	return out
}

func par(n int, f func(lo, hi int)) {
	w := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for k := 0; k < w; k++ {
		wg.Add(1)
		go func() { defer wg.Done(); f(n*k/w, n*(k+1)/w) }()
	}
	wg.Wait()
}

// Events returns the events sorted by time (arrival order).
func Events(n int, mean float64) []Event {
	// count per second bucket, then place: counting sort on ts
	const span = 90 * Day
	cnt := make([]uint32, span+1)
	total := 0
	gen := func(emit func(id uint32, off uint32, t uint8)) {
		var r rng
		for id := 0; id < n; id++ {
			k := evCount(uint32(id), mean, &r)
			for j := 0; j < k; j++ {
				off := uint32(r.n(span))
				x := r.f()
				var t uint8
				switch {
				case x < 0.45:
					t = EvSent
				case x < 0.75:
					t = EvOpen
				case x < 0.87:
					t = EvClick
				case x < 0.97:
					t = EvView
				default:
					t = EvPurchase
				}
				emit(uint32(id), off, t)
			}
		}
	}
	gen(func(_ uint32, off uint32, _ uint8) { cnt[off+1]++; total++ })
	for i := 1; i <= span; i++ {
		cnt[i] += cnt[i-1]
	}
	out := make([]Event, total)
	gen(func(id uint32, off uint32, t uint8) {
		p := cnt[off]
		cnt[off]++
		out[p] = Event{id, Now - span + off, t}
	})
	return out
}

// In50 is the IN list of 50 city codes used by Q3.
func In50() []uint16 {
	var o []uint16
	for i := 0; i < 50; i++ {
		o = append(o, uint16(20+i*7))
	}
	return o
}

const Needle = "mar"

// Truth evaluates the five queries row by row with the plainest code.
func Truth(cs []Contact, ev []Event) [5][]uint32 {
	n := len(cs)
	opAll := make([]uint16, n)
	op30 := make([]uint16, n)
	cl30 := make([]uint16, n)
	for _, e := range ev {
		switch e.Type {
		case EvOpen:
			opAll[e.Contact]++
			if e.TS >= Now-30*Day {
				op30[e.Contact]++
			}
		case EvClick:
			if e.TS >= Now-30*Day {
				cl30[e.Contact]++
			}
		}
	}
	in := map[uint16]bool{}
	for _, c := range In50() {
		in[c] = true
	}
	var res [5][]uint32
	for i := range cs {
		c := &cs[i]
		id := uint32(i)
		if (c.Country == 0 || c.Country == 1) && (c.Plan == 2 || c.Plan == 3) && c.TotalSpent >= 10000 && c.TotalSpent <= 100000 {
			res[0] = append(res[0], id)
		}
		if (c.Country == 0 || c.Country == 1) && c.LastPurchase != 0 && c.LastPurchase < Now-30*Day && c.TotalSpent > 50000 && opAll[i] > 5 {
			res[1] = append(res[1], id)
		}
		if in[c.City] && contains(c.Email(id), Needle) {
			res[2] = append(res[2], id)
		}
		if op30[i] >= 5 && cl30[i] >= 2 {
			res[3] = append(res[3], id)
		}
		if (c.Lists&(1<<3) != 0 || c.Lists&(1<<7) != 0) && c.Lists&(1<<9) == 0 &&
			((c.Country == 0 || c.Country == 2 || c.Country == 3) && c.Language == 0 || !(c.Plan == 0) && c.LeadScore >= 50) &&
			c.Subscribed && !c.Bounced && (c.LastActivity > Now-60*Day || c.TotalSpent > 100000) && !(c.Signup > Now-7*Day) {
			res[4] = append(res[4], id)
		}
	}
	return res
}

func contains(s, sub string) bool {
	for i := 0; i+len(sub) <= len(s); i++ {
		if s[i:i+len(sub)] == sub {
			return true
		}
	}
	return false
}

// RowBytes is the size of the packed row struct.
func RowBytes() int { return int(unsafe.Sizeof(Contact{})) }

// In50SQL gives the IN list as SQL text.
func In50SQL() string {
	s := ""
	for i, c := range In50() {
		if i > 0 {
			s += ","
		}
		s += fmt.Sprintf("'%s'", Cities[c])
	}
	return s
}
