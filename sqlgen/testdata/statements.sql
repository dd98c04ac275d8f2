-- postgres: country IN ("US", "CA") AND COUNT(opened) >= 5 IN LAST 30 DAYS
SELECT "m2"."k" AS "id" FROM (SELECT "c"."id" AS k, COUNT(*) AS v FROM (SELECT "e3"."contact_id" AS k FROM "events" "e3" WHERE (("e3"."name"::text = $1::text AND NULLIF("e3"."name"::text COLLATE "C" = $1::text, FALSE) IS NOT NULL) AND ("e3"."at" <= $2 AND "e3"."at" > $3))) u JOIN "crm"."contacts" "c" ON "c"."id" = u.k WHERE ("c"."country"::text IN ($4::text, $5::text) AND NULLIF("c"."country"::text COLLATE "C" IN ($4::text, $5::text), FALSE) IS NOT NULL) GROUP BY "c"."id") "m2" WHERE "m2"."v" >= $6::bigint
--   1: opened
--   2: 2026-03-31 10:00:00 +0000 UTC
--   3: 2026-03-01 10:00:00 +0000 UTC
--   4: CA
--   5: US
--   6: 5

-- postgres: (country = "US" OR vip = TRUE) AND last_seen > 30 days ago AND age > 17.5
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE ((("c"."country"::text = $1::text AND NULLIF("c"."country"::text COLLATE "C" = $1::text, FALSE) IS NOT NULL) OR "c"."vip" = TRUE) AND ("c"."last_seen" <= $2 AND "c"."last_seen" > '-infinity') AND "c"."age" > $3::bigint)
--   1: US
--   2: 2026-03-01 10:00:00 +0000 UTC
--   3: 17

-- postgres: NOT (email ENDS WITH "@example.com" OR birthday IS NULL)
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE (("c"."email"::text COLLATE "C" LIKE $1::text) IS NOT TRUE AND (("c"."birthday" IS NULL OR "c"."birthday" IN ('-infinity', 'infinity'))) IS NOT TRUE)
--   1: %@example.com

-- postgres: NEVER DID purchase AND JOINED LIST "trial" IN LAST 14 DAYS
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE (NOT EXISTS (SELECT 1 FROM (SELECT "e1"."contact_id" AS k FROM "events" "e1" WHERE (("e1"."name"::text = $1::text AND NULLIF("e1"."name"::text COLLATE "C" = $1::text, FALSE) IS NOT NULL) AND ("e1"."at" <= $2 AND "e1"."at" > '-infinity'))) n WHERE n.k = "c"."id") AND "c"."id" IN (SELECT "l2"."contact_id" AS k FROM "list_members" "l2" WHERE (("l2"."list"::text = $3::text AND NULLIF("l2"."list"::text COLLATE "C" = $3::text, FALSE) IS NOT NULL) AND ("l2"."at" <= $4 AND "l2"."at" > $5))))
--   1: purchase
--   2: 2026-03-31 10:00:00 +0000 UTC
--   3: trial
--   4: 2026-03-31 10:00:00 +0000 UTC
--   5: 2026-03-17 10:00:00 +0000 UTC

-- postgres: SUM(purchase.amount) > 500 IN LAST 90 DAYS AND LAST(purchase.sku) = "X"
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" LEFT JOIN (SELECT u.k AS k, SUM(u.p) AS v, COUNT(u.p) AS n FROM (SELECT "e7"."contact_id" AS k, ((CASE WHEN ("e7"."amount" > '-infinity'::numeric AND "e7"."amount" < 'infinity'::numeric) THEN "e7"."amount" END))::numeric AS p FROM "events" "e7" WHERE (("e7"."name"::text = $1::text AND NULLIF("e7"."name"::text COLLATE "C" = $1::text, FALSE) IS NOT NULL) AND ("e7"."at" <= $2 AND "e7"."at" > $3))) u GROUP BY u.k) "m2" ON "m2"."k" = "c"."id" WHERE ("m2"."v" > $4::numeric AND "c"."id" IN (SELECT u.k AS k FROM (SELECT "e5"."contact_id" AS k, "e5"."sku"::text AS p, "e5"."at" AS t, "e5"."seq" AS o FROM "events" "e5" WHERE (("e5"."name"::text = $5::text AND NULLIF("e5"."name"::text COLLATE "C" = $5::text, FALSE) IS NOT NULL) AND ("e5"."at" <= $6 AND "e5"."at" > '-infinity'))) u WHERE (u.p = $7::text AND NULLIF(u.p COLLATE "C" = $7::text, FALSE) IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM (SELECT "e6"."contact_id" AS k, "e6"."sku"::text AS p, "e6"."at" AS t, "e6"."seq" AS o FROM "events" "e6" WHERE (("e6"."name"::text = $8::text AND NULLIF("e6"."name"::text COLLATE "C" = $8::text, FALSE) IS NOT NULL) AND ("e6"."at" <= $9 AND "e6"."at" > '-infinity'))) n WHERE n.k = u.k AND n.t >= u.t AND (n.t > u.t OR n.t = u.t AND n.o > u.o))))
--   1: purchase
--   2: 2026-03-31 10:00:00 +0000 UTC
--   3: 2025-12-31 10:00:00 +0000 UTC
--   4: 500.00
--   5: purchase
--   6: 2026-03-31 10:00:00 +0000 UTC
--   7: X
--   8: purchase
--   9: 2026-03-31 10:00:00 +0000 UTC

-- postgres: DID cart_add THEN NOT purchase WITHIN 24 hours
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE "c"."id" IN (SELECT "e1"."contact_id" AS k FROM "events" "e1" WHERE ((("e1"."name"::text = $1::text AND NULLIF("e1"."name"::text COLLATE "C" = $1::text, FALSE) IS NOT NULL) AND ("e1"."at" <= $2 AND "e1"."at" > '-infinity')) AND ("e1"."at" <= $3 AND "e1"."at" > '-infinity')) AND NOT EXISTS (SELECT 1 FROM "events" "e2" WHERE ("e2"."contact_id" = "e1"."contact_id" AND ((("e2"."name"::text = $4::text AND NULLIF("e2"."name"::text COLLATE "C" = $4::text, FALSE) IS NOT NULL) AND ("e2"."at" <= $5 AND "e2"."at" > '-infinity')) AND ("e2"."at" > "e1"."at" AND "e2"."at" <= ((CASE WHEN "e1"."at" <= $6 THEN "e1"."at" END) + make_interval(secs => $7::float8)))))))
--   1: cart_add
--   2: 2026-03-31 10:00:00 +0000 UTC
--   3: 2026-03-30 10:00:00 +0000 UTC
--   4: purchase
--   5: 2026-03-31 10:00:00 +0000 UTC
--   6: 2026-03-31 10:00:00 +0000 UTC
--   7: 86400

-- postgres: ANNIVERSARY(birthday) WITHIN NEXT 7 days
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE ((EXTRACT(MONTH FROM (CASE WHEN isfinite("c"."birthday") THEN "c"."birthday" END))::int * 100 + EXTRACT(DAY FROM (CASE WHEN isfinite("c"."birthday") THEN "c"."birthday" END))::int) BETWEEN $1::bigint AND $2::bigint AND ("c"."birthday" < $3::date AND "c"."birthday" > '-infinity'))
--   1: 401
--   2: 407
--   3: 2026-01-01

-- postgres: ANY orders HAS (product = "X" AND amount > 10)
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE "c"."custom" @? $1::text::jsonpath
--   1: strict $."orders"[*] ? ((@."product" == "X" && (@."amount" > 10 && @."amount" < 1.797693134862315807937e308)))

-- postgres: COUNT(clicked) / COUNT(opened) >= 0.2
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" LEFT JOIN (SELECT u.k AS k, COUNT(u.p) AS v, COUNT(u.p2) AS v2 FROM (SELECT "e4"."contact_id" AS k, CASE WHEN "e4"."name"::text COLLATE "C" = $1::text THEN 1 END AS p, CASE WHEN "e4"."name"::text COLLATE "C" = $2::text THEN 1 END AS p2 FROM "events" "e4" WHERE (("e4"."name"::text IN ($3::text, $4::text) AND NULLIF("e4"."name"::text COLLATE "C" IN ($3::text, $4::text), FALSE) IS NOT NULL) AND ("e4"."at" <= $5 AND "e4"."at" > '-infinity'))) u GROUP BY u.k) "m2" ON "m2"."k" = "c"."id" WHERE (CASE WHEN COALESCE("m2"."v2", 0) > 0 THEN ((COALESCE("m2"."v", 0) * $6::bigint) * $7::bigint) >= ($8::bigint * COALESCE("m2"."v2", 0)) WHEN COALESCE("m2"."v2", 0) < 0 THEN ((COALESCE("m2"."v", 0) * $6::bigint) * $7::bigint) <= ($8::bigint * COALESCE("m2"."v2", 0)) ELSE FALSE END AND COALESCE("m2"."v2", 0) <> 0)
--   1: clicked
--   2: opened
--   3: clicked
--   4: opened
--   5: 2026-03-31 10:00:00 +0000 UTC
--   6: 1
--   7: 5
--   8: 1

