package tables_test

import (
	"errors"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen/tables"
)

// TestKeysThatAreNotThere wants the place of each key that the declaration has not, and
// the nearest that it has. A key in another case would else stand for the same one, and
// the last of the two would count.
func TestKeysThatAreNotThere(t *testing.T) {
	for text, want := range map[string][2]string{
		`{"contacts": {"table": "a"}, "Contacts": {"table": "b"}}`:                                     {"/Contacts", "contacts"},
		`{"contacts": {"table": "a", "Table": "b"}}`:                                                   {"/contacts/Table", "table"},
		`{"fields": {"x": {"column": "a", "typ": "text"}}}`:                                            {"/fields/x/typ", "type"},
		`{"fields": {"Type": {"column": "a", "TYPE": "text"}}}`:                                        {"/fields/Type/TYPE", "type"},
		`{"fields": {"o": {"in": "o", "members": {"a/b": {"colum": "a"}}}}}`:                           {"/fields/o/members/a~1b/colum", "column"},
		`{"related": {"o": {"table": "o", "key": "k", "Of": "p"}}}`:                                    {"/related/o/Of", "of"},
		`{"events": [{"table": "e", "props": {"Name": {"column": "n", "type": "text"}}, "Name": ""}]}`: {"/events/0/Name", "name"},
		`{"lists": {"joined": {"Column": "x"}}}`:                                                       {"/lists/joined/Column", "column"},
		`{"zzzzzz": 1}`:                                                                                {"/zzzzzz", ""},
	} {
		_, err := tables.Parse([]byte(text))
		var all segment.Errors
		if !errors.As(err, &all) || len(all) != 1 || all[0].Code != segment.ErrSyntax || all[0].Path != want[0] || all[0].Suggestion != want[1] {
			t.Errorf("%s: %v", text, err)
		}
	}
	const whole = `{"params": {"Tenant": {"Any": 1}}, "fields": {"Contacts": {"column": "a", "type": "text"}}, "related": {"R": {"table": "r", "key": "k", "match": {"Column": "X"}}}}`
	if _, err := tables.Parse([]byte(whole)); err != nil {
		t.Errorf("names of the host are taken for keys: %v", err)
	}
}
