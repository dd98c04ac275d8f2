package zone_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/segmentrules/segment/index/internal/wire"
	"github.com/segmentrules/segment/index/internal/zone"
)

// kept is a location as it comes back from bytes.
func kept(t *testing.T, loc *time.Location, rename string) *time.Location {
	t.Helper()
	var b bytes.Buffer
	w := wire.NewWriter(&b, nil)
	w.Section(1)
	z := zone.Of(loc)
	if rename != "" {
		z.Name = rename
	}
	z.Write(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := wire.NewReader(&b, nil)
	r.Section(1)
	back := zone.Read(r)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if at, differs := back.Differs(z); differs {
		t.Fatalf("%s: differs at %v", loc, at)
	}
	return back.Location()
}

// TestZones: a zone that is made of its changes has the offsets of the one it was
// made of, at every change and around it, up to the year 9999.
func TestZones(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Africa/Monrovia", "America/Juneau", "Asia/Kathmandu",
		"Australia/Lord_Howe", "Africa/Casablanca", "Antarctica/Troll", "America/Sao_Paulo", "Europe/Dublin", "CET"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, rename := range []string{"", "no zone of this name"} {
			back := kept(t, loc, rename)
			if rename == "" && back.String() != name || rename != "" && name != "UTC" && back.String() != rename {
				t.Errorf("%s is called %s", name, back)
			}
			instants := []time.Time{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}
			for _, c := range zone.Of(loc).Changes {
				for _, after := range []int64{-1, 0, 1} {
					instants = append(instants, time.Unix(c.At+after, 0))
				}
			}
			for year := 2400; year < 10000; year += 37 {
				for month := range 12 {
					instants = append(instants, time.Date(year, time.Month(month+1), 1+year%28, 7, 0, 0, 0, time.UTC))
				}
			}
			for _, at := range instants {
				_, want := at.In(loc).Zone()
				if _, got := at.In(back).Zone(); got != want {
					t.Fatalf("%s as %q: at %v the offset is %d, and was %d", name, rename, at.UTC(), got, want)
				}
			}
		}
	}
}

func TestFixedZones(t *testing.T) {
	for _, loc := range []*time.Location{time.FixedZone("CET", 3600), time.FixedZone("", -5*3600), time.FixedZone("UTC", 7200),
		time.FixedZone("Local", 0), time.FixedZone("\xff", 1), time.FixedZone("Europe/Berlin", -1)} {
		back := kept(t, loc, "")
		_, want := time.Unix(0, 0).In(loc).Zone()
		if _, got := time.Unix(0, 0).In(back).Zone(); got != want || back.String() != loc.String() {
			t.Errorf("%q %d has become %q %d", loc, want, back, got)
		}
	}
}

// An offset that no clock has is refused where it is written.
func TestZoneTooFar(t *testing.T) {
	w := wire.NewWriter(new(bytes.Buffer), nil)
	w.Section(1)
	zone.Of(time.FixedZone("far", 1<<40)).Write(w)
	if err := w.Close(); err == nil {
		t.Error("taken")
	}
}
