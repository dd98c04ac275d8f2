package interop

import (
	"maps"
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// The table of the systems that are read and written, and Import and Export, which look up
// a system in it.

// systems are all that can be read, by name. Each is in a file of its own.
var systems = map[string]system{
	"braze":               {read: readBraze},
	"customerio":          {read: readCustomerIO},
	"dittofeed":           {read: readDittofeed},
	"growthbook":          {read: mongoDialect{JS: true}.Read},
	"hubspot":             {read: readHubSpot},
	"jquery-querybuilder": {read: readJQuery},
	"jsonlogic":           {read: readJSONLogic, write: exportJSONLogic},
	"keila":               {read: mongoDialect{SQL: true}.Read},
	"klaviyo":             {read: readKlaviyo},
	"launchdarkly":        {read: readLaunchDarkly},
	"listmonk":            {textual: true, read: readListmonk},
	"mautic":              {textual: true, read: readMautic},
	"mongodb":             {read: mongoDialect{Lists: true}.Read, write: exportMongo},
	"notifuse":            {read: readNotifuse},
	"omnisend":            {read: readOmnisend},
	"onesignal":           {read: readOneSignal},
	"parcelvoy":           {read: readParcelvoy},
	"plunk":               {read: readPlunk},
	"posthog":             {read: readPostHog},
	"react-querybuilder":  {read: readReact, write: exportReact},
	"sendgrid":            {textual: true, read: readSendGrid},
	"shopify":             {textual: true, read: readShopify},
	"twilio-segment":      {textual: true, read: readTwilio},
	"unleash":             {read: readUnleash},
	"unomi":               {read: readUnomi},
}

// Systems are the names of all systems whose definitions [Import] reads, in order.
func Systems() []string { return slices.Sorted(maps.Keys(systems)) }

// Import reads a definition of another system as [Options.Import] does with this schema, which
// may be nil.
func Import(system string, definition []byte, schema *segment.Schema) (segment.Segment, []Loss, error) {
	return Options{Schema: schema}.Import(system, definition)
}

// Import reads a definition of another system. The condition has the answers that the system
// has, also for missing values, letter case, windows and empty groups, but for the losses,
// which are in the order of their places and never nil. The segment has the id and name of
// the definition, where it has them; where nothing of it can be said, it has no condition.
//
// An unknown system, a text that is not of its form, an unknown operator and a value of the
// wrong kind are errors ([segment.Errors]), each with its place: nothing is left out in silence. Cost
// grows with the definition.
func (o Options) Import(name string, definition []byte) (s segment.Segment, losses []Loss, err error) {
	from, err := systemNamed(name)
	if err != nil {
		return segment.Segment{}, nil, err
	}
	root := &node{Kind: isText, Text: string(definition)}
	if !from.textual || startsJSON(definition) {
		if root, err = parse(definition); err != nil {
			return segment.Segment{}, nil, err
		}
	}
	r := &reader{Options: o, Text: definition, Losses: []Loss{}}
	s = from.read(r, root)
	if len(r.Errs) > 0 {
		return segment.Segment{}, nil, r.Errs
	}
	if s.Condition == nil && len(r.Losses) == 0 {
		r.Fail(root, rule.ErrValue, "the definition asks for nothing, and %s does not say whether that is nobody or everybody", name)
		return segment.Segment{}, nil, r.Errs
	}
	if s.Condition != nil {
		s.Condition, err = r.Checked(s.Condition)
	}
	return s, inOrder(r.Losses), err
}

// Export writes a segment as a definition of another system as [Options.Export] does with
// this schema, which may be nil.
func Export(system string, s segment.Segment, schema *segment.Schema) ([]byte, []Loss, error) {
	return Options{Schema: schema}.Export(system, s)
}

// Exports are the names of the systems that [Export] writes, in order.
func Exports() (names []string) {
	for _, name := range Systems() {
		if systems[name].write != nil {
			names = append(names, name)
		}
	}
	return names
}

// Export writes a segment as a definition of another system, which [Import] reads back as a
// condition with the same answers, but for the losses. Where nothing of the condition can be
// said, the definition is empty and a loss says so. The Path of a loss is the JSON Pointer to
// the part in the definition of this library ([segment.MarshalCondition]).
//
// An unknown system, one that Export does not write, and a condition that does not fit the
// schema are errors. The cost grows with the condition times its depth.
func (o Options) Export(name string, s segment.Segment) (definition []byte, losses []Loss, err error) {
	to, err := systemNamed(name)
	if err != nil {
		return nil, nil, err
	}
	if to.write == nil {
		err := rule.Errorf(rule.ErrUnknown, "definitions of %q are read only", name)
		err.Suggestion = textset.Nearest(name, Exports()...)
		return nil, nil, err
	}
	c, err := o.resolved(s.Condition)
	if err != nil {
		return nil, nil, err
	}
	if definition, losses, err = to.write(o, c); losses == nil {
		losses = []Loss{}
	}
	return definition, losses, err
}

// startsJSON reports whether a text is a JSON string, object or list, by its first character.
func startsJSON(text []byte) bool {
	for _, b := range text {
		switch b {
		case ' ', '\t', '\n', '\r':
		default:
			return b == '"' || b == '{' || b == '['
		}
	}
	return false
}

// systemNamed finds a system.
func systemNamed(name string) (system, error) {
	s, ok := systems[name]
	if !ok {
		err := rule.Errorf(rule.ErrUnknown, "unknown system %q", name)
		err.Suggestion = textset.Nearest(name, Systems()...)
		return system{}, err
	}
	return s, nil
}

// A system is one system whose definitions are read.
type system struct {
	// textual: a definition is a text of the system's own, which read gets as a node of a
	// text. It may also come as a JSON string, or in the object that the system's interface
	// has it in: see Query.
	textual bool
	read    func(r *reader, n *node) segment.Segment
	// write writes a condition that fits the schema, as that has it; nil if Export does not
	// have the system.
	write func(o Options, c rule.Condition) (definition []byte, losses []Loss, err error)
}
