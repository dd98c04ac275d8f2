package schemas_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// load reads all contacts, and holds them against those that were made beside the rows.
func load(t *testing.T, e engines.Engine, tables sqlgen.Tables, made []*segment.Record) map[string]segment.Contact {
	t.Helper()
	loaded := map[string]segment.Contact{}
	for x, err := range sqlgen.Load(context.Background(), engines.DB(e), tables) {
		if err != nil {
			t.Fatal(err)
		}
		loaded[x.Field("id").Text()] = x
	}
	if len(loaded) != len(made) {
		t.Errorf("%d contacts are loaded, %d were made", len(loaded), len(made))
	}
	wrong := 0
	for _, want := range made {
		got, ok := loaded[want.ID].(*segment.Record)
		if !ok {
			t.Errorf("%s is not loaded", want.ID)
			continue
		}
		for _, what := range differences(got, want) {
			if wrong++; wrong <= 20 {
				t.Errorf("%s: %s", want.ID, what)
			}
		}
	}
	return loaded
}

// differences says in what two contacts differ.
func differences(got, want *segment.Record) (all []string) {
	for _, name := range names(got.Fields, want.Fields) {
		if g, w := sorted(got.Fields[name]), sorted(want.Fields[name]); g != w {
			all = append(all, name+" is "+g+", not "+w)
		}
	}
	for _, name := range names(got.Lists, want.Lists) {
		g, isIn := got.Lists[name]
		w, mustBe := want.Lists[name]
		if isIn != mustBe || !g.Equal(w) {
			all = append(all, "list "+name+" since "+g.String()+", not "+w.String())
		}
	}
	if g, w := slices.Sorted(slices.Values(got.Segments)), slices.Sorted(slices.Values(want.Segments)); !slices.Equal(g, w) {
		all = append(all, "segments differ")
	}
	for _, name := range names(got.Changes, want.Changes) {
		equal := slices.EqualFunc(got.Changes[name], want.Changes[name], func(a, b segment.Change) bool {
			return a.At.Equal(b.At) && sorted(a.Value) == sorted(b.Value)
		})
		if !equal {
			all = append(all, "changes of "+name+" differ")
		}
	}
	return append(all, eventDifferences(got, want)...)
}

// eventDifferences says in what the events of each name differ, the newest first.
func eventDifferences(got, want *segment.Record) (all []string) {
	of := map[string]bool{}
	for _, e := range slices.Concat(got.Log, want.Log) {
		of[e.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		g, w := slices.Collect(got.Events(name)), slices.Collect(want.Events(name))
		if len(g) != len(w) {
			all = append(all, name+": not as many events")
			continue
		}
		for i := range g {
			if gp, wp := sorted(g[i].Props.Value()), sorted(w[i].Props.Value()); !g[i].At.Equal(w[i].At) || gp != wp {
				all = append(all, name+" at "+g[i].At.String()+", "+w[i].At.String()+": "+gp+", not "+wp)
			}
		}
	}
	return all
}

func names[V any](a, b map[string]V) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b))))))
}

// sorted is a value as a text, without the order of the rows of a list or the members
// of an object, and without what is missing.
func sorted(v segment.Value) string {
	var parts []string
	switch v.Kind() {
	case segment.KindList:
		for _, e := range v.List() {
			parts = append(parts, sorted(e))
		}
	case segment.KindObject:
		for _, m := range v.Members() {
			if !m.Value.IsNull() {
				parts = append(parts, m.Name+": "+sorted(m.Value))
			}
		}
	default:
		return v.String()
	}
	slices.Sort(parts)
	return v.Kind().String() + " " + string(segment.List(texts(parts)...).String())
}

func texts(parts []string) (vs []segment.Value) {
	for _, p := range parts {
		vs = append(vs, segment.Text(p))
	}
	return vs
}
