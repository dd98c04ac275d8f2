package rules

// A textCache finds rows by text, faster than a map does: a text has two places,
// and of several the last two put there have them. It keeps the texts it is given.
type textCache struct {
	slots []textSlot // a power of two
	put   int
}

// A textSlot is a text with its row.
type textSlot struct {
	text  string
	row   Row
	known bool
}

// Sizes of a cache, in slots.
const (
	leastTexts = 1 << 4
	mostTexts  = 1 << 11
)

// place is the first place of a text, told from its length and both its ends, as the texts
// of one attribute are mostly short, and differ there.
func (c *textCache) place(text string) uint64 {
	n := len(text)
	h := uint64(n)
	if n >= 8 {
		h = (h ^ eight(text)) * 0x9e3779b97f4a7c15
		h ^= h>>29 ^ eight(text[n-8:])
	} else {
		for i := range n {
			h = h<<8 | uint64(text[i])
		}
	}
	// the upper half of a product is mixed best
	h *= 0x9e3779b97f4a7c15
	return h >> 32 & uint64(len(c.slots)-1)
}

// eight are the first bytes of a text as a number.
func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// get returns the row of a text, if it is in one of its two places.
func (c *textCache) get(text string) (Row, bool) {
	if len(c.slots) == 0 {
		return nil, false
	}
	at := c.place(text)
	if s := &c.slots[at]; s.known && s.text == text {
		return s.row, true
	}
	s := &c.slots[at^1]
	return s.row, s.known && s.text == text
}

// add puts a text in its place. A cache that was filled once over gets bigger.
func (c *textCache) add(text string, w Row) {
	if c.put++; c.put > len(c.slots) && len(c.slots) < mostTexts {
		old := c.slots
		// texts have other places in a larger table
		c.slots, c.put = make([]textSlot, max(leastTexts, 4*len(old))), 0
		for _, s := range old {
			if s.known {
				c.store(s)
			}
		}
	}
	c.store(textSlot{text, w, true})
}

// store puts a text in its first place; what was there moves to the second.
func (c *textCache) store(s textSlot) {
	at := c.place(s.text)
	c.slots[at^1], c.slots[at] = c.slots[at], s
}
