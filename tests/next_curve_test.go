package tests

import "testing"

const (
	agesAB = `{"a":"2026-01-01T00:00:00Z","b":"2026-02-01T00:00:00Z"}` // 31 days apart
	ageC   = `{"c":"2026-05-01T00:00:00Z"}`
)

// Products, quotients and remainders of values that move: to the nanosecond.
func TestNextOfCurves(t *testing.T) {
	checkChanges(t, []change{
		// b is as old as the 31 days between them on 4 March.
		ch(`AGE(a) / AGE(b) > 2`, agesAB, ``, `2026-03-01`, `2026-03-04T00:00:00Z`),
		ch(`AGE(a) / AGE(b) >= 2`, agesAB, ``, `2026-03-01`, `2026-03-04T00:00:00.000000001Z`),
		ch(`AGE(a) / AGE(b) = 2`, agesAB, ``, `2026-03-01`, `2026-03-04T00:00:00Z`),
		ch(`AGE(a) / AGE(b) > 1`, agesAB, ``, `2026-03-01`, ``),  // it comes down to 1 for ever
		ch(`AGE(a) / AGE(b) <= 1`, agesAB, ``, `2026-03-01`, ``), // and never gets there
		ch(`AGE(a) / AGE(b) > 2`, agesAB, ``, `2026-01-20`, `2026-02-01T00:00:00.000000001Z`),
		// 40 × 9 days
		ch(`(AGE(a) / 1 day) * (AGE(b) / 1 day) >= 360`, agesAB, ``, `2026-02-05`, `2026-02-10T00:00:00Z`),
		ch(`(AGE(a) / 1 day) * (AGE(b) / 1 day) > 360`, agesAB, ``, `2026-02-05`, `2026-02-10T00:00:00.000000001Z`),
		ch(`(AGE(a) / 1 day) * (AGE(b) / 1 day) = 360`, agesAB, ``, `2026-02-05`, `2026-02-10T00:00:00Z`),
		ch(`AGE(a) * (AGE(b) / 1 day) >= 360 days`, agesAB, ``, `2026-02-05`, `2026-02-10T00:00:00Z`),
		ch(`(AGE(a) / 1 day) * (AGE(b) / 1 day) >= 0`, agesAB, ``, `2026-02-05`, ``),
		// From below 0 × 31 up to it, where a square touches 0 and rises again.
		ch(`(AGE(b) / 1 day) * (AGE(b) / 1 day) <= 0`, agesAB, ``, `2026-01-05`, `2026-02-01T00:00:00Z`),
		ch(`(AGE(b) / 1 day) * (AGE(b) / 1 day) < 0`, agesAB, ``, `2026-01-05`, ``),
		// At 2 days each: 8 = 2 × 2 × 2.
		ch(`(AGE(b) / 1 day) * (AGE(b) / 1 day) * (AGE(b) / 1 day) >= 8`, agesAB, ``, `2026-02-02`, `2026-02-03T00:00:00Z`),
		// A pole: missing at the instant itself, then more than any number.
		ch(`100 / (AGE(c) / 1 day) > 5`, ageC, ``, `2026-03-01`, `2026-05-01T00:00:00.000000001Z`),
		ch(`100 / (AGE(c) / 1 day) > 5`, ageC, ``, `2026-05-02`, `2026-05-21T00:00:00Z`),
		ch(`100 / (AGE(c) / 1 day) = NULL`, ageC, ``, `2026-03-01`, `2026-05-01T00:00:00Z`),
		ch(`100 / (AGE(c) / 1 day) = NULL`, ageC, ``, `2026-05-01`, `2026-05-01T00:00:00.000000001Z`),
	})
}

