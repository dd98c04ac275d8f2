// Package posthog reads cohorts of PostHog.
//
// # Reading the code
//
// In reading order: posthog.go (groups and properties); events.go (what people did).
package posthog
