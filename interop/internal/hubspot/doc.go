// Package hubspot reads lists of HubSpot.
//
// # Reading the code
//
// In reading order: hubspot.go (branches and filters); property.go (operations of properties);
// time.go (operations of dates); point.go (points of time); event.go (events).
package hubspot
