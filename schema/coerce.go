package schema

import (
	"maps"
	"slices"

	"github.com/segmentrules/segment/rule"
)

// Coerced returns the fields that an update sets with numeric text as its number
// wherever the schema says Coerce, in objects and lists too: the same map if there is
// none, else a copy. Text that is no number stays. Its cost grows with the fields.
func (s *Schema) Coerced(set map[string]rule.Value) map[string]rule.Value {
	if s == nil {
		return set
	}
	out, copied := set, false
	for name, v := range set {
		w, changed := coercedMember(name, v, s.Fields)
		if !changed {
			continue
		}
		if !copied {
			out, copied = maps.Clone(set), true
		}
		out[name] = w
	}
	return out
}

// coercedMember is a member of an object with fields, by their paths.
func coercedMember(name string, v rule.Value, fields map[string]FieldType) (w rule.Value, changed bool) {
	t, within := typeAt(fields, name)
	switch v.Kind() {
	case rule.KindText:
		if t.Kind != rule.KindNumber || !t.Coerce {
			return v, false
		}
		n := rule.ReadNumber(v.Text())
		return n, !n.IsNull()
	case rule.KindList:
		elem := map[string]FieldType{"": {Kind: t.Of, Coerce: t.Coerce, Elements: t.Elements}}
		vs := v.List()
		for i, e := range vs {
			w, ok := coercedMember("", e, elem)
			if !ok {
				continue
			}
			if !changed {
				vs, changed = slices.Clone(vs), true
			}
			vs[i] = w
		}
		return rule.List(vs...), changed
	case rule.KindObject:
		ms := v.Members()
		for i, m := range ms {
			w, ok := coercedMember(m.Name, m.Value, within)
			if !ok {
				continue
			}
			if !changed {
				ms, changed = slices.Clone(ms), true
			}
			ms[i].Value = w
		}
		return rule.Object(ms...), changed
	}
	return v, false
}
