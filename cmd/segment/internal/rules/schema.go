package rules

import (
	"os"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Schema reads a schema from a file; nil for "". The error is that of the file system, or
// [segment.Errors] about the file.
func Schema(path string) (*segment.Schema, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var s segment.Schema
	if err := s.UnmarshalJSON(text); err != nil {
		return nil, rule.ErrorsOf(err)
	}
	if err := s.Validate(); err != nil {
		return nil, rule.ErrorsOf(err)
	}
	return &s, nil
}