func TestNextOfRemainders(t *testing.T) {
	checkChanges(t, []change{
		ch(`(AGE(a) / 1 day) % 10 < 3`, agesAB, ``, `2026-03-01`, `2026-03-02T00:00:00Z`), // 60 days
		ch(`(AGE(a) / 1 day) % 10 < 3`, agesAB, ``, `2026-03-02`, `2026-03-05T00:00:00Z`),
		ch(`(AGE(a) / 1 day) % 10 <= 3`, agesAB, ``, `2026-03-02`, `2026-03-05T00:00:00.000000001Z`),
		ch(`(AGE(a) / 1 day) % 10 = 0`, agesAB, ``, `2026-03-01`, `2026-03-02T00:00:00Z`),
		ch(`(AGE(a) / 1 day) % 10 <= 10`, agesAB, ``, `2026-03-01`, ``),
		ch(`(AGE(a) / 1 day) % -10 < 3`, agesAB, ``, `2026-03-01`, `2026-03-02T00:00:00Z`),
		ch(`(AGE(a) / 1 day) % 0 < 3`, agesAB, ``, `2026-03-01`, ``),
		// 61 days before: the sign is that of the age, so -60 leaves 0, and then -9.99….
		ch(`(AGE(c) / 1 day) % 10 > -3`, ageC, ``, `2026-03-01`, `2026-03-02T00:00:00.000000001Z`),
		// 45 days are 3 × 14 and 3 more, which a nanosecond later are less than 3.
		ch(`(AGE(a) / 1 day) % (AGE(b) / 1 day) < 3`, agesAB, ``, `2026-02-15T00:00:00Z`, `2026-02-15T00:00:00.000000001Z`),
	})
}

// A duration divided by a number is rounded down to the nanosecond, and one
// past 20,000 years is missing.
func TestNextOfRoundedDurations(t *testing.T) {
	checkChanges(t, []change{
		ch(`AGE(a) / 1000000 >= 5 seconds`, agesAB, ``, `2026-01-05`, `2026-02-27T20:53:20Z`),                    // 5,000,000 seconds
		ch(`AGE(a) / 1000000 > 5 seconds`, agesAB, ``, `2026-01-05`, `2026-02-27T20:53:20.001Z`),                 // a nanosecond more takes 1 ms
		ch(`AGE(a) * 1000000000 < 1 second`, `{"a":"2026-05-01"}`, ``, `2026-03-01`, `2026-04-30T23:49:27.552Z`), // 632,448,000,000 seconds are in range
		ch(`AGE(a) * 1000000000 < 1 second`, `{"a":"2026-05-01"}`, ``, `2026-04-30T23:55:00Z`, `2026-05-01T00:00:00.000000001Z`),
		ch(`AGE(a) * 1000000000 >= 1 second`, `{"a":"2026-05-01"}`, ``, `2026-05-01T00:01:00Z`, `2026-05-01T00:10:32.448000001Z`),
	})
}

// A clock beside itself does not move, nor does what is out of its range.
func TestNextOfWhatNeverChanges(t *testing.T) {
	for _, rule := range []string{
		`NOW = NOW`, `NOW != NOW`, `TODAY = TODAY`, `TODAY < TODAY`, `DATE(NOW) = TODAY`, `NOW <= TODAY`,
		`MONTH(TODAY) = MONTH(TODAY)`, `HOUR(NOW) % 2 = HOUR(NOW) % 2`, `TODAY > TODAY - 1 day`, `TODAY - 7 days = TODAY - 1 week`,
		`MONTH(TODAY) = 13`, `HOUR(NOW) > 24`, `WEEKDAY(NOW) BETWEEN 1 AND 7`, `QUARTER(TODAY) >= 1`, `ANNIVERSARY(a - 1 year) IS NULL`,
		`TODAY OLDER THAN 3 days`, `TODAY IN THE PAST`, `1 month / 1 week > 5`, `AGE(TODAY) < 3 days`, `NOW DURING THIS QUARTER`,
	} {
		checkChanges(t, []change{ch(rule, agesAB, ``, `2026-03-05T07:00:00Z`, ``)})
	}
}
