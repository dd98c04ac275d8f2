// Package flags reads segments and constraints of systems of feature flags: LaunchDarkly and
// Unleash.
//
// # Reading the code
//
// In reading order: reader.go; launchdarkly.go; unleash.go. The two know nothing of each other.
package flags
