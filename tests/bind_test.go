package tests

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/big"
	"net"
	"net/netip"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

var updateBind = flag.Bool("update-bind", false, "write the table of docs/bind.md")

type level int

func (l level) MarshalText() ([]byte, error) {
	if l < 0 {
		return nil, errors.New("no such level")
	}
	return []byte([]string{"", "silver", "gold"}[l]), nil
}

type plan string

type secret struct{ inner int }

type coordinate struct{ lat, lon float64 }

func (c *coordinate) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "[%v,%v]", c.lat, c.lon), nil
}

type money struct {
	Units int64
	Scale int
}

func (m money) Rat() *big.Rat {
	r := big.NewRat(m.Units, 1)
	for range m.Scale {
		r.Quo(r, big.NewRat(10, 1))
	}
	return r
}

type address struct {
	City string `json:"city"`
}

func (a address) Value() (driver.Value, error) { return json.Marshal(a) }

type failing struct{ A int }

func (failing) Value() (driver.Value, error) { return nil, errors.New("no") }

type stamp time.Time

type timed struct{ time.Time }

type home struct {
	City string
	Zip  *string `json:"zip"`
}

// A bindRow is a line of the table: a value of a type, and what it is read as; "error"
// where the type is refused.
type bindRow struct {
	typ  string // as the page has it
	v    any
	want string // as JSON, "missing" or "error"
	note string
}

func bindRows() []bindRow {
	at := time.Date(2026, 1, 31, 10, 0, 0, 0, time.FixedZone("", 3600))
	rat, _ := new(big.Rat).SetString("1/3")
	return []bindRow{
		{"segment.Value", segment.Date(2026, 1, 31), `{"$date":"2026-01-31"}`, "itself"},
		{"time.Time", at, `{"$time":"2026-01-31T09:00:00Z"}`, "an instant"},
		{"time.Time", time.Time{}, "missing", "the zero time"},
		{"time.Duration", 90 * time.Minute, `{"$duration":"1h30m0s"}`, "a duration"},
		{"json.Number", json.Number("12.50"), `12.5`, "a number, exact"},
		{"json.Number", json.Number(""), `missing`, ""},
		{"json.RawMessage", json.RawMessage(`{"a": [1]}`), `{"a":[1]}`, "what the text says"},
		{"big.Int, *big.Int", new(big.Int).Lsh(big.NewInt(1), 70), `1180591620717411303424`, "a number, exact"},
		{"big.Rat, *big.Rat", rat, `{"$fraction":"1/3"}`, "a number, exact"},
		{"big.Float, *big.Float", big.NewFloat(0.1), `0.1`, "the shortest decimal, as of a float64"},
		{"segment.Document", segment.Document(`{"a": 1}`), `{"a":1}`, "what the text says; any type with a method Value() segment.Value"},
		{"a decimal with Rat() *big.Rat", money{1250, 2}, `12.5`, "a number, exact"},
		{"sql.NullString", sql.NullString{String: "US", Valid: true}, `"US"`, "a driver.Valuer of two fields, a value and Valid: the value"},
		{"sql.NullString", sql.NullString{}, "missing", "NULL"},
		{"sql.NullInt64", sql.NullInt64{Int64: 5, Valid: true}, `5`, ""},
		{"sql.NullTime", sql.NullTime{Time: at, Valid: true}, `{"$time":"2026-01-31T09:00:00Z"}`, ""},
		{"sql.Null[T]", sql.Null[plan]{V: "pro", Valid: true}, `"pro"`, "as T"},
		{"a driver.Valuer", address{"Rome"}, `{"city":"Rome"}`, "what it gives; bytes that are a JSON object or list are that; other bytes their text"},
		{"a struct of one time.Time", timed{at}, `{"$time":"2026-01-31T09:00:00Z"}`, "an instant; also `type T time.Time`"},
		{"netip.Addr", netip.MustParseAddr("10.0.0.1"), `"10.0.0.1"`, "any encoding.TextMarshaler: its text"},
		{"netip.Addr", netip.Addr{}, "missing", "an empty text"},
		{"net.IP", net.ParseIP("10.0.0.1"), `"10.0.0.1"`, ""},
		{"an int with MarshalText", level(2), `"gold"`, ""},
		{"a json.Marshaler", coordinate{1.5, 2}, `[1.5,2]`, "what its JSON says, of a type that is no struct with exported fields"},
		{"bool", true, `true`, ""},
		{"int, int8 … int64", int8(-5), `-5`, ""},
		{"uint, uint8 … uint64", uint64(math.MaxUint64), `18446744073709551615`, ""},
		{"float32, float64", float32(0.1), `0.1`, "the shortest decimal; NaN and infinities are missing"},
		{"string", "US", `"US"`, ""},
		{"[16]byte", [16]byte{0x12, 0x3e, 0x45, 0x67, 0xe8, 0x9b, 0x12, 0xd3, 0xa4, 0x56, 0x42, 0x66, 0x14, 0x17, 0x40}, `"123e4567-e89b-12d3-a456-426614174000"`, "the text of a UUID"},
		{"[]T, [n]T", []any{1, "a", nil}, `[1,"a",null]`, "a list"},
		{"[]T", []int(nil), "missing", ""},
		{"map[string]T", map[plan]any{"b": 1, "a": map[string]bool{"x": true}}, `{"a":{"x":true},"b":1}`, "an object; keys may be integers or have MarshalText"},
		{"map[int]T", map[int]string{7: "x"}, `{"7":"x"}`, ""},
		{"struct", home{City: "Rome"}, `{"City":"Rome","zip":null}`, "an object"},
		{"any", any(5), `5`, "what it holds"},
		{"[]byte", []byte("abc"), "error", "say whether it is text: use string, or json.RawMessage"},
		{"[32]byte", [32]byte{}, "error", ""},
		{"chan T", make(chan int), "error", ""},
		{"func", func() {}, "error", ""},
		{"complex64, complex128", complex(1, 2), "error", ""},
		{"map[float64]T", map[float64]int{1: 1}, "error", "and other keys"},
		{"a struct of which no field is exported", secret{1}, "error", "and that has none of these methods"},
	}
}