-- postgres: plan = "pro" AND status HAS BEEN "running" FOR AT LEAST 7 days AND NOT IN SEGMENT "lost"
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE ("c"."custom" @> $1::text::jsonb AND "c"."id" IN (SELECT "h1"."contact_id" AS k FROM "crm"."contacts" "c" JOIN "changes" "h1" ON "h1"."contact_id" = "c"."id" WHERE ("c"."custom" @> $2::text::jsonb AND (("h1"."field"::text = $3::text AND NULLIF("h1"."field"::text COLLATE "C" = $3::text, FALSE) IS NOT NULL) AND ("h1"."at" <= $4 AND "h1"."at" > '-infinity') AND "h1"."value" = $5::text::jsonb AND NOT EXISTS (SELECT 1 FROM "changes" "h2" WHERE ("h2"."contact_id" = "h1"."contact_id" AND ("h2"."field"::text = $6::text AND NULLIF("h2"."field"::text COLLATE "C" = $6::text, FALSE) IS NOT NULL) AND (CASE WHEN isfinite("h2"."at") THEN "h2"."at" END) >= (CASE WHEN isfinite("h1"."at") THEN "h1"."at" END) AND ((CASE WHEN isfinite("h2"."at") THEN "h2"."at" END) > (CASE WHEN isfinite("h1"."at") THEN "h1"."at" END) OR (CASE WHEN isfinite("h2"."at") THEN "h2"."at" END) = (CASE WHEN isfinite("h1"."at") THEN "h1"."at" END) AND "h2"."seq" > "h1"."seq") AND ("h2"."at" <= $7 AND "h2"."at" > '-infinity') AND ("h2"."value" = $8::text::jsonb) IS NOT TRUE))))) AND NOT EXISTS (SELECT 1 FROM (SELECT "g3"."contact_id" AS k FROM "memberships" "g3" WHERE ("g3"."segment"::text = $9::text AND NULLIF("g3"."segment"::text COLLATE "C" = $9::text, FALSE) IS NOT NULL)) n WHERE n.k = "c"."id"))
--   1: {"plan":"pro"}
--   2: {"plan":"pro"}
--   3: status
--   4: 2026-03-24 10:00:00 +0000 UTC
--   5: "running"
--   6: status
--   7: 2026-03-31 10:00:00 +0000 UTC
--   8: "running"
--   9: lost

-- postgres: email MATCHES "^[a-z]+@" AND country = "US"
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE ("c"."email"::text IS NOT NULL AND ("c"."country"::text = $1::text AND NULLIF("c"."country"::text COLLATE "C" = $1::text, FALSE) IS NOT NULL))
--   1: US
--   rest: email MATCHES "^[a-z]+@"

-- sqlite: country IN ("US", "CA") AND COUNT(opened) >= 5 IN LAST 30 DAYS
SELECT "m2"."k" AS "id" FROM (SELECT "c"."id" AS k, COUNT(*) AS v FROM (SELECT "e3"."contact_id" AS k FROM "events" "e3" WHERE ("e3"."name" = ? COLLATE BINARY AND ("e3"."at" <= ? AND "e3"."at" > ?))) u JOIN "crm"."contacts" "c" ON "c"."id" = u.k WHERE ("c"."country" COLLATE BINARY) IN (?, ?) GROUP BY "c"."id") "m2" WHERE "m2"."v" >= ?
--   1: opened
--   2: 2026-03-31 10:00:00.000000
--   3: 2026-03-01 10:00:00.000000
--   4: CA
--   5: US
--   6: 5

-- sqlite: (country = "US" OR vip = TRUE) AND last_seen > 30 days ago AND age > 17.5
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE (("c"."country" = ? COLLATE BINARY OR "c"."vip" = TRUE) AND "c"."last_seen" <= ? AND "c"."age" > ?)
--   1: US
--   2: 2026-03-01 10:00:00.000000
--   3: 17

-- sqlite: NOT (email ENDS WITH "@example.com" OR birthday IS NULL)
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE ((substr(CAST("c"."email" AS BLOB), -?) = CAST(? AS BLOB)) IS NOT TRUE AND ("c"."birthday" IS NULL) IS NOT TRUE)
--   1: 12
--   2: @example.com

-- sqlite: NEVER DID purchase AND JOINED LIST "trial" IN LAST 14 DAYS
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE (NOT EXISTS (SELECT 1 FROM (SELECT "e1"."contact_id" AS k FROM "events" "e1" WHERE ("e1"."name" = ? COLLATE BINARY AND "e1"."at" <= ?)) n WHERE n.k = "c"."id") AND "c"."id" IN (SELECT "l2"."contact_id" AS k FROM "list_members" "l2" WHERE ("l2"."list" = ? COLLATE BINARY AND ("l2"."at" <= ? AND "l2"."at" > ?))))
--   1: purchase
--   2: 2026-03-31 10:00:00.000000
--   3: trial
--   4: 2026-03-31 10:00:00.000000
--   5: 2026-03-17 10:00:00.000000

-- sqlite: SUM(purchase.amount) > 500 IN LAST 90 DAYS AND LAST(purchase.sku) = "X"
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" LEFT JOIN (SELECT u.k AS k, SUM(u.p) AS v, COUNT(u.p) AS n FROM (SELECT "e6"."contact_id" AS k, "e6"."amount_cents" AS p FROM "events" "e6" WHERE ("e6"."name" = ? COLLATE BINARY AND ("e6"."at" <= ? AND "e6"."at" > ?))) u GROUP BY u.k) "m2" ON "m2"."k" = "c"."id" LEFT JOIN (SELECT u.k AS k, u.p AS v FROM (SELECT "e3"."contact_id" AS k, "e3"."sku" AS p, ROW_NUMBER() OVER (PARTITION BY "e3"."contact_id" ORDER BY "e3"."at" DESC, "e3"."seq" DESC) AS r FROM "events" "e3" WHERE ("e3"."name" = ? COLLATE BINARY AND "e3"."at" <= ?)) u WHERE u.r = 1) "m4" ON "m4"."k" = "c"."id" WHERE (COALESCE("m2"."v", 0) > (? * ?) AND "m4"."v" = ? COLLATE BINARY)
--   1: purchase
--   2: 2026-03-31 10:00:00.000000
--   3: 2025-12-31 10:00:00.000000
--   4: purchase
--   5: 2026-03-31 10:00:00.000000
--   6: 500
--   7: 100
--   8: X

-- sqlite: DID cart_add THEN NOT purchase WITHIN 24 hours
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE EXISTS (SELECT 1 FROM (SELECT "e1"."contact_id" AS k FROM "events" "e1" WHERE (("e1"."name" = ? COLLATE BINARY AND "e1"."at" <= ?) AND "e1"."at" <= ?) AND NOT EXISTS (SELECT 1 FROM "events" "e2" WHERE ("e2"."contact_id" = "e1"."contact_id" AND (("e2"."name" = ? COLLATE BINARY AND "e2"."at" <= ?) AND ("e2"."at" > "e1"."at" AND "e2"."at" <= (datetime(substr("e1"."at", 1, 19), ?) || substr("e1"."at", 20))))))) n WHERE n.k = "c"."id")
--   1: cart_add
--   2: 2026-03-31 10:00:00.000000
--   3: 2026-03-30 10:00:00.000000
--   4: purchase
--   5: 2026-03-31 10:00:00.000000
--   6: 86400 seconds

-- sqlite: ANNIVERSARY(birthday) WITHIN NEXT 7 days
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE ((CAST(strftime('%m', "c"."birthday") AS INTEGER) * 100 + CAST(strftime('%d', "c"."birthday") AS INTEGER)) BETWEEN ? AND ? AND "c"."birthday" < ?)
--   1: 401
--   2: 407
--   3: 2026-01-01

