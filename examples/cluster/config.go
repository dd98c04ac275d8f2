package main

import (
	"errors"
	"time"
)

// A config is what the flags say.
type config struct {
	lasts      time.Duration
	partitions int
	contacts   int
	rate       float64
	seed       uint64
	plain      bool
	dir        string
}

// check says what cannot be.
func (c config) check() error {
	switch {
	case c.lasts < 5*time.Second || c.lasts > 24*time.Hour:
		return errors.New("-for is a length of time from 5s to 24h")
	case c.partitions < 1 || c.partitions > 256:
		return errors.New("-partitions is a number from 1 to 256")
	case !(c.rate >= 1 && c.rate <= 100_000):
		return errors.New("-rate is a number from 1 to 100,000")
	case c.contacts < 1 || c.contacts > 1_000_000:
		return errors.New("-contacts is a number from 1 to 1,000,000")
	}
	return nil
}
