package segment

import (
	"encoding/binary"
	"fmt"
	"hash/crc64"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/lexer"
)

// An Environment is what the answer to a rule hangs on besides the rule, the contact and the
// instant: two machines with one environment give the same answers. A log that is applied
// again, and replicas that apply one log, compare it first.
type Environment struct {
	// Meaning grows when this package comes to answer a rule otherwise than before: a
	// fault that is mended counts.
	Meaning int `json:"meaning"`
	// Unicode is the version of the tables by which case is ignored and patterns match.
	Unicode string `json:"unicode"`
	// Zones is a digest of the zone database from 1970 to 2040, by which IN ZONE and
	// calendars with a name count days.
	Zones string `json:"zones"`
}

// meaning is [Environment.Meaning] of this code.
const meaning = 1

// EnvironmentHere returns that of this program. The first call reads the zone database,
// which takes some tens of milliseconds; later calls return the same. It may be called at
// any time, from several goroutines at once.
func EnvironmentHere() Environment {
	return Environment{Meaning: meaning, Unicode: unicode.Version, Zones: zonesDigest()}
}

// Differs says what is not the same in another environment; empty if all is.
func (e Environment) Differs(o Environment) string {
	var all []string
	for _, part := range [...]struct {
		name string
		a, b any
	}{
		{"the meaning of rules", e.Meaning, o.Meaning},
		{"the version of Unicode", e.Unicode, o.Unicode},
		{"the zone database", e.Zones, o.Zones},
	} {
		if part.a != part.b {
			all = append(all, fmt.Sprintf("%s (%v, and %v)", part.name, part.a, part.b))
		}
	}
	return strings.Join(all, ", ")
}

// zonesDigest is the digest of all zones that have a name for people.
var zonesDigest = sync.OnceValue(func() string {
	table := crc64.MakeTable(crc64.ECMA)
	first, last := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
	var digest uint64
	var b []byte
	for _, name := range strings.Fields(lexer.ZoneNames) {
		b = append(append(b[:0], name...), 0)
		loc, ok := calendar.Zone(name)
		for at := first; ok && at.Before(last); {
			at = at.In(loc)
			_, offset := at.Zone()
			b = binary.AppendVarint(binary.AppendVarint(b, at.Unix()), int64(offset))
			_, next := at.ZoneBounds()
			if !next.After(at) {
				break // no further change
			}
			at = next
		}
		digest = crc64.Update(digest, table, b)
	}
	return fmt.Sprintf("%016x", digest)
})
