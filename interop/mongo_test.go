package interop_test

import (
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

func TestMongo(t *testing.T) {
	readAs(t, "mongodb", "%",
		written{definition: `{}`, rule: `EVERYONE`},
		written{definition: `{"$nor": [{}]}`, rule: `NOT EVERYONE`},
		written{definition: `{"a": 5}`, rule: `a = 5 OR ANY a = 5`},
		written{definition: `{"a": null}`, rule: `a IS NULL`},
		written{definition: `{"a": {"$ne": "x"}}`, rule: `NOT (a = "x" OR ANY a = "x")`},
		written{definition: `{"a.b": {"$gt": 5, "$lte": 9}}`, rule: `(a.b > 5 OR ANY a.b > 5 OR ANY a HAS (b > 5 OR ANY b > 5)) AND (a.b <= 9 OR ANY a.b <= 9 OR ANY a HAS (b <= 9 OR ANY b <= 9))`},
		written{definition: `{"a": {"$in": ["x", null]}}`, rule: `a IN ("x") OR ANY a IN ("x") OR a IS NULL`},
		written{definition: `{"a": {"$nin": ["x", "y"]}}`, rule: `NOT (a IN ("x", "y") OR ANY a IN ("x", "y"))`},
		written{definition: `{"a": {"$exists": true}, "b": {"$exists": false}}`, rule: `a IS SET AND b IS NULL`},
		written{definition: `{"a": {"$all": ["x", "y"]}}`, rule: `(a = "x" OR ANY a = "x") AND (a = "y" OR ANY a = "y")`},
		written{definition: `{"a": {"$size": 2}}`, rule: `LENGTH(a) = 2 AND NOT a >= ""`},
		written{definition: `{"a": {"$elemMatch": {"$gte": 80, "$lt": 85}}}`, rule: `ANY a HAS (ELEMENT >= 80 AND ELEMENT < 85)`},
		written{definition: `{"a": {"$elemMatch": {"p": {"$elemMatch": {"$eq": "x"}}}}}`, rule: `ANY a HAS (ANY p = "x" OR ANY p HAS (ANY ELEMENT = "x"))`},
		written{definition: `{"a": {"$not": {"$gt": 5}}}`, rule: `NOT (a > 5 OR ANY a > 5)`},
		written{definition: `{"a": {"$regex": "^x", "$options": "i"}}`, rule: `a MATCHES "^x" IGNORING CASE OR ANY a MATCHES "^x" IGNORING CASE`},
		written{definition: `{"a": {"$mod": [4, 1]}}`, rule: `a % 4 = 1 OR ANY a HAS (ELEMENT % 4 = 1)`},
		written{definition: `{"a": {"$type": "array"}}`, rule: `LENGTH(a) IS SET AND NOT a >= ""`},
		written{definition: `{"a": {"$gt": {"$date": "2026-01-31T00:00:00Z"}}}`, rule: `a > 2026-01-31T00:00:00Z OR ANY a > 2026-01-31T00:00:00Z`},
		written{definition: `{"a": {"$gt": {"$date": {"$numberLong": "1000"}}}}`, rule: `a > 1970-01-01T00:00:01Z OR ANY a > 1970-01-01T00:00:01Z`},
		written{definition: `{"a": {"$numberLong": "9007199254740993"}}`, rule: `a = 9007199254740993 OR ANY a = 9007199254740993`},
		written{definition: `{"$or": [{"a": null}, {"$and": [{"b": null}, {"$nor": [{"c": null}]}]}], "$comment": "x"}`, rule: `a IS NULL OR b IS NULL AND c IS SET`},
		written{definition: `{"$expr": {"$and": [{"$gt": [{"$multiply": ["$a", "$b"]}, 100]}, {"$ne": ["$c", null]}, {"$eq": [{"$month": "$d"}, 5]}]}}`, rule: `a * b > 100 AND c IS SET AND MONTH(d) = 5`},
		written{definition: `{"$expr": {"$or": [{"$in": ["x", "$tags"]}, {"$in": ["$a", ["x", "$b"]]}]}}`, rule: `ANY tags = "x" OR a = b OR a = "x"`},
		written{definition: `{"$expr": {"$and": [{"$gt": [{"$ifNull": ["$a", "$b", 0]}, 5]}, {"$eq": [{"$dayOfWeek": "$d"}, 1]}]}}`, rule: `COALESCE(a, b, 0) > 5 AND WEEKDAY(d) = 7`},
		written{definition: `{"$expr": {"$in": ["$a", "$tags"]}}`, needs: []string{"text test against another field"}},
		written{definition: `{"a": {"$type": [2, 8]}}`, rule: `a >= "" OR ANY a >= "" OR a IN (TRUE, FALSE) OR ANY a IN (TRUE, FALSE)`},
		written{definition: `{"$expr": {"$lt": ["$d", {"$dateAdd": {"startDate": "$$NOW", "unit": "day", "amount": 3}}]}}`, rule: `d < NOW + 3 days`},
		written{definition: `{"l": {"$geoWithin": {"$center": []}}, "b": null}`, rule: `b IS NULL`, needs: []string{"geo distance"}},
		written{definition: `{"$text": {"$search": "x"}}`, needs: []string{"what a database computes (full text, code, bits, samples)"}},
		written{definition: `{"a.0": 1}`, needs: []string{"element of a list by its number"}},
		written{definition: `{"a": {"$regex": "(?<!x)y"}}`, needs: []string{"regular expressions beyond RE2 (look-around, back references)"}},
		written{definition: `{"a": {"$type": "objectId"}}`, needs: []string{"type test"}},
	)
	refused(t, "mongodb", "%", `{"a": {"$gtt": 1}} | "$gtt" … $gt`, `{"$an": []} | "$an" … $and`, `{"$or": []} | at least one`, `{"a": {"$in": 5}} | a list`, `{"a": {"$in": [{"$regex": "^x"}]}} | no operators … /a/$in/0`, `{"$expr": {"$in": ["x", "tags"]}} | a list is expected`, `{"a": {"$exists": "yes"}} | true or false`,
		`{"": 1} | path`, `{"$expr": {"$foo": 1}} | "$foo"`, `{"a": {"$not": 5}} | operators`, `5 | an object`, `{"a": {"$gt": null}} | a number`)
}

func TestGrowthBook(t *testing.T) {
	readAs(t, "growthbook", "%",
		written{definition: `{"a": "x"}`, rule: `a = "x"`},
		written{definition: `{"a": 0}`, rule: `a = 0 OR a IS NULL`},
		written{definition: `{"a": null}`, rule: `a IS NULL`},
		written{definition: `{"a.b": {"$gte": -1}}`, rule: `a.b >= -1 OR a.b IS NULL`},
		written{definition: `{"a": {"$lt": -1}}`, rule: `a < -1`},
		written{definition: `{"a": {"$gt": "x"}}`, rule: `a > "x"`},
		written{definition: `{"a": {"$in": []}}`, rule: `NOT EVERYONE`},
		written{definition: `{"a": {"$nin": ["x"]}}`, rule: `NOT (a IN ("x") OR ANY a IN ("x"))`},
		written{definition: `{"a": {"$nini": ["X"]}}`, rule: `NOT (a = "x" IGNORING CASE OR ANY a = "x" IGNORING CASE)`},
		written{definition: `{"a": {"$all": ["x", {"$regex": "^y"}]}}`, rule: `ANY a = "x" AND ANY a MATCHES "^y"`},
		written{definition: `{"a": {"$not": "x"}}`, rule: `a != "x"`},
		written{definition: `{"$not": {"a": "x", "b": "y"}}`, rule: `NOT (a = "x" AND b = "y")`},
		written{definition: `{"$nor": []}`, rule: `NOT EVERYONE`},
		written{definition: `{"$and": []}`, rule: `EVERYONE`},
		written{definition: `{"a": {"$regexi": "^x"}, "b": {"$notRegex": "y"}}`, rule: `a MATCHES "^x" IGNORING CASE AND NOT b MATCHES "y"`},
		written{definition: `{"a": {"$vlt": "2.0"}}`, rule: `VERSION(a) < "2.0" OR a IS NULL`},
		written{definition: `{"a": {"$vne": "2.0"}, "b": {"$veq": "1.0"}, "c": {"$vgte": "1"}, "d": {"$vlte": "1"}}`, rule: `VERSION(a) != "2.0" AND VERSION(b) = "1.0" AND VERSION(c) >= "1" AND (VERSION(d) <= "1" OR d IS NULL)`},
		written{definition: `{"id": {"$notInGroup": "g"}}`, rule: `NOT IN LIST "g"`},
		written{definition: `{"a": {"$inGroup": "g"}}`, needs: []string{"sets of values kept elsewhere (saved groups of an attribute)"}},
		written{definition: `{"a": {"$type": "string"}, "b": {"$type": "number"}, "c": {"$type": "boolean"}}`, rule: `a >= "" AND (b >= 0 OR b < 0) AND c IN (TRUE, FALSE)`},
		written{definition: `{"a": {"$size": {"$lte": 2}}, "b": {"$size": 0}}`, rule: `LENGTH(a) <= 2 AND NOT a >= "" AND LENGTH(b) = 0 AND NOT b >= ""`},
		written{definition: `{"a": {"$size": {"$ne": 2}}}`, rule: `(LENGTH(a) < 2 OR LENGTH(a) > 2) AND NOT a >= ""`},
		written{definition: `{"a": {"$size": {"$gt": 1, "$lte": 3}}}`, rule: `LENGTH(a) > 1 AND LENGTH(a) <= 3 AND NOT a >= ""`},
		written{definition: `{"a": {"$elemMatch": {"$not": {"$lt": 5}}}}`, rule: `ANY a HAS (NOT (ELEMENT < 5 OR ELEMENT IS NULL))`},
	)
	refused(t, "growthbook", "%", `{"a": {"$vgt": "x"}} | a version`, `{"a": {"$foo": 1}} | "$foo"`, `{"a": {"$inGroup": 5}} | saved group`, `{"$expr": {}} | "$expr"`)
}

func TestKeila(t *testing.T) {
	readAs(t, "keila", "%",
		written{definition: `{"email": {"$like": "%@x.example"}}`, rule: `email ENDS WITH "@x.example"`},
		written{definition: `{"$not": {"data.n": {"$gt": 5}}}`, rule: `NOT data.n > 5 AND data.n IS SET`},
		written{definition: `{"$or": [{"a": {"$empty": true}}, {"b": {"$in": ["x"]}}]}`, rule: `a IS BLANK OR b IN ("x") OR ANY b IN ("x")`},
	)
}

// With a schema a field that is no list needs no words about lists.
func TestMongoSchema(t *testing.T) {
	s := &segment.Schema{Open: true, Fields: map[string]schema.FieldType{"n": {Kind: rule.KindNumber}, "tags": {Kind: rule.KindList, Of: rule.KindText}}}
	got, _, err := interop.Import("mongodb", []byte(`{"n": {"$gt": 5}}`), s)
	if err != nil || got.Condition.String() != "n > 5" {
		t.Error(got.Condition, err)
	}
	text, losses, err := interop.Export("mongodb", segment.Segment{Condition: segment.MustParse(`n BETWEEN 1 AND 5 AND ANY tags = "x"`)}, s)
	if want := `{"$and":[{"$and":[{"n":{"$gte":1}},{"n":{"$lte":5}}]},{"tags":{"$elemMatch":{"$eq":"x","$not":{"$type":"array"}}}}]}`; string(text) != want || len(losses) > 0 || err != nil {
		t.Errorf("%s\nnot %s %v %v", text, want, losses, err)
	}
}

// What a system cannot say is a loss, with its place in the definition of the rule.
func TestExportLosses(t *testing.T) {
	for _, test := range []struct{ system, rule, want, path, needs string }{
		{"mongodb", `a = 1 AND IN LIST "x"`, `{"a":{"$eq":1,"$not":{"$type":"array"}}}`, "/conditions/1", "membership of lists and segments"},
		{"mongodb", `DID opened`, ``, "", "events of a contact"},
		{"mongodb", `a = 1 OR NOT (b = TODAY OR c = 2)`, "", "/conditions/1/conditions/0", "calendar days, months and zones"},
		{"jsonlogic", `a = 1 AND b MATCHES "x"`, `{"===":[{"var":"a"},1]}`, "/conditions/1", "computed values"},
		{"jsonlogic", `a = "x" IGNORING CASE`, ``, "", "letter case ignored"},
		{"jsonlogic", `a + 1 > 5`, ``, "", "computed values"},
	} {
		text, losses, err := interop.Export(test.system, segment.Segment{Condition: segment.MustParse(test.rule)}, nil)
		if err != nil || len(losses) != 1 || losses[0].Path != test.path || losses[0].Needs != test.needs || losses[0].Kind != interop.Omitted || test.want != "" && string(text) != test.want {
			t.Errorf("%s: %s is %s, with %v %v", test.system, test.rule, text, losses, err)
		}
	}
	if _, _, err := interop.Export("klaviyo", segment.Segment{Condition: rule.Everyone{}}, nil); err == nil {
		t.Error("klaviyo is written")
	}
	if _, _, err := interop.Export("mongodb", segment.Segment{}, nil); err == nil {
		t.Error("a segment without a condition is written")
	}
}
