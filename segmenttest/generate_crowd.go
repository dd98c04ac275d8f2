package segmenttest

import (
	"fmt"
	"time"

	"github.com/leanovate/gopter"

	"github.com/segmentrules/segment"
)

// A Crowd is many contacts and many conditions that have to do with each other,
// at one instant: for what answers about all contacts at once, such as a
// database.
type Crowd struct {
	At         time.Time
	Contacts   []segment.Record // each with an id of its own
	Conditions []segment.Condition
}

// Crowds generates a [Crowd] of so many contacts and conditions. It does not
// shrink.
func Crowds(contacts, conditions int) gopter.Gen {
	return generator(func(m *maker) any {
		c := Crowd{At: m.now}
		for i := range contacts {
			x := m.contact()
			x.ID = fmt.Sprintf("c%03d", i)
			c.Contacts = append(c.Contacts, x)
		}
		for range conditions {
			c.Conditions = append(c.Conditions, m.condition(m.depth()))
		}
		return c
	}, nil)
}
