package interop

import (
	"maps"
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/interop/internal/campaigns"
	"github.com/segmentrules/segment/interop/internal/dittofeed"
	"github.com/segmentrules/segment/interop/internal/flags"
	"github.com/segmentrules/segment/interop/internal/hubspot"
	"github.com/segmentrules/segment/interop/internal/jquery"
	"github.com/segmentrules/segment/interop/internal/jsonlogic"
	"github.com/segmentrules/segment/interop/internal/klaviyo"
	"github.com/segmentrules/segment/interop/internal/mailsql"
	"github.com/segmentrules/segment/interop/internal/mautic"
	"github.com/segmentrules/segment/interop/internal/mongo"
	"github.com/segmentrules/segment/interop/internal/posthog"
	"github.com/segmentrules/segment/interop/internal/react"
	"github.com/segmentrules/segment/interop/internal/shopify"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/interop/internal/twilio"
	"github.com/segmentrules/segment/interop/internal/unomi"
	"github.com/segmentrules/segment/rule"
)

// A system is one system whose definitions are read.
type system struct {
	// textual: a definition is a text of the system's own, which read gets as a node of a
	// text. It may also come as a JSON string, or in the object that the system's interface
	// has it in: see [source.Reader.Query].
	textual bool
	read    func(r *source.Reader, n *source.Node) segment.Segment
	// write writes a condition that fits the schema, as that has it; nil if Export does not
	// have the system.
	write func(o source.Options, c rule.Condition) (definition []byte, losses []source.Loss, err error)
}

// systems are all that can be read, by name. Each has a package, or a file of one, of its own.
var systems = map[string]system{
	"braze":               {read: campaigns.ReadBraze},
	"customerio":          {read: campaigns.ReadCustomerIO},
	"dittofeed":           {read: dittofeed.Read},
	"growthbook":          {read: mongo.Dialect{JS: true}.Read},
	"hubspot":             {read: hubspot.Read},
	"jquery-querybuilder": {read: jquery.Read},
	"jsonlogic":           {read: jsonlogic.Read, write: jsonlogic.Export},
	"keila":               {read: mongo.Dialect{SQL: true}.Read},
	"klaviyo":             {read: klaviyo.Read},
	"launchdarkly":        {read: flags.ReadLaunchDarkly},
	"listmonk":            {textual: true, read: mailsql.ReadListmonk},
	"mautic":              {textual: true, read: mautic.Read},
	"mongodb":             {read: mongo.Dialect{Lists: true}.Read, write: mongo.Export},
	"notifuse":            {read: campaigns.ReadNotifuse},
	"omnisend":            {read: campaigns.ReadOmnisend},
	"onesignal":           {read: campaigns.ReadOneSignal},
	"parcelvoy":           {read: campaigns.ReadParcelvoy},
	"plunk":               {read: campaigns.ReadPlunk},
	"posthog":             {read: posthog.Read},
	"react-querybuilder":  {read: react.Read, write: react.Export},
	"sendgrid":            {textual: true, read: mailsql.ReadSendGrid},
	"shopify":             {textual: true, read: shopify.Read},
	"twilio-segment":      {textual: true, read: twilio.Read},
	"unleash":             {read: flags.ReadUnleash},
	"unomi":               {read: unomi.Read},
}

// Systems are the names of all systems whose definitions [Import] reads, in order.
func Systems() []string { return slices.Sorted(maps.Keys(systems)) }

// Exports are the names of the systems that [Export] writes, in order.
func Exports() (names []string) {
	for _, name := range Systems() {
		if systems[name].write != nil {
			names = append(names, name)
		}
	}
	return names
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