// structOf makes a struct with one field F of the type of a value, and returns a
// pointer to it.
func structOf(v any) reflect.Value {
	s := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "F", Type: reflect.TypeOf(v)}}))
	s.Elem().Field(0).Set(reflect.ValueOf(v))
	return s
}

type holder[T any] struct{ F T }

// bindError is what NewBinder says of a struct with a field of the type of a value,
// which is one of those of the table.
func bindError(v any) error {
	var err error
	switch v.(type) {
	case []byte:
		_, err = segment.NewBinder[holder[[]byte]]()
	case [32]byte:
		_, err = segment.NewBinder[holder[[32]byte]]()
	case chan int:
		_, err = segment.NewBinder[holder[chan int]]()
	case func():
		_, err = segment.NewBinder[holder[func()]]()
	case complex128:
		_, err = segment.NewBinder[holder[complex128]]()
	case map[float64]int:
		_, err = segment.NewBinder[holder[map[float64]int]]()
	case secret:
		_, err = segment.NewBinder[holder[secret]]()
	}
	return err
}

func TestBindTable(t *testing.T) {
	var table strings.Builder
	table.WriteString("| Go type | for example | is read as | |\n|---|---|---|---|\n")
	for _, row := range bindRows() {
		got := "missing"
		if v := readBound(t, row.v); !v.IsNull() && v.Kind() != rule.KindInvalid {
			text, err := json.Marshal(v)
			if got = string(text); err != nil {
				t.Error(err)
			}
		}
		if err := bindError(row.v); err != nil {
			got = "error"
			var one *segment.Error
			if !errors.As(err, &one) || one.Path != "/F" {
				t.Errorf("%s: %v", row.typ, err)
			}
		}
		if got != row.want {
			t.Errorf("%s: %v is %s, want %s", row.typ, row.v, got, row.want)
		}
		if row.want != "missing" && row.want != "error" {
			got = "`" + got + "`"
		}
		fmt.Fprintf(&table, "| %s | `%s` | %s | %s |\n", typeText(row.typ), exampleText(row.v), got, row.note)
	}
	const begin, end = "<!-- types: generated from tests/bind_test.go -->\n", "<!-- end of types -->"
	page, err := os.ReadFile("../docs/bind.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(page), begin)
	old, after, _ := strings.Cut(rest, end)
	if *updateBind {
		if err := os.WriteFile("../docs/bind.md", []byte(before+begin+table.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if old != table.String() {
		t.Errorf("docs/bind.md has another table; run go test ./tests -run TestBindTable -update-bind\n%s", table.String())
	}
}

func typeText(typ string) string {
	if strings.Contains(typ, " a ") || strings.HasPrefix(typ, "a ") || strings.HasPrefix(typ, "an ") {
		return typ
	}
	return "`" + typ + "`"
}

// exampleText is a value as Go would write it, shortened.
func exampleText(v any) string {
	switch v := v.(type) {
	case time.Time:
		if v.IsZero() {
			return "time.Time{}"
		}
		return v.Format(time.RFC3339)
	case timed:
		return v.Format(time.RFC3339)
	case sql.NullTime:
		return "{" + v.Time.Format(time.RFC3339) + " true}"
	case []byte, string, json.RawMessage, segment.Document:
		return fmt.Sprintf("%q", v)
	case *big.Float:
		return v.Text('g', -1)
	case [16]byte:
		return fmt.Sprintf("%x", v[:4]) + "…"
	case [32]byte:
		return "[0 0 …]"
	case chan int, func():
		return reflect.TypeOf(v).String()
	case netip.Addr:
		if !v.IsValid() {
			return "netip.Addr{}"
		}
	case []int:
		return "nil"
	case level:
		return fmt.Sprintf("%d", int(v))
	case home:
		return "{Rome nil}"
	}
	return fmt.Sprintf("%v", v)
}

// readBound reads a value as a field of a struct, of a pointer to it, within a list, a map
// and an interface: it is the same everywhere.
func readBound(t *testing.T, v any) segment.Value {
	t.Helper()
	type carrier struct {
		Direct any            `json:"direct"`
		List   []any          `json:"list"`
		Map    map[string]any `json:"map"`
	}
	p := reflect.New(reflect.TypeOf(v))
	p.Elem().Set(reflect.ValueOf(v))
	direct := structOf(v)
	byField := segment.Bind(&carrier{Direct: direct.Interface()}).Field("direct.F")
	x := segment.Bind(&carrier{Direct: p.Interface(), List: []any{v}, Map: map[string]any{"a": v, "p": p.Interface()}})
	for place, other := range map[string]segment.Value{"pointer": x.Field("direct"), "map": x.Field("map.a"), "pointer in a map": x.Field("map.p")} {
		if isMissing(other) && isMissing(byField) {
			continue
		}
		if !other.Equal(byField) {
			t.Errorf("%T is %v in a struct and %v by %s", v, byField, other, place)
		}
	}
	if l := x.Field("list").List(); len(l) != 1 || !isMissing(l[0]) && !l[0].Equal(byField) {
		t.Errorf("%T is %v in a struct and %v in a list", v, byField, l)
	}
	return byField
}

func isMissing(v segment.Value) bool { return v.IsNull() || v.Kind() == rule.KindInvalid }

// customer has a field of every kind, read from its memory.
type customer struct {
	base
	*more
	Name    sql.NullString    `json:"name"`
	ID      [16]byte          `json:"id"`
	Age     int               `json:"age,omitempty"`
	Country string            `json:"country,omitempty"`
	VIP     bool              `json:"vip,omitempty"`
	Score   float64           `json:"score,omitzero"`
	Tags    []string          `json:"tags,omitempty"`
	Home    *address          `json:"home"`
	Spent   *big.Rat          `json:"spent"`
	Since   sql.Null[stamp]   `json:"since"`
	Level   level             `json:"level"`
	IP      netip.Addr        `json:"ip"`
	Count   json.Number       `json:"count"`
	Prices  map[level]float64 `json:"prices"`
	Kept    bool              `segment:"kept" json:"kept,omitempty"`
	Nested  corner            `json:"nested,omitzero"`
	Hidden  chan int          `json:"-"`
	failed  int
}

type base struct {
	Email string `json:"email"`
	Both  int    `json:"both"`
}

type more struct {
	Phone string `json:"phone"`
}

type corner struct {
	N int `json:"n"`
	M int `json:"m"`
}

func TestBinder(t *testing.T) {
	b, err := segment.NewBinder[customer]()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 31, 10, 0, 0, 0, time.UTC)
	full := &customer{base: base{"a@b", 1}, more: &more{"1"}, Name: sql.NullString{String: "Ann", Valid: true}, Age: 5, Country: "US", VIP: true, Score: 1.5, Tags: []string{"x"},
		Home: &address{"Rome"}, Spent: big.NewRat(25, 2), Since: sql.Null[stamp]{V: stamp(at), Valid: true}, Level: 1, IP: netip.MustParseAddr("10.1.2.3"), Count: "7",
		Prices: map[level]float64{2: 9.5}, Nested: corner{N: 1}, failed: 1}
	empty := &customer{}
	for text, want := range map[string][2]bool{ // of the full one, and of the empty one
		`name = "Ann"`: {true, false}, `name IS NULL`: {false, true}, `age = 5`: {true, false}, `age = 0`: {false, false}, `age < 1`: {false, false}, `age IS NULL`: {false, true},
		`country = "US"`: {true, false}, `country = ""`: {false, false}, `country != "US"`: {false, true}, `country < "Z"`: {true, false}, `country IS NULL`: {false, true},
		`vip = TRUE`: {true, false}, `vip = FALSE`: {false, false}, `vip IS NULL`: {false, true}, `kept = FALSE`: {true, true},
		`score < 2`: {true, false}, `tags CONTAINS "x"`: {true, false}, `LENGTH(tags) >= 0`: {true, false}, `home.city = "Rome"`: {true, false}, `spent = 12.5`: {true, false}, `since = 2026-01-31`: {true, false}, `level = "silver"`: {true, false}, `level IS NULL`: {false, true},
		`ip IN CIDR ("10.0.0.0/8")`: {true, false}, `count >= 7`: {true, false}, `prices.gold > 9`: {true, false}, `nested.n = 1`: {true, false}, `nested.m = 0`: {true, false}, `nested.m IS NULL`: {false, true},
		`email = "a@b"`: {true, false}, `email = ""`: {false, true}, `phone = "1"`: {true, false}, `id STARTS WITH "00000000-"`: {true, true},
	} {
		c := segment.MustParse(text)
		if err := b.Check(c); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		p, err := segment.Compile(c)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range []*customer{full, empty} {
			set := segment.Record{Fields: segment.SetOf(v)}
			if got := p.Match(b.Bind(v), at); got != want[i] || segment.Evaluate(c, b.Bind(v), at) != want[i] || segment.Evaluate(c, set, at) != want[i] {
				t.Errorf("%s of %d: %v, by the definition %v, by SetOf %v, want %v", text, i, got, segment.Evaluate(c, b.Bind(v), at), segment.Evaluate(c, set, at), want[i])
			}
		}
	}
	for text, want := range map[string]string{
		`contry = "US"`:     "did you mean `country`?",
		`home.citi = 1`:     "",
		`age = "US"`:        "they never compare",
		`nested.x = 1`:      "unknown field",
		`level > 5`:         "they never compare",
		`spent = "x"`:       "they never compare",
		`DID anything >= 1`: "",
	} {
		c, err := segment.Parse(text)
		if err != nil {
			continue
		}
		if err := b.Check(c); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestBinderRefuses(t *testing.T) {
	type inner struct {
		Geo  chan int `json:"geo"`
		Text string
	}
	type host struct {
		Address []*inner          `json:"address"`
		A       string            `segment:"a/b"`
		B       string            `segment:"a/b"`
		Secrets map[string]secret `json:"secrets"`
		Self    *host             `json:"self"`
	}
	_, err := segment.NewBinder[host]()
	var errs segment.Errors
	if !errors.As(err, &errs) || len(errs) != 3 {
		t.Fatalf("%v", err)
	}
	for i, want := range []string{"/address/0/geo", "/a~1b", "/secrets/*"} {
		if errs[i].Path != want || errs[i].Code != segment.ErrType {
			t.Errorf("%v, want %s", errs[i], want)
		}
	}
	if _, err := segment.NewBinder[int](); err == nil {
		t.Error("an int is a contact")
	}
	if _, err := segment.NewBinder[map[string]any](); err != nil {
		t.Error(err)
	}
	// what methods refuse, or panic at, is missing
	type broken struct {
		F failing
		L level
		P struct{ *big.Float }
	}
	x := segment.Bind(&broken{L: -1})
	for _, name := range []string{"F", "L", "P"} {
		if v := x.Field(name); !isMissing(v) {
			t.Errorf("%s is %v", name, v)
		}
	}
}

func TestSchemaOf(t *testing.T) {
	s := segment.SchemaOf[customer]()
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"name": "text", "id": "text", "age": "number", "vip": "bool", "tags": "list", "home": "null", "spent": "number", "since": "time",
		"level": "text", "ip": "text", "count": "number", "prices": "object", "nested": "object", "email": "text", "phone": "text", "kept": "bool"} {
		if f, ok := s.Fields[name]; !ok || f.Kind.String() != want {
			t.Errorf("%s is %v, %v, want %s", name, f.Kind, ok, want)
		}
	}
	if s.Fields["email"].Required != true || s.Fields["phone"].Required || s.Fields["age"].Required || s.Fields["nested"].Elements["n"].Kind != rule.KindNumber || s.Fields["tags"].Of != rule.KindText {
		t.Errorf("%+v", s.Fields)
	}
	if _, ok := s.Fields["Hidden"]; ok || len(s.Fields) != 19 {
		t.Errorf("%d fields", len(s.Fields))
	}
	if !segment.Decimal("12.50").Equal(segment.Cents(1250)) || !segment.Cents(-1200).Equal(segment.Int(-12)) || segment.Decimal("12,50").Kind() != segment.KindInvalid ||
		!segment.Cents(math.MinInt64).Equal(segment.Decimal("-92233720368547758.08")) {
		t.Error("amounts")
	}
}
