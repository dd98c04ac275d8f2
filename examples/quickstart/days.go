package main

import "time"

// What the report shows, and how far it looks.
const (
	previewed = "a06"
	explained = "a08"
)

var (
	previewAt = date(2018, 12, 25)
	lastDay   = date(2019, 6, 30) // of the last order
	end       = date(2021, 1, 1)
)

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