-- sqlite: ANY orders HAS (product = "X" AND amount > 10)
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE EXISTS (SELECT 1 FROM json_each((CASE WHEN json_type(((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?)) = 'array' THEN ((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) ELSE '[]' END)) "j1" WHERE ((CASE WHEN json_type(((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?)) = 'text' THEN ((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?) ->> '$' END) = ? COLLATE BINARY AND (CASE json_type(((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?)) WHEN 'integer' THEN (NOT ((substr(((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?), 1, 1) = '-' OR length(((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?)) < ? OR length(((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?)) = ? AND ((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?) < ?) OR ((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?) = ?) AND CAST(((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?) AS REAL) < 9e999) WHEN 'real' THEN (NOT (((((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?) ->> '$') < ? OR (((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?) ->> '$') = ? AND instr(lower(((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?)), 'e') = 0 AND rtrim(rtrim(((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?), '0'), '.') NOT IN (?) AND (instr(rtrim(rtrim(((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?), '0'), '.') || '.', '.') < ? OR instr(rtrim(rtrim(((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?), '0'), '.') || '.', '.') = ? AND rtrim(rtrim(((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?), '0'), '.') < ?)) OR ((((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?) ->> '$') = ? AND (instr(lower(((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?)), 'e') > 0 OR rtrim(rtrim(((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?), '0'), '.') IN (?)))) AND CAST(((((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) -> "j1".fullkey) -> ?) AS REAL) < 9e999) END)))
--   1: $."orders"
--   2: $."orders"
--   3: $."orders"
--   4: $."product"
--   5: $."orders"
--   6: $."product"
--   7: X
--   8: $."orders"
--   9: $."amount"
--   10: $."orders"
--   11: $."amount"
--   12: $."orders"
--   13: $."amount"
--   14: 2
--   15: $."orders"
--   16: $."amount"
--   17: 2
--   18: $."orders"
--   19: $."amount"
--   20: 10
--   21: $."orders"
--   22: $."amount"
--   23: 10
--   24: $."orders"
--   25: $."amount"
--   26: $."orders"
--   27: $."amount"
--   28: 10
--   29: $."orders"
--   30: $."amount"
--   31: 10
--   32: $."orders"
--   33: $."amount"
--   34: $."orders"
--   35: $."amount"
--   36: 10
--   37: $."orders"
--   38: $."amount"
--   39: 3
--   40: $."orders"
--   41: $."amount"
--   42: 3
--   43: $."orders"
--   44: $."amount"
--   45: 10
--   46: $."orders"
--   47: $."amount"
--   48: 10
--   49: $."orders"
--   50: $."amount"
--   51: $."orders"
--   52: $."amount"
--   53: 10
--   54: $."orders"
--   55: $."amount"

-- sqlite: COUNT(clicked) / COUNT(opened) >= 0.2
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" LEFT JOIN (SELECT u.k AS k, COUNT(u.p) AS v, COUNT(u.p2) AS v2 FROM (SELECT "e4"."contact_id" AS k, CASE WHEN "e4"."name" = ? COLLATE BINARY THEN 1 END AS p, CASE WHEN "e4"."name" = ? COLLATE BINARY THEN 1 END AS p2 FROM "events" "e4" WHERE (("e4"."name" COLLATE BINARY) IN (?, ?) AND "e4"."at" <= ?)) u GROUP BY u.k) "m2" ON "m2"."k" = "c"."id" WHERE (CASE WHEN COALESCE("m2"."v2", 0) > 0 THEN ((COALESCE("m2"."v", 0) * ?) * ?) >= (? * COALESCE("m2"."v2", 0)) WHEN COALESCE("m2"."v2", 0) < 0 THEN ((COALESCE("m2"."v", 0) * ?) * ?) <= (? * COALESCE("m2"."v2", 0)) ELSE FALSE END AND COALESCE("m2"."v2", 0) <> 0)
--   1: clicked
--   2: opened
--   3: clicked
--   4: opened
--   5: 2026-03-31 10:00:00.000000
--   6: 1
--   7: 5
--   8: 1
--   9: 1
--   10: 5
--   11: 1

-- sqlite: plan = "pro" AND status HAS BEEN "running" FOR AT LEAST 7 days AND NOT IN SEGMENT "lost"
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE ((CASE WHEN json_type(((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?)) = 'text' THEN ((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) ->> '$' END) = ? COLLATE BINARY AND "c"."id" IN (SELECT u.k AS k FROM (SELECT "h1"."contact_id" AS k, (CASE WHEN json_valid("h1"."value") THEN "h1"."value" END) AS v, ROW_NUMBER() OVER (PARTITION BY "h1"."contact_id" ORDER BY "h1"."at" DESC, "h1"."seq" DESC) AS r FROM "crm"."contacts" "c" JOIN "changes" "h1" ON "h1"."contact_id" = "c"."id" WHERE ((CASE WHEN json_type(((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?)) = 'text' THEN ((CASE WHEN json_valid("c"."custom") THEN "c"."custom" END) -> ?) ->> '$' END) = ? COLLATE BINARY AND ("h1"."field" = ? COLLATE BINARY AND "h1"."at" <= ?))) u WHERE u.r = 1 AND (CASE WHEN json_type("u"."v") = 'text' THEN "u"."v" ->> '$' END) = ? COLLATE BINARY AND NOT EXISTS (SELECT 1 FROM (SELECT "h2"."contact_id" AS k FROM "changes" "h2" WHERE ("h2"."field" = ? COLLATE BINARY AND "h2"."at" > ? AND "h2"."at" <= ? AND ((CASE WHEN json_type((CASE WHEN json_valid("h2"."value") THEN "h2"."value" END)) = 'text' THEN (CASE WHEN json_valid("h2"."value") THEN "h2"."value" END) ->> '$' END) = ? COLLATE BINARY) IS NOT TRUE)) n WHERE n.k = u.k)) AND NOT EXISTS (SELECT 1 FROM (SELECT "g3"."contact_id" AS k FROM "memberships" "g3" WHERE "g3"."segment" = ? COLLATE BINARY) n WHERE n.k = "c"."id"))
--   1: $."plan"
--   2: $."plan"
--   3: pro
--   4: $."plan"
--   5: $."plan"
--   6: pro
--   7: status
--   8: 2026-03-24 10:00:00.000000
--   9: running
--   10: status
--   11: 2026-03-24 10:00:00.000000
--   12: 2026-03-31 10:00:00.000000
--   13: running
--   14: lost

-- sqlite: email MATCHES "^[a-z]+@" AND country = "US"
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE ("c"."email" IS NOT NULL AND "c"."country" = ? COLLATE BINARY)
--   1: US
--   rest: email MATCHES "^[a-z]+@"

-- mysql: country IN ("US", "CA") AND COUNT(opened) >= 5 IN LAST 30 DAYS
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT `e3`.`contact_id` AS k FROM `events` `e3` WHERE ((`e3`.`name` = ? AND CAST(CONVERT(`e3`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND (`e3`.`at` <= CAST(? AS DATETIME(6)) AND `e3`.`at` > CAST(? AS DATETIME(6)) AND DAYOFMONTH(`e3`.`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`e3`.`at`))))) u GROUP BY u.k) `m2` ON `m2`.`k` = `c`.`id` WHERE ((`c`.`country` IN (?, ?) AND CAST(CONVERT(`c`.`country` USING utf8mb4) AS BINARY) IN (CAST(CONVERT(? USING utf8mb4) AS BINARY), CAST(CONVERT(? USING utf8mb4) AS BINARY))) AND `m2`.`v` >= ?)
--   1: opened
--   2: opened
--   3: 2026-03-31 10:00:00.000000
--   4: 2026-03-01 10:00:00.000000
--   5: CA
--   6: US
--   7: CA
--   8: US
--   9: 5

-- mysql: (country = "US" OR vip = TRUE) AND last_seen > 30 days ago AND age > 17.5
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE (((`c`.`country` = ? AND CAST(CONVERT(`c`.`country` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) OR `c`.`vip` = TRUE) AND (`c`.`last_seen` <= CAST(? AS DATETIME(6)) AND DAYOFMONTH(`c`.`last_seen`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`c`.`last_seen`))) AND `c`.`age` > ?)
--   1: US
--   2: US
--   3: 2026-03-01 10:00:00.000000
--   4: 17

-- mysql: NOT (email ENDS WITH "@example.com" OR birthday IS NULL)
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE ((RIGHT(CAST(CONVERT(`c`.`email` USING utf8mb4) AS BINARY), ?) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) IS NOT TRUE AND ((DAYOFMONTH(`c`.`birthday`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`c`.`birthday`))) IS NOT TRUE) IS NOT TRUE)
--   1: 12
--   2: @example.com

-- mysql: NEVER DID purchase AND JOINED LIST "trial" IN LAST 14 DAYS
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE (NOT EXISTS (SELECT 1 FROM (SELECT `e1`.`contact_id` AS k FROM `events` `e1` WHERE ((`e1`.`name` = ? AND CAST(CONVERT(`e1`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND (`e1`.`at` <= CAST(? AS DATETIME(6)) AND DAYOFMONTH(`e1`.`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`e1`.`at`))))) n WHERE n.k = `c`.`id`) AND `c`.`id` IN (SELECT `l2`.`contact_id` AS k FROM `list_members` `l2` WHERE ((`l2`.`list` = ? AND CAST(CONVERT(`l2`.`list` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND (`l2`.`at` <= CAST(? AS DATETIME(6)) AND `l2`.`at` > CAST(? AS DATETIME(6)) AND DAYOFMONTH(`l2`.`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`l2`.`at`))))))
--   1: purchase
--   2: purchase
--   3: 2026-03-31 10:00:00.000000
--   4: trial
--   5: trial
--   6: 2026-03-31 10:00:00.000000
--   7: 2026-03-17 10:00:00.000000

-- mysql: SUM(purchase.amount) > 500 IN LAST 90 DAYS AND LAST(purchase.sku) = "X"
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` LEFT JOIN (SELECT u.k AS k, SUM(u.p) AS v, COUNT(u.p) AS n FROM (SELECT `e6`.`contact_id` AS k, CAST(`e6`.`amount` AS DECIMAL(65,2)) AS p FROM `events` `e6` WHERE ((`e6`.`name` = ? AND CAST(CONVERT(`e6`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND (`e6`.`at` <= CAST(? AS DATETIME(6)) AND `e6`.`at` > CAST(? AS DATETIME(6)) AND DAYOFMONTH(`e6`.`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`e6`.`at`))))) u GROUP BY u.k) `m2` ON `m2`.`k` = `c`.`id` LEFT JOIN (SELECT u.k AS k, u.p AS v FROM (SELECT `e3`.`contact_id` AS k, `e3`.`sku` AS p, ROW_NUMBER() OVER (PARTITION BY `e3`.`contact_id` ORDER BY `e3`.`at` DESC, `e3`.`seq` DESC) AS r FROM `events` `e3` WHERE ((`e3`.`name` = ? AND CAST(CONVERT(`e3`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND (`e3`.`at` <= CAST(? AS DATETIME(6)) AND DAYOFMONTH(`e3`.`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`e3`.`at`))))) u WHERE u.r = 1) `m4` ON `m4`.`k` = `c`.`id` WHERE (`m2`.`v` > CAST(? AS DECIMAL(65,2)) AND (`m4`.`v` = ? AND CAST(CONVERT(`m4`.`v` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)))
--   1: purchase
--   2: purchase
--   3: 2026-03-31 10:00:00.000000
--   4: 2025-12-31 10:00:00.000000
--   5: purchase
--   6: purchase
--   7: 2026-03-31 10:00:00.000000
--   8: 500.00
--   9: X
--   10: X

-- mysql: DID cart_add THEN NOT purchase WITHIN 24 hours
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE `c`.`id` IN (SELECT `e1`.`contact_id` AS k FROM `events` `e1` WHERE (((`e1`.`name` = ? AND CAST(CONVERT(`e1`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND (`e1`.`at` <= CAST(? AS DATETIME(6)) AND DAYOFMONTH(`e1`.`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`e1`.`at`)))) AND (`e1`.`at` <= CAST(? AS DATETIME(6)) AND DAYOFMONTH(`e1`.`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`e1`.`at`)))) AND NOT EXISTS (SELECT 1 FROM `events` `e2` WHERE (`e2`.`contact_id` = `e1`.`contact_id` AND (((`e2`.`name` = ? AND CAST(CONVERT(`e2`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND (`e2`.`at` <= CAST(? AS DATETIME(6)) AND DAYOFMONTH(`e2`.`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`e2`.`at`)))) AND (`e2`.`at` > `e1`.`at` AND `e2`.`at` <= DATE_ADD(CASE WHEN (CASE WHEN `e1`.`at` <= CAST(? AS DATETIME(6)) THEN `e1`.`at` END) >= '0001-01-01' THEN (CASE WHEN `e1`.`at` <= CAST(? AS DATETIME(6)) THEN `e1`.`at` END) END, INTERVAL ? SECOND))))))
--   1: cart_add
--   2: cart_add
--   3: 2026-03-31 10:00:00.000000
--   4: 2026-03-30 10:00:00.000000
--   5: purchase
--   6: purchase
--   7: 2026-03-31 10:00:00.000000
--   8: 2026-03-31 10:00:00.000000
--   9: 2026-03-31 10:00:00.000000
--   10: 86400

-- mysql: ANNIVERSARY(birthday) WITHIN NEXT 7 days
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE ((MONTH((CASE WHEN DAYOFMONTH(`c`.`birthday`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`c`.`birthday`)) THEN `c`.`birthday` END)) * 100 + DAY((CASE WHEN DAYOFMONTH(`c`.`birthday`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`c`.`birthday`)) THEN `c`.`birthday` END))) BETWEEN ? AND ? AND (`c`.`birthday` < CAST(? AS DATE) AND DAYOFMONTH(`c`.`birthday`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`c`.`birthday`))))
--   1: 401
--   2: 407
--   3: 2026-01-01

-- mysql: ANY orders HAS (product = "X" AND amount > 10)
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE EXISTS (SELECT 1 FROM JSON_TABLE((CASE WHEN JSON_TYPE(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?)) = 'ARRAY' THEN JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?) ELSE '[]' END), '$[*]' COLUMNS (n FOR ORDINALITY)) `j1` WHERE (((CASE WHEN JSON_TYPE(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?)) = 'STRING' THEN JSON_UNQUOTE(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?)) END) = ? AND CAST(CONVERT((CASE WHEN JSON_TYPE(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?)) = 'STRING' THEN JSON_UNQUOTE(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?)) END) USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND (CASE WHEN JSON_TYPE(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?)) IN ('INTEGER', 'UNSIGNED INTEGER', 'DECIMAL', 'DOUBLE') THEN CASE WHEN (CHAR_LENGTH(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?)) <= 30 AND LOCATE('e', LOWER(CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR))) = 0) THEN CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS DECIMAL(65,30)) ELSE CASE WHEN (CASE WHEN CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR) NOT REGEXP '^[^eE]*[1-9]' THEN 0 WHEN CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR) REGEXP '^[^0-9]*[1-9]' THEN CHAR_LENGTH(REGEXP_SUBSTR(CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR), '[0-9]+')) - 1 + (CASE WHEN CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR) REGEXP '[eE]' THEN CAST(SUBSTR(REGEXP_SUBSTR(CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR), '[eE][-+]?0*[0-9]{1,6}'), 2) AS SIGNED) ELSE 0 END) ELSE (CASE WHEN CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR) REGEXP '[eE]' THEN CAST(SUBSTR(REGEXP_SUBSTR(CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR), '[eE][-+]?0*[0-9]{1,6}'), 2) AS SIGNED) ELSE 0 END) - CHAR_LENGTH(REGEXP_SUBSTR(CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR), '[.]0*')) END) >= 309 THEN NULL WHEN (CASE WHEN CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR) NOT REGEXP '^[^eE]*[1-9]' THEN 0 WHEN CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR) REGEXP '^[^0-9]*[1-9]' THEN CHAR_LENGTH(REGEXP_SUBSTR(CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR), '[0-9]+')) - 1 + (CASE WHEN CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR) REGEXP '[eE]' THEN CAST(SUBSTR(REGEXP_SUBSTR(CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR), '[eE][-+]?0*[0-9]{1,6}'), 2) AS SIGNED) ELSE 0 END) ELSE (CASE WHEN CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR) REGEXP '[eE]' THEN CAST(SUBSTR(REGEXP_SUBSTR(CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR), '[eE][-+]?0*[0-9]{1,6}'), 2) AS SIGNED) ELSE 0 END) - CHAR_LENGTH(REGEXP_SUBSTR(CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS CHAR), '[.]0*')) END) >= 35 THEN CASE WHEN JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) REGEXP '^[^0-9]*-' THEN -99999999999999999999999999999999999 ELSE 99999999999999999999999999999999999 END WHEN CHAR_LENGTH(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?)) > 65 AND JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) REGEXP '[eE]' THEN CAST(CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS DOUBLE) AS DECIMAL(65,30)) ELSE CAST(JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?), CONCAT('$[', `j1`.n - 1, ']')), ?) AS DECIMAL(65,30)) END END END) > CAST(? AS DECIMAL(65,30))))
--   1: $."orders"
--   2: $."orders"
--   3: $."orders"
--   4: $."product"
--   5: $."orders"
--   6: $."product"
--   7: X
--   8: $."orders"
--   9: $."product"
--   10: $."orders"
--   11: $."product"
--   12: X
--   13: $."orders"
--   14: $."amount"
--   15: $."orders"
--   16: $."amount"
--   17: $."orders"
--   18: $."amount"
--   19: $."orders"
--   20: $."amount"
--   21: $."orders"
--   22: $."amount"
--   23: $."orders"
--   24: $."amount"
--   25: $."orders"
--   26: $."amount"
--   27: $."orders"
--   28: $."amount"
--   29: $."orders"
--   30: $."amount"
--   31: $."orders"
--   32: $."amount"
--   33: $."orders"
--   34: $."amount"
--   35: $."orders"
--   36: $."amount"
--   37: $."orders"
--   38: $."amount"
--   39: $."orders"
--   40: $."amount"
--   41: $."orders"
--   42: $."amount"
--   43: $."orders"
--   44: $."amount"
--   45: $."orders"
--   46: $."amount"
--   47: $."orders"
--   48: $."amount"
--   49: $."orders"
--   50: $."amount"
--   51: $."orders"
--   52: $."amount"
--   53: $."orders"
--   54: $."amount"
--   55: $."orders"
--   56: $."amount"
--   57: $."orders"
--   58: $."amount"
--   59: $."orders"
--   60: $."amount"
--   61: $."orders"
--   62: $."amount"
--   63: 10

-- mysql: COUNT(clicked) / COUNT(opened) >= 0.2
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` LEFT JOIN (SELECT u.k AS k, COUNT(u.p) AS v, COUNT(u.p2) AS v2 FROM (SELECT `e4`.`contact_id` AS k, CASE WHEN CAST(CONVERT(`e4`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) THEN 1 END AS p, CASE WHEN CAST(CONVERT(`e4`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) THEN 1 END AS p2 FROM `events` `e4` WHERE ((`e4`.`name` IN (?, ?) AND CAST(CONVERT(`e4`.`name` USING utf8mb4) AS BINARY) IN (CAST(CONVERT(? USING utf8mb4) AS BINARY), CAST(CONVERT(? USING utf8mb4) AS BINARY))) AND (`e4`.`at` <= CAST(? AS DATETIME(6)) AND DAYOFMONTH(`e4`.`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`e4`.`at`))))) u GROUP BY u.k) `m2` ON `m2`.`k` = `c`.`id` WHERE (CASE WHEN COALESCE(`m2`.`v2`, 0) > 0 THEN ((COALESCE(`m2`.`v`, 0) * ?) * ?) >= (? * COALESCE(`m2`.`v2`, 0)) WHEN COALESCE(`m2`.`v2`, 0) < 0 THEN ((COALESCE(`m2`.`v`, 0) * ?) * ?) <= (? * COALESCE(`m2`.`v2`, 0)) ELSE FALSE END AND COALESCE(`m2`.`v2`, 0) <> 0)
--   1: clicked
--   2: opened
--   3: clicked
--   4: opened
--   5: clicked
--   6: opened
--   7: 2026-03-31 10:00:00.000000
--   8: 1
--   9: 5
--   10: 1
--   11: 1
--   12: 5
--   13: 1

-- mysql: plan = "pro" AND status HAS BEEN "running" FOR AT LEAST 7 days AND NOT IN SEGMENT "lost"
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE (((CASE WHEN JSON_TYPE(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?)) = 'STRING' THEN JSON_UNQUOTE(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?)) END) = ? AND CAST(CONVERT((CASE WHEN JSON_TYPE(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?)) = 'STRING' THEN JSON_UNQUOTE(JSON_EXTRACT((CASE WHEN JSON_VALID(`c`.`custom`) THEN `c`.`custom` END), ?)) END) USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND `c`.`id` IN (SELECT u.k AS k FROM (SELECT `h1`.`contact_id` AS k, (CASE WHEN JSON_VALID(`h1`.`value`) THEN `h1`.`value` END) AS v, ROW_NUMBER() OVER (PARTITION BY `h1`.`contact_id` ORDER BY `h1`.`at` DESC, `h1`.`seq` DESC) AS r FROM `changes` `h1` WHERE ((`h1`.`field` = ? AND CAST(CONVERT(`h1`.`field` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND (`h1`.`at` <= CAST(? AS DATETIME(6)) AND DAYOFMONTH(`h1`.`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`h1`.`at`))))) u WHERE u.r = 1 AND ((CASE WHEN JSON_TYPE(`u`.`v`) = 'STRING' THEN JSON_UNQUOTE(`u`.`v`) END) = ? AND CAST(CONVERT((CASE WHEN JSON_TYPE(`u`.`v`) = 'STRING' THEN JSON_UNQUOTE(`u`.`v`) END) USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND NOT EXISTS (SELECT 1 FROM (SELECT `h2`.`contact_id` AS k FROM `changes` `h2` WHERE ((`h2`.`field` = ? AND CAST(CONVERT(`h2`.`field` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND (`h2`.`at` > CAST(? AS DATETIME(6)) AND DAYOFMONTH(`h2`.`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`h2`.`at`))) AND (`h2`.`at` <= CAST(? AS DATETIME(6)) AND DAYOFMONTH(`h2`.`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`h2`.`at`))) AND (((CASE WHEN JSON_TYPE((CASE WHEN JSON_VALID(`h2`.`value`) THEN `h2`.`value` END)) = 'STRING' THEN JSON_UNQUOTE((CASE WHEN JSON_VALID(`h2`.`value`) THEN `h2`.`value` END)) END) = ? AND CAST(CONVERT((CASE WHEN JSON_TYPE((CASE WHEN JSON_VALID(`h2`.`value`) THEN `h2`.`value` END)) = 'STRING' THEN JSON_UNQUOTE((CASE WHEN JSON_VALID(`h2`.`value`) THEN `h2`.`value` END)) END) USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY))) IS NOT TRUE)) n WHERE n.k = u.k)) AND NOT EXISTS (SELECT 1 FROM (SELECT `g3`.`contact_id` AS k FROM `memberships` `g3` WHERE (`g3`.`segment` = ? AND CAST(CONVERT(`g3`.`segment` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY))) n WHERE n.k = `c`.`id`))
--   1: $."plan"
--   2: $."plan"
--   3: pro
--   4: $."plan"
--   5: $."plan"
--   6: pro
--   7: status
--   8: status
--   9: 2026-03-24 10:00:00.000000
--   10: running
--   11: running
--   12: status
--   13: status
--   14: 2026-03-24 10:00:00.000000
--   15: 2026-03-31 10:00:00.000000
--   16: running
--   17: running
--   18: lost
--   19: lost

-- mysql: email MATCHES "^[a-z]+@" AND country = "US"
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE (`c`.`email` IS NOT NULL AND (`c`.`country` = ? AND CAST(CONVERT(`c`.`country` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)))
--   1: US
--   2: US
--   rest: email MATCHES "^[a-z]+@"

-- duckdb: country IN ("US", "CA") AND COUNT(opened) >= 5 IN LAST 30 DAYS
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT "e3"."contact_id" AS k FROM "events" "e3" WHERE (CAST("e3"."name" AS VARCHAR) COLLATE C = CAST($1 AS VARCHAR) AND ("e3"."at" <= CAST($2 AS TIMESTAMP) AND "e3"."at" > CAST($3 AS TIMESTAMP)))) u GROUP BY u.k) "m2" ON "m2"."k" = "c"."id" WHERE (CAST("c"."country" AS VARCHAR) COLLATE C IN (CAST($4 AS VARCHAR), CAST($5 AS VARCHAR)) AND "m2"."v" >= CAST($6 AS BIGINT))
--   1: opened
--   2: 2026-03-31 10:00:00.000000
--   3: 2026-03-01 10:00:00.000000
--   4: CA
--   5: US
--   6: 5

-- duckdb: (country = "US" OR vip = TRUE) AND last_seen > 30 days ago AND age > 17.5
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE ((CAST("c"."country" AS VARCHAR) COLLATE C = CAST($1 AS VARCHAR) OR "c"."vip" = TRUE) AND ("c"."last_seen" <= CAST($2 AS TIMESTAMP) AND "c"."last_seen" > '-infinity') AND "c"."age" > CAST($3 AS BIGINT))
--   1: US
--   2: 2026-03-01 10:00:00.000000
--   3: 17

-- duckdb: NOT (email ENDS WITH "@example.com" OR birthday IS NULL)
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE ((suffix(CAST("c"."email" AS VARCHAR) COLLATE C, CAST($1 AS VARCHAR))) IS NOT TRUE AND (("c"."birthday" IS NULL OR NOT isfinite("c"."birthday"))) IS NOT TRUE)
--   1: @example.com

-- duckdb: NEVER DID purchase AND JOINED LIST "trial" IN LAST 14 DAYS
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE (NOT EXISTS (SELECT 1 FROM (SELECT "e1"."contact_id" AS k FROM "events" "e1" WHERE (CAST("e1"."name" AS VARCHAR) COLLATE C = CAST($1 AS VARCHAR) AND ("e1"."at" <= CAST($2 AS TIMESTAMP) AND "e1"."at" > '-infinity'))) n WHERE n.k = "c"."id") AND "c"."id" IN (SELECT "l2"."contact_id" AS k FROM "list_members" "l2" WHERE (CAST("l2"."list" AS VARCHAR) COLLATE C = CAST($3 AS VARCHAR) AND ("l2"."at" <= CAST($4 AS TIMESTAMP) AND "l2"."at" > CAST($5 AS TIMESTAMP)))))
--   1: purchase
--   2: 2026-03-31 10:00:00.000000
--   3: trial
--   4: 2026-03-31 10:00:00.000000
--   5: 2026-03-17 10:00:00.000000

-- duckdb: SUM(purchase.amount) > 500 IN LAST 90 DAYS AND LAST(purchase.sku) = "X"
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" LEFT JOIN (SELECT u.k AS k, SUM(u.p) AS v, COUNT(u.p) AS n FROM (SELECT "e6"."contact_id" AS k, CAST("e6"."amount" AS DECIMAL(12,2)) AS p FROM "events" "e6" WHERE (CAST("e6"."name" AS VARCHAR) COLLATE C = CAST($1 AS VARCHAR) AND ("e6"."at" <= CAST($2 AS TIMESTAMP) AND "e6"."at" > CAST($3 AS TIMESTAMP)))) u GROUP BY u.k) "m2" ON "m2"."k" = "c"."id" LEFT JOIN (SELECT u.k AS k, u.p AS v FROM (SELECT "e3"."contact_id" AS k, CAST("e3"."sku" AS VARCHAR) AS p, ROW_NUMBER() OVER (PARTITION BY "e3"."contact_id" ORDER BY "e3"."at" DESC, "e3"."seq" DESC) AS r FROM "events" "e3" WHERE (CAST("e3"."name" AS VARCHAR) COLLATE C = CAST($4 AS VARCHAR) AND ("e3"."at" <= CAST($5 AS TIMESTAMP) AND "e3"."at" > '-infinity'))) u WHERE u.r = 1) "m4" ON "m4"."k" = "c"."id" WHERE ("m2"."v" > CAST($6 AS DECIMAL(38,2)) AND "m4"."v" COLLATE C = CAST($7 AS VARCHAR))
--   1: purchase
--   2: 2026-03-31 10:00:00.000000
--   3: 2025-12-31 10:00:00.000000
--   4: purchase
--   5: 2026-03-31 10:00:00.000000
--   6: 500.00
--   7: X

-- duckdb: DID cart_add THEN NOT purchase WITHIN 24 hours
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE "c"."id" IN (SELECT "e1"."contact_id" AS k FROM "events" "e1" WHERE ((CAST("e1"."name" AS VARCHAR) COLLATE C = CAST($1 AS VARCHAR) AND ("e1"."at" <= CAST($2 AS TIMESTAMP) AND "e1"."at" > '-infinity')) AND ("e1"."at" <= CAST($3 AS TIMESTAMP) AND "e1"."at" > '-infinity')) AND NOT EXISTS (SELECT 1 FROM "events" "e2" WHERE ("e2"."contact_id" = "e1"."contact_id" AND ((CAST("e2"."name" AS VARCHAR) COLLATE C = CAST($4 AS VARCHAR) AND ("e2"."at" <= CAST($5 AS TIMESTAMP) AND "e2"."at" > '-infinity')) AND ("e2"."at" > "e1"."at" AND "e2"."at" <= ((CASE WHEN "e1"."at" <= CAST($6 AS TIMESTAMP) THEN "e1"."at" END) + to_seconds(CAST($7 AS BIGINT))))))))
--   1: cart_add
--   2: 2026-03-31 10:00:00.000000
--   3: 2026-03-30 10:00:00.000000
--   4: purchase
--   5: 2026-03-31 10:00:00.000000
--   6: 2026-03-31 10:00:00.000000
--   7: 86400

-- duckdb: ANNIVERSARY(birthday) WITHIN NEXT 7 days
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE ((EXTRACT(MONTH FROM (CASE WHEN isfinite("c"."birthday") THEN "c"."birthday" END)) * 100 + EXTRACT(DAY FROM (CASE WHEN isfinite("c"."birthday") THEN "c"."birthday" END))) BETWEEN CAST($1 AS BIGINT) AND CAST($2 AS BIGINT) AND ("c"."birthday" < CAST($3 AS DATE) AND "c"."birthday" > '-infinity'))
--   1: 401
--   2: 407
--   3: 2026-01-01

-- duckdb: ANY orders HAS (product = "X" AND amount > 10)
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE (SELECT COUNT(*) FROM (SELECT UNNEST(CASE WHEN json_type(json_extract("c"."custom", CAST($1 AS VARCHAR))) = 'ARRAY' THEN json_extract(json_extract("c"."custom", CAST($1 AS VARCHAR)), '$[*]') ELSE [] END) AS v, UNNEST(CASE WHEN json_type(json_extract("c"."custom", CAST($1 AS VARCHAR))) = 'ARRAY' THEN json_extract(json_extract(regexp_replace(CAST("c"."custom" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][-+.0-9eE]*)', '"\1\2"', 'g'), CAST($2 AS VARCHAR)), '$[*]') ELSE [] END) AS w) AS "j1" WHERE ((CASE WHEN json_type(json_extract("j1".v, CAST($3 AS VARCHAR))) = 'VARCHAR' THEN json_extract_string(json_extract("j1".v, CAST($3 AS VARCHAR)), '$') END) COLLATE C = CAST($4 AS VARCHAR) AND (CASE WHEN (CASE json_type(json_extract("j1".v, CAST($5 AS VARCHAR))) WHEN 'DOUBLE' THEN isfinite(TRY_CAST(CAST(json_extract("j1".v, CAST($5 AS VARCHAR)) AS VARCHAR) AS DOUBLE)) ELSE json_type(json_extract("j1".v, CAST($5 AS VARCHAR))) IN ('BIGINT', 'UBIGINT', 'HUGEINT') END) THEN CASE WHEN json_type(json_extract("j1".v, CAST($5 AS VARCHAR))) <> 'DOUBLE' THEN COALESCE(TRY_CAST(CAST(json_extract("j1".v, CAST($5 AS VARCHAR)) AS VARCHAR) AS DECIMAL(38,18)) > CAST($6 AS DECIMAL(38,18)), TRY_CAST(CAST(json_extract("j1".v, CAST($5 AS VARCHAR)) AS VARCHAR) AS DOUBLE) > CAST($7 AS DOUBLE)) WHEN (TRY_CAST(CAST(json_extract("j1".v, CAST($5 AS VARCHAR)) AS VARCHAR) AS DOUBLE) < CAST($8 AS DOUBLE) OR TRY_CAST(CAST(json_extract("j1".v, CAST($5 AS VARCHAR)) AS VARCHAR) AS DOUBLE) > CAST($9 AS DOUBLE)) THEN TRY_CAST(CAST(json_extract("j1".v, CAST($5 AS VARCHAR)) AS VARCHAR) AS DOUBLE) > CAST($7 AS DOUBLE) ELSE COALESCE(CASE WHEN regexp_matches(json_extract_string(json_extract("j1".w, CAST($10 AS VARCHAR)), '$'), '^-?[0-9]+[.][0-9]{18}[0-9]*[1-9][0-9]*$') THEN (TRY_CAST(regexp_extract(json_extract_string(json_extract("j1".w, CAST($10 AS VARCHAR)), '$'), '^-?[0-9]+[.][0-9]{18}') AS DECIMAL(38,18)) > CAST($11 AS DECIMAL(38,18)) OR (TRY_CAST(regexp_extract(json_extract_string(json_extract("j1".w, CAST($10 AS VARCHAR)), '$'), '^-?[0-9]+[.][0-9]{18}') AS DECIMAL(38,18)) = CAST($11 AS DECIMAL(38,18)) AND regexp_matches(json_extract_string(json_extract("j1".w, CAST($10 AS VARCHAR)), '$'), '^[0-9]'))) ELSE TRY_CAST(json_extract_string(json_extract("j1".w, CAST($10 AS VARCHAR)), '$') AS DECIMAL(38,18)) > CAST($11 AS DECIMAL(38,18)) END, TRY_CAST(CAST(json_extract("j1".v, CAST($5 AS VARCHAR)) AS VARCHAR) AS DOUBLE) > CAST($7 AS DOUBLE)) END END))) > 0
--   1: $."orders"
--   2: $."orders"
--   3: $."product"
--   4: X
--   5: $."amount"
--   6: 10
--   7: 10
--   8: 9.999999999999
--   9: 10.000000000001
--   10: $."amount"
--   11: 10

-- duckdb: COUNT(clicked) / COUNT(opened) >= 0.2
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" LEFT JOIN (SELECT u.k AS k, COUNT(u.p) AS v, COUNT(u.p2) AS v2 FROM (SELECT "e4"."contact_id" AS k, CASE WHEN CAST("e4"."name" AS VARCHAR) COLLATE C = CAST($1 AS VARCHAR) THEN 1 END AS p, CASE WHEN CAST("e4"."name" AS VARCHAR) COLLATE C = CAST($2 AS VARCHAR) THEN 1 END AS p2 FROM "events" "e4" WHERE (CAST("e4"."name" AS VARCHAR) COLLATE C IN (CAST($3 AS VARCHAR), CAST($4 AS VARCHAR)) AND ("e4"."at" <= CAST($5 AS TIMESTAMP) AND "e4"."at" > '-infinity'))) u GROUP BY u.k) "m2" ON "m2"."k" = "c"."id" WHERE (CASE WHEN COALESCE("m2"."v2", 0) > 0 THEN ((COALESCE("m2"."v", 0) * CAST($6 AS BIGINT)) * CAST($7 AS BIGINT)) >= (CAST($8 AS BIGINT) * COALESCE("m2"."v2", 0)) WHEN COALESCE("m2"."v2", 0) < 0 THEN ((COALESCE("m2"."v", 0) * CAST($6 AS BIGINT)) * CAST($7 AS BIGINT)) <= (CAST($8 AS BIGINT) * COALESCE("m2"."v2", 0)) ELSE FALSE END AND COALESCE("m2"."v2", 0) <> 0)
--   1: clicked
--   2: opened
--   3: clicked
--   4: opened
--   5: 2026-03-31 10:00:00.000000
--   6: 1
--   7: 5
--   8: 1

-- duckdb: plan = "pro" AND status HAS BEEN "running" FOR AT LEAST 7 days AND NOT IN SEGMENT "lost"
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE ((CASE WHEN json_type(json_extract("c"."custom", CAST($1 AS VARCHAR))) = 'VARCHAR' THEN json_extract_string(json_extract("c"."custom", CAST($1 AS VARCHAR)), '$') END) COLLATE C = CAST($2 AS VARCHAR) AND "c"."id" IN (SELECT u.k AS k FROM (SELECT "h1"."contact_id" AS k, "h1"."value" AS v, ROW_NUMBER() OVER (PARTITION BY "h1"."contact_id" ORDER BY "h1"."at" DESC, "h1"."seq" DESC) AS r FROM "crm"."contacts" "c" JOIN "changes" "h1" ON "h1"."contact_id" = "c"."id" WHERE ((CASE WHEN json_type(json_extract("c"."custom", CAST($3 AS VARCHAR))) = 'VARCHAR' THEN json_extract_string(json_extract("c"."custom", CAST($3 AS VARCHAR)), '$') END) COLLATE C = CAST($4 AS VARCHAR) AND (CAST("h1"."field" AS VARCHAR) COLLATE C = CAST($5 AS VARCHAR) AND ("h1"."at" <= CAST($6 AS TIMESTAMP) AND "h1"."at" > '-infinity')))) u WHERE u.r = 1 AND (CASE WHEN json_type("u"."v") = 'VARCHAR' THEN json_extract_string("u"."v", '$') END) COLLATE C = CAST($7 AS VARCHAR) AND NOT EXISTS (SELECT 1 FROM (SELECT "h2"."contact_id" AS k FROM "changes" "h2" WHERE (CAST("h2"."field" AS VARCHAR) COLLATE C = CAST($8 AS VARCHAR) AND ("h2"."at" > CAST($9 AS TIMESTAMP) AND "h2"."at" < 'infinity') AND ("h2"."at" <= CAST($10 AS TIMESTAMP) AND "h2"."at" > '-infinity') AND ((CASE WHEN json_type("h2"."value") = 'VARCHAR' THEN json_extract_string("h2"."value", '$') END) COLLATE C = CAST($11 AS VARCHAR)) IS NOT TRUE)) n WHERE n.k = u.k)) AND NOT EXISTS (SELECT 1 FROM (SELECT "g3"."contact_id" AS k FROM "memberships" "g3" WHERE CAST("g3"."segment" AS VARCHAR) COLLATE C = CAST($12 AS VARCHAR)) n WHERE n.k = "c"."id"))
--   1: $."plan"
--   2: pro
--   3: $."plan"
--   4: pro
--   5: status
--   6: 2026-03-24 10:00:00.000000
--   7: running
--   8: status
--   9: 2026-03-24 10:00:00.000000
--   10: 2026-03-31 10:00:00.000000
--   11: running
--   12: lost

-- duckdb: email MATCHES "^[a-z]+@" AND country = "US"
SELECT "c"."id" AS "id" FROM "crm"."contacts" "c" WHERE (regexp_matches(CAST("c"."email" AS VARCHAR), CAST($1 AS VARCHAR)) AND CAST("c"."country" AS VARCHAR) COLLATE C = CAST($2 AS VARCHAR))
--   1: ^(?:[\x{61}-\x{7A}])+[\x{40}-\x{40}]
--   2: US

-- clickhouse: country IN ("US", "CA") AND COUNT(opened) >= 5 IN LAST 30 DAYS
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT `e3`.`contact_id` AS k FROM `events` `e3` WHERE (CAST(`e3`.`name` AS String) = {p1:String} AND (`e3`.`at` <= toDateTime64({p2:String}, 6, 'UTC') AND `e3`.`at` > toDateTime64({p3:String}, 6, 'UTC')))) u GROUP BY u.k) `m2` ON `m2`.`k` = `c`.`id` WHERE (CAST(`c`.`country` AS String) IN ({p4:String}, {p5:String}) AND `m2`.`v` >= {p6:Int64}) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
--   1: opened
--   2: 2026-03-31 10:00:00.000000
--   3: 2026-03-01 10:00:00.000000
--   4: CA
--   5: US
--   6: 5

-- clickhouse: (country = "US" OR vip = TRUE) AND last_seen > 30 days ago AND age > 17.5
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE ((CAST(`c`.`country` AS String) = {p1:String} OR `c`.`vip` = TRUE) AND `c`.`last_seen` <= toDateTime64({p2:String}, 6, 'UTC') AND `c`.`age` > {p3:Int64}) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
--   1: US
--   2: 2026-03-01 10:00:00.000000
--   3: 17

-- clickhouse: NOT (email ENDS WITH "@example.com" OR birthday IS NULL)
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE (NOT COALESCE(endsWith(CAST(`c`.`email` AS String), {p1:String}), FALSE) AND NOT COALESCE(`c`.`birthday` IS NULL, FALSE)) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
--   1: @example.com

-- clickhouse: NEVER DID purchase AND JOINED LIST "trial" IN LAST 14 DAYS
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE (`c`.`id` NOT IN (SELECT `e1`.`contact_id` AS k FROM `events` `e1` WHERE (CAST(`e1`.`name` AS String) = {p1:String} AND `e1`.`at` <= toDateTime64({p2:String}, 6, 'UTC'))) AND `c`.`id` IN (SELECT `l2`.`contact_id` AS k FROM `list_members` `l2` WHERE (CAST(`l2`.`list` AS String) = {p3:String} AND (`l2`.`at` <= toDateTime64({p4:String}, 6, 'UTC') AND `l2`.`at` > toDateTime64({p5:String}, 6, 'UTC'))))) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
--   1: purchase
--   2: 2026-03-31 10:00:00.000000
--   3: trial
--   4: 2026-03-31 10:00:00.000000
--   5: 2026-03-17 10:00:00.000000

-- clickhouse: SUM(purchase.amount) > 500 IN LAST 90 DAYS AND LAST(purchase.sku) = "X"
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` LEFT JOIN (SELECT u.k AS k, SUM(u.p) AS v, COUNT(u.p) AS n FROM (SELECT `e6`.`contact_id` AS k, toDecimal256(`e6`.`amount`, 2) AS p FROM `events` `e6` WHERE (CAST(`e6`.`name` AS String) = {p1:String} AND (`e6`.`at` <= toDateTime64({p2:String}, 6, 'UTC') AND `e6`.`at` > toDateTime64({p3:String}, 6, 'UTC')))) u GROUP BY u.k) `m2` ON `m2`.`k` = `c`.`id` LEFT JOIN (SELECT u.k AS k, u.p AS v FROM (SELECT `e3`.`contact_id` AS k, CAST(`e3`.`sku` AS String) AS p, ROW_NUMBER() OVER (PARTITION BY `e3`.`contact_id` ORDER BY `e3`.`at` DESC, `e3`.`seq` DESC) AS r FROM `events` `e3` WHERE (CAST(`e3`.`name` AS String) = {p4:String} AND `e3`.`at` <= toDateTime64({p5:String}, 6, 'UTC'))) u WHERE u.r = 1) `m4` ON `m4`.`k` = `c`.`id` WHERE (`m2`.`v` > toDecimal256({p6:String}, 2) AND `m4`.`v` = {p7:String}) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
--   1: purchase
--   2: 2026-03-31 10:00:00.000000
--   3: 2025-12-31 10:00:00.000000
--   4: purchase
--   5: 2026-03-31 10:00:00.000000
--   6: 500.00
--   7: X

-- clickhouse: DID cart_add THEN NOT purchase WITHIN 24 hours
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE `c`.`id` IN (SELECT `e1`.`contact_id` AS k FROM `events` `e1` WHERE ((CAST(`e1`.`name` AS String) = {p1:String} AND `e1`.`at` <= toDateTime64({p2:String}, 6, 'UTC')) AND `e1`.`at` <= toDateTime64({p3:String}, 6, 'UTC')) AND (`e1`.`contact_id`, `e1`.`at`) NOT IN (SELECT `e2`.`contact_id`, `e2`.`at` FROM `events` `e2` JOIN `events` `e3` ON `e3`.`contact_id` = `e2`.`contact_id` WHERE ((CAST(`e2`.`name` AS String) = {p4:String} AND `e2`.`at` <= toDateTime64({p5:String}, 6, 'UTC')) AND ((CAST(`e3`.`name` AS String) = {p6:String} AND `e3`.`at` <= toDateTime64({p7:String}, 6, 'UTC')) AND (`e3`.`at` > `e2`.`at` AND `e3`.`at` <= addSeconds(`e2`.`at`, {p8:Int64})))))) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
--   1: cart_add
--   2: 2026-03-31 10:00:00.000000
--   3: 2026-03-30 10:00:00.000000
--   4: cart_add
--   5: 2026-03-31 10:00:00.000000
--   6: purchase
--   7: 2026-03-31 10:00:00.000000
--   8: 86400

-- clickhouse: ANNIVERSARY(birthday) WITHIN NEXT 7 days
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE ((toMonth(`c`.`birthday`) * 100 + toDayOfMonth(`c`.`birthday`)) BETWEEN {p1:Int64} AND {p2:Int64} AND `c`.`birthday` < toDate32({p3:String})) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
--   1: 401
--   2: 407
--   3: 2026-01-01

-- clickhouse: ANY orders HAS (product = "X" AND amount > 10)
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE arrayExists((`j1`, `j1w`) -> COALESCE(((CASE WHEN toString(JSONType(JSONExtractRaw(`j1`, {p1:String}))) = 'String' THEN JSONExtractString(JSONExtractRaw(`j1`, {p1:String})) END) = {p2:String} AND (CASE WHEN toString(JSONType(JSONExtractRaw(`j1`, {p3:String}))) IN ('Int64', 'UInt64', 'Double') THEN CASE WHEN (toFloat64OrNull(JSONExtractRaw(`j1`, {p3:String})) < {p4:Float64} OR toFloat64OrNull(JSONExtractRaw(`j1`, {p3:String})) > {p5:Float64}) THEN toFloat64OrNull(JSONExtractRaw(`j1`, {p3:String})) > {p6:Float64} ELSE COALESCE(CASE WHEN match(JSONExtractString(JSONExtractRaw(`j1w`, {p7:String})), '^-?[0-9]+[.][0-9]{30}[0-9]*[1-9][0-9]*$') THEN (toDecimal256OrNull(extract(JSONExtractString(JSONExtractRaw(`j1w`, {p7:String})), '^-?[0-9]+[.][0-9]{30}'), 30) > toDecimal256({p8:String}, 30) OR (toDecimal256OrNull(extract(JSONExtractString(JSONExtractRaw(`j1w`, {p7:String})), '^-?[0-9]+[.][0-9]{30}'), 30) = toDecimal256({p8:String}, 30) AND match(JSONExtractString(JSONExtractRaw(`j1w`, {p7:String})), '^[0-9]'))) ELSE toDecimal256OrNull(JSONExtractString(JSONExtractRaw(`j1w`, {p7:String})), 30) > toDecimal256({p8:String}, 30) END, toFloat64OrNull(JSONExtractRaw(`j1`, {p3:String})) > {p6:Float64}) END END)), FALSE), JSONExtractArrayRaw(COALESCE(JSONExtractRaw((CASE WHEN isValidJSON(`c`.`custom`) THEN `c`.`custom` END), {p9:String}), '')), JSONExtractArrayRaw(COALESCE(JSONExtractRaw(replaceRegexpAll((CASE WHEN isValidJSON(`c`.`custom`) THEN `c`.`custom` END), '"((?:[^"\\\\]|\\\\.)*)"|(-?[0-9][-+.0-9eE]*)', '"\\1\\2"'), {p10:String}), ''))) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
--   1: product
--   2: X
--   3: amount
--   4: 9.999999999999
--   5: 10.000000000001
--   6: 10
--   7: amount
--   8: 10
--   9: orders
--   10: orders

-- clickhouse: COUNT(clicked) / COUNT(opened) >= 0.2
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` LEFT JOIN (SELECT u.k AS k, COUNT(u.p) AS v, COUNT(u.p2) AS v2 FROM (SELECT `e4`.`contact_id` AS k, CASE WHEN CAST(`e4`.`name` AS String) = {p1:String} THEN 1 END AS p, CASE WHEN CAST(`e4`.`name` AS String) = {p2:String} THEN 1 END AS p2 FROM `events` `e4` WHERE (CAST(`e4`.`name` AS String) IN ({p3:String}, {p4:String}) AND `e4`.`at` <= toDateTime64({p5:String}, 6, 'UTC'))) u GROUP BY u.k) `m2` ON `m2`.`k` = `c`.`id` WHERE (CASE WHEN COALESCE(`m2`.`v2`, 0) > 0 THEN ((COALESCE(`m2`.`v`, 0) * {p6:Int64}) * {p7:Int64}) >= ({p8:Int64} * COALESCE(`m2`.`v2`, 0)) WHEN COALESCE(`m2`.`v2`, 0) < 0 THEN ((COALESCE(`m2`.`v`, 0) * {p6:Int64}) * {p7:Int64}) <= ({p8:Int64} * COALESCE(`m2`.`v2`, 0)) ELSE FALSE END AND COALESCE(`m2`.`v2`, 0) <> 0) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
--   1: clicked
--   2: opened
--   3: clicked
--   4: opened
--   5: 2026-03-31 10:00:00.000000
--   6: 1
--   7: 5
--   8: 1

-- clickhouse: plan = "pro" AND status HAS BEEN "running" FOR AT LEAST 7 days AND NOT IN SEGMENT "lost"
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE ((CASE WHEN toString(JSONType(JSONExtractRaw((CASE WHEN isValidJSON(`c`.`custom`) THEN `c`.`custom` END), {p1:String}))) = 'String' THEN JSONExtractString(JSONExtractRaw((CASE WHEN isValidJSON(`c`.`custom`) THEN `c`.`custom` END), {p1:String})) END) = {p2:String} AND `c`.`id` IN (SELECT u.k AS k FROM (SELECT `h1`.`contact_id` AS k, (CASE WHEN isValidJSON(`h1`.`value`) THEN `h1`.`value` END) AS v, ROW_NUMBER() OVER (PARTITION BY `h1`.`contact_id` ORDER BY `h1`.`at` DESC, `h1`.`seq` DESC) AS r FROM `changes` `h1` WHERE (CAST(`h1`.`field` AS String) = {p3:String} AND `h1`.`at` <= toDateTime64({p4:String}, 6, 'UTC'))) u WHERE u.r = 1 AND (CASE WHEN toString(JSONType(`u`.`v`)) = 'String' THEN JSONExtractString(`u`.`v`) END) = {p5:String} AND u.k NOT IN (SELECT `h2`.`contact_id` AS k FROM `changes` `h2` WHERE (CAST(`h2`.`field` AS String) = {p6:String} AND `h2`.`at` > toDateTime64({p7:String}, 6, 'UTC') AND `h2`.`at` <= toDateTime64({p8:String}, 6, 'UTC') AND NOT COALESCE((CASE WHEN toString(JSONType((CASE WHEN isValidJSON(`h2`.`value`) THEN `h2`.`value` END))) = 'String' THEN JSONExtractString((CASE WHEN isValidJSON(`h2`.`value`) THEN `h2`.`value` END)) END) = {p9:String}, FALSE)))) AND `c`.`id` NOT IN (SELECT `g3`.`contact_id` AS k FROM `memberships` `g3` WHERE CAST(`g3`.`segment` AS String) = {p10:String})) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
--   1: plan
--   2: pro
--   3: status
--   4: 2026-03-24 10:00:00.000000
--   5: running
--   6: status
--   7: 2026-03-24 10:00:00.000000
--   8: 2026-03-31 10:00:00.000000
--   9: running
--   10: lost

-- clickhouse: email MATCHES "^[a-z]+@" AND country = "US"
SELECT `c`.`id` AS `id` FROM `crm`.`contacts` `c` WHERE (match(CAST(`c`.`email` AS String), {p1:String}) AND CAST(`c`.`country` AS String) = {p2:String}) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
--   1: ^(?:[\x{61}-\x{7A}])+[\x{40}-\x{40}]
--   2: US

