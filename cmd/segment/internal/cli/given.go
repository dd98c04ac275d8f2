package cli

import (
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/rules"
)

// What most subcommands are given: a rule with what it is read against, and an instant.

// A ruleFlags is the flags of a rule.
type ruleFlags struct {
	schemaFile   string
	segmentsFile string

	schema   *segment.Schema
	segments []segment.Segment
}

func (f *ruleFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.schemaFile, "schema", "", "file with the schema that rules are read and checked against")
	c.Flags().StringVar(&f.segmentsFile, "segments", "", "file with the segments that rules may name, as JSON or NDJSON")
}

// load reads the files.
func (f *ruleFlags) load() (err error) {
	if f.schema, err = rules.Schema(f.schemaFile); err != nil {
		return about(f.schemaFile, err)
	}
	if f.segmentsFile == "" {
		return nil
	}
	f.segments, err = segmentsOf(f.segmentsFile, f.schema)
	f.schema = rules.Knowing(f.schema, f.segments)
	return err
}

// segmentsOf reads a file of segments.
func segmentsOf(file string, s *segment.Schema) ([]segment.Segment, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	segs, err := rules.Segments(rules.Text{Name: file, Path: file, Text: string(text), IsJSON: true}, s)
	return segs, about(file, err)
}

// rule reads the rule that an argument stands for.
func (a *app) rule(f *ruleFlags, arg string) (segment.Segment, error) {
	if err := f.load(); err != nil {
		return segment.Segment{}, err
	}
	text, err := rules.Given(arg, a.In)
	if err != nil {
		return segment.Segment{}, unreachable(err)
	}
	seg, err := rules.Read(text, f.schema)
	return seg, about(text.Name, err)
}

// inline puts the rules of the segments into a condition that names them.
func (f *ruleFlags) inline(c segment.Condition) (segment.Condition, error) {
	if len(f.segments) == 0 {
		return c, nil
	}
	all := []segment.Condition{c}
	for _, seg := range f.segments {
		all = append(all, seg.Condition)
	}
	for _, c := range all {
		if id, zoned := rules.Zoned(c); zoned {
			return nil, input("IN SEGMENT %q stands within IN ZONE: give its members with the contacts, and not by --segments", id)
		}
	}
	return rules.Inlined(f.segments)(c), nil
}

// An atFlags is the flags of an instant.
type atFlags struct{ at, zone string }

func (f *atFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.at, "at", "", "instant to answer for, such as 2026-01-31T10:00:00Z or 2026-01-31 (default now)")
	c.Flags().StringVar(&f.zone, "zone", "", "time zone of the calendar, such as Europe/Berlin (default that of the schema, or UTC)")
}

// instant returns the instant in the calendar's zone.
func (a *app) instant(f *atFlags, s *segment.Schema) (time.Time, error) {
	zone, err := zoneOf(f.zone, s)
	if err != nil || f.at == "" {
		return a.Now().In(zone), err
	}
	return parseInstant("--at", f.at, zone)
}

func zoneOf(name string, s *segment.Schema) (*time.Location, error) {
	if name == "" && s != nil {
		name = s.Zone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC, input("there is no time zone %q", name)
	}
	return zone, nil
}

// parseInstant reads an instant, or a day, of which the first instant is meant.
func parseInstant(flag, text string, zone *time.Location) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at.In(zone), nil
	}
	if at, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return at, nil
	}
	return time.Time{}, input("%s is no instant: %q; write it as 2026-01-31T10:00:00Z or 2026-01-31", flag, text)
}
