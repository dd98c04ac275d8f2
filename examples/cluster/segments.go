package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/segmentrules/segment"
)

// Ten segments, nearly all with a window of a few seconds: contacts leave them because time
// passes, without a message. Their definitions change while they are at work.

// A template is a segment whose window and number are drawn anew at each definition.
type template struct {
	id, rule string // {w} is a window of 3 to 20 seconds, {n} a number from low on
	low      int
	span     int
}

var templates = []template{
	{"busy", `COUNT(visit) >= {n} IN LAST {w} SECONDS`, 2, 3},
	{"buyers", `DID purchase IN LAST {w} SECONDS AND score >= {n}`, 10, 50},
	{"spenders", `SUM(purchase.amount) > {n} IN LAST {w} SECONDS`, 40, 120},
	{"carts", `DID cart THEN NOT purchase WITHIN 3 SECONDS IN LAST {w} SECONDS`, 0, 1},
	{"quiet", `DID visit IN LAST 20 SECONDS AND DID NOT visit IN LAST {w} SECONDS`, 0, 1},
	{"pricing", `COUNT(visit WHERE page = "pricing") >= {n} IN LAST {w} SECONDS`, 1, 2},
	{"upgraded", `plan CHANGED IN LAST {w} SECONDS AND plan != "free"`, 0, 1},
	{"settled", `plan HAS BEEN "pro" FOR {w} SECONDS`, 0, 1},
	{"hot", `IN SEGMENT "busy" AND NOT IN SEGMENT "quiet" AND score > {n}`, 20, 60},
	{"choice", `AT LEAST 2 OF (IN SEGMENT "buyers", IN SEGMENT "pricing", IN LIST "news", country = "PT")`, 0, 1},
}

// define draws a definition of the segment.
func (t template) define(r *rand.Rand) (segment.Segment, error) {
	rule := strings.NewReplacer(
		"{w}", fmt.Sprint(3+r.IntN(18)),
		"{n}", fmt.Sprint(t.low+r.IntN(t.span)),
	).Replace(t.rule)
	c, err := segment.Parse(rule)
	if err != nil {
		return segment.Segment{}, fmt.Errorf("segment %s: %w", t.id, err)
	}
	return segment.Segment{ID: t.id, Condition: c}, nil
}
