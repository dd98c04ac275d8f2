// Package klaviyo reads segments of Klaviyo.
//
// # Reading the code
//
// In reading order: klaviyo.go (groups and conditions); filter.go (filters of properties); time.go
// (dates, windows, and what profiles did); consent.go (what a profile agreed to).
package klaviyo
