package textset

import (
	"testing"
)

func TestNearest(t *testing.T) {
	known := []string{"Total_Spent", "Last_Purchase", "age", "email", "plan"}
	for name, want := range map[string]string{
		"Totl_Spent":    "Total_Spent",
		"total_spent":   "Total_Spent",
		"Last_Purchsae": "Last_Purchase",
		"aeg":           "age",
		"emial":         "email",
		"plane":         "plan",
		"xyz":           "",
		"":              "",
		"country":       "",
	} {
		if got := Nearest(name, known...); got != want {
			t.Errorf("nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSlips(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"ab", "ba", 1}, {"abc", "abd", 1}, {"kitten", "sitting", 3}, {"ca", "abc", 3}} {
		if got := slips([]rune(tt.a), []rune(tt.b)); got != tt.want {
			t.Errorf("slips(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
