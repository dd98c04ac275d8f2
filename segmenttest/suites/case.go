package suites

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
)

// Dir returns the folder of the data, which lies beside the project's own. It
// skips the test where there is none: the data is not part of the module.
func Dir(tb testing.TB) string {
	tb.Helper()
	root, err := os.Getwd()
	for ; err == nil; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if root == filepath.Dir(root) {
			tb.Skip("no go.mod above the working directory, so no data beside it")
		}
	}
	dir := filepath.Join(root, "..", "shared", "data")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		tb.Skip("the suites and data sets are not there: expected in ../shared/data beside the project")
	}
	return dir
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
