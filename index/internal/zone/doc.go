// Package zone writes the zone of a calendar as what it is, and not by its name alone.
//
// A name does not say enough: [time.FixedZone] gives any name to any offset, "Local"
// is another zone on another machine, and the zone database changes the rules of a
// name from one year to the next. So a zone is kept as its offsets from UTC and the
// instants at which they change, up to [lastYear]; after that the zones of the
// database have a yearly rule, which comes again every 400 years as the calendar does.
//
// Files in reading order: zone.go (what a zone is, and the zone of it), encode.go (as
// bytes).
package zone
