package suites

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
)

// Dir returns the folder of the data, which lies beside the project's own: also
// for a module within it. It skips the test where there is none: the data is not
// part of the module.
func Dir(tb testing.TB) string {
	tb.Helper()
	folder, err := os.Getwd()
	for ; err == nil && folder != filepath.Dir(folder); folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err != nil {
			continue
		}
		dir := filepath.Join(folder, "..", "shared", "data")
		if _, err := os.Stat(dir); err == nil {
			return dir
		}
	}
	tb.Skip("the suites and data sets are not there: expected in ../shared/data beside the project")
	return ""
}

// A Case is one question of a suite: does the rule hold for the contact?
type Case struct {
	ID      string
	Suite   string // the name of its file, without cases_ and .json
	Title   string
	Contact json.RawMessage // a JSON object: the contact's fields
	Rule    json.RawMessage
	Expect  bool
}

// Cases reads all cases of the files cases_*.json in a folder, in the order of
// the files' names.
func Cases(dir string) ([]Case, error) {
	files, err := filepath.Glob(filepath.Join(dir, "cases_*.json"))
	if err != nil {
		return nil, err
	}
	var all []Case
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var file struct{ Cases []Case }
		if err := json.Unmarshal(text, &file); err != nil {
			return nil, err
		}
		suite := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "cases_"), ".json")
		for _, c := range file.Cases {
			c.Suite = suite
			all = append(all, c)
		}
	}
	return all, nil
}

// Record returns a contact with the members of a JSON object as its fields.
func Record(text []byte) (segment.Record, error) {
	v, err := segment.ParseJSON(text)
	if err != nil {
		return segment.Record{}, err
	}
	r := segment.Record{Fields: make(map[string]segment.Value)}
	for _, m := range v.Members() {
		r.Fields[m.Name] = m.Value
	}
	return r, nil
}
