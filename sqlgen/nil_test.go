package sqlgen_test

import (
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
)

// No connection is an error, and no panic.
func TestNoConnection(t *testing.T) {
	all := crm(sqlgen.DialectPostgreSQL)
	for _, err := range sqlgen.Load(t.Context(), nil, all) {
		if err == nil {
			t.Error("Load: no error")
		}
	}
	l, err := sqlgen.NewLoader(sqlgen.DialectPostgreSQL, all)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range l.Load(t.Context(), nil, "1") {
		if err == nil {
			t.Error("Loader.Load: no error")
		}
	}
	if err := all.Verify(t.Context(), nil); err == nil {
		t.Error("Verify: no error")
	}
	c, err := sqlgen.Diff(sqlgen.DialectPostgreSQL, all, segment.Segment{ID: "s", Condition: segment.MustParse(`country = "US"`)}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sqlgen.Apply(t.Context(), nil, c); err == nil {
		t.Error("Apply: no error")
	}
}
