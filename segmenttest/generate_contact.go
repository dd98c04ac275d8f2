package segmenttest

import (
	"fmt"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Random contacts: fields of a small vocabulary, some missing and some of the wrong kind, and
// events, lists and history around the instant of the case.

// A field of the vocabulary, and the kind that rules expect of it.
type field struct {
	path rule.Field
	kind segment.Kind
}

// vocabulary returns the fields that generated contacts have and conditions
// use: `missing` is in no contact, `opens` is a calculated field's.
func vocabulary() []field {
	return []field{
		{"plan", segment.KindText}, {"country", segment.KindText}, {"id", segment.KindText},
		{"n", segment.KindNumber}, {"age", segment.KindNumber}, {"epoch", segment.KindNumber},
		{"company.size", segment.KindNumber}, {`odd\.name`, segment.KindNumber}, {"missing", segment.KindNumber},
		{"flag", segment.KindBool}, {"AND", segment.KindBool},
		{"seen", segment.KindTime}, {"due", segment.KindTime},
		{"born", segment.KindDate}, {"company.since", segment.KindDate},
		{"tags", segment.KindList}, {"scores", segment.KindList}, {"orders", segment.KindList},
		{"took", segment.KindDuration}, {"app", segment.KindVersion},
		{"ip", segment.KindNull}, {"zone", segment.KindNull},
	}
}

// path picks a field that should hold the kind.
func (m *maker) path(k segment.Kind) rule.Field {
	if m.bound {
		return m.propPath(k)
	}
	var fit []rule.Field
	for _, f := range vocabulary() {
		if f.kind == k || m.chance(2) {
			fit = append(fit, f.path)
		}
	}
	if len(fit) == 0 {
		return "plan"
	}
	return pick(m, fit...)
}

// propPath picks a property of an event or a member of an element.
func (m *maker) propPath(k segment.Kind) rule.Field {
	switch k {
	case segment.KindNumber:
		return pick[rule.Field](m, "amount", "amount", "cart.size")
	case segment.KindTime, segment.KindDate:
		return pick[rule.Field](m, "due", "at")
	}
	return pick[rule.Field](m, "sku", "product", "sku", "missing")
}

// contact makes a contact in which each part may be missing.
func (m *maker) contact() segment.Record {
	c := segment.Record{
		ID:      pick(m, "ann", "bob", ""),
		Fields:  m.fields(),
		Log:     m.events(pick(m, 0, 1, 2, 3, 5, 8)),
		Lists:   make(map[string]time.Time),
		Changes: make(map[string][]segment.Change),
	}
	if m.chance(1) { // a busy one: what is right of few events may be too slow, or wrong, of many
		c.Log = m.events(30 + m.r.Intn(40))
	}
	for _, name := range some(m, 2, "vip", "trial") {
		c.Lists[name] = m.near()
	}
	if m.chance(60) {
		c.Segments = some(m, 2, "s1", "s2")
	}
	for _, path := range []string{"plan", "n", "company.size"} {
		if m.chance(70) {
			c.Changes[path] = m.history(c.Field(path), func() segment.Value {
				return pick(m, segment.Text("pro"), segment.Text("free"), segment.Int(1), segment.Text("1.0"))
			})
		}
	}
	if m.chance(70) {
		c.Changes["seen"] = m.history(c.Field("seen"), m.instantValue)
	}
	return c
}

func (m *maker) fields() map[string]segment.Value {
	fields := make(map[string]segment.Value)
	set := func(name string, v func() segment.Value) {
		if m.chance(75) {
			fields[name] = v()
		}
	}
	of := func(k segment.Kind) func() segment.Value { return func() segment.Value { return m.loose(k) } }
	set("plan", func() segment.Value {
		return pick(m, segment.Text("pro"), segment.Text("free"), m.loose(segment.KindText))
	})
	set("country", of(segment.KindText))
	if m.chance(10) {
		fields["id"] = m.value(m.kind()) // which is not what id is in a rule
	}
	set("n", func() segment.Value { return pick(m, segment.Int(1), segment.Int(2), m.loose(segment.KindNumber)) })
	set("age", of(segment.KindNumber))
	set("epoch", func() segment.Value { return segment.Int(m.near().Unix()) })
	set("company", m.company)
	set("odd.name", of(segment.KindNumber))
	set("flag", of(segment.KindBool))
	set("AND", of(segment.KindBool))
	set("seen", m.instantValue)
	set("due", m.instantValue)
	set("born", func() segment.Value {
		if y, mon, d := m.day(); m.chance(50) {
			return segment.Text(time.Date(y, mon, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
		}
		return m.loose(segment.KindDate)
	})
	set("tags", of(segment.KindList))
	set("scores", func() segment.Value { return m.list(m.number, m.number) })
	set("orders", func() segment.Value { return m.list(m.order, m.number) })
	set("took", of(segment.KindDuration))
	set("app", of(segment.KindVersion))
	set("ip", func() segment.Value { return segment.Text(m.address()) })
	set("zone", func() segment.Value { return segment.Text(pick(m, m.zone(), m.zone(), "Mars/Olympus", "Local", "")) })
	return fields
}

func (m *maker) company() segment.Value {
	ms := []segment.Member{{Name: "size", Value: m.loose(segment.KindNumber)}}
	if m.chance(60) {
		ms = append(ms, segment.Member{Name: "since", Value: m.instantValue()})
	}
	return segment.Object(ms...)
}

// list makes a list of elements of one kind, now and then with one of another.
func (m *maker) list(make, other func() segment.Value) segment.Value {
	vs := []segment.Value{}
	for range m.r.Intn(4) {
		if m.chance(8) {
			vs = append(vs, other())
			continue
		}
		vs = append(vs, make())
	}
	return segment.List(vs...)
}

// events makes a log, not always in order of time, with several at one instant.
func (m *maker) events(n int) (log []segment.Event) {
	for i := range n {
		e := segment.Event{
			ID:    fmt.Sprintf("e%d", i),
			Name:  pick(m, "opened", "opened", "clicked", "email_sent", "email_bounced", "purchase"),
			At:    m.near().UTC(),
			Props: m.props(),
		}
		if len(log) > 0 && m.chance(25) {
			e.At = pick(m, log...).At.Add(pick[time.Duration](m, 0, 0, 1, time.Hour, 24*time.Hour))
		}
		log = append(log, e)
	}
	return log
}

// history makes the changes of a field that end with the value it has.
func (m *maker) history(last segment.Value, former func() segment.Value) (past []segment.Change) {
	at := edge(m.now, m.span(), -1).Add(pick[time.Duration](m, 0, -1, 1, -time.Hour, -400*24*time.Hour))
	for range m.r.Intn(3) {
		past = append(past, segment.Change{At: at, Value: former()})
		at = at.Add(pick[time.Duration](m, 1, time.Hour, 24*time.Hour, 7*24*time.Hour, 30*24*time.Hour))
	}
	return append(past, segment.Change{At: at, Value: last})
}
