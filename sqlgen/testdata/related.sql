-- postgres: company.size > 100 AND company.country = "France"
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN "companies" "o3" ON "o3"."id" = "c"."company_id" LEFT JOIN "countries" "o4" ON "o4"."code" = "o3"."country_code" WHERE ("o3"."size" > $1::bigint AND ("o4"."name"::text = $2::text AND NULLIF("o4"."name"::text COLLATE "C" = $2::text, FALSE) IS NOT NULL))
-- [100 France]

-- postgres: NOT (company.size > age)
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN "companies" "o3" ON "o3"."id" = "c"."company_id" WHERE ("o3"."size" > "c"."age") IS NOT TRUE
-- []

-- postgres: plan = "pro" AND city IS SET
SELECT DISTINCT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN "addresses" "o1" ON ("o1"."contact_id" = "c"."id" AND NOT EXISTS (SELECT 1 FROM "addresses" "x2" WHERE ("x2"."contact_id" = "o1"."contact_id" AND "x2"."id" > "o1"."id"))) LEFT JOIN "attributes" "o7" ON ("o7"."contact_id" = "c"."id" AND ("o7"."attribute"::text = $1::text AND NULLIF("o7"."attribute"::text COLLATE "C" = $1::text, FALSE) IS NOT NULL)) WHERE (("o7"."value"::text = $2::text AND NULLIF("o7"."value"::text COLLATE "C" = $2::text, FALSE) IS NOT NULL) AND ("o1"."city" IS NULL) IS NOT TRUE)
-- [plan pro]

-- postgres: company.country = "France" AND COUNT(opened) >= 5
SELECT "m2"."k" AS "id" FROM (SELECT "c"."id" AS k, COUNT(*) AS v FROM (SELECT "e3"."contact_id" AS k FROM "events" "e3" WHERE ("e3"."at" <= $1 AND "e3"."at" > '-infinity')) u JOIN "contacts" "c" ON "c"."id" = u.k LEFT JOIN "companies" "o3" ON "o3"."id" = "c"."company_id" LEFT JOIN "countries" "o4" ON "o4"."code" = "o3"."country_code" WHERE ("o4"."name"::text = $2::text AND NULLIF("o4"."name"::text COLLATE "C" = $2::text, FALSE) IS NOT NULL) GROUP BY "c"."id") "m2" WHERE "m2"."v" >= $3::bigint
-- [2026-03-31 10:00:00 +0000 UTC France 5]

-- postgres: tags CONTAINS "vip"
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE "c"."id" IN (SELECT "r1"."contact_id" AS k FROM "contact_tags" "r1" JOIN "tags" "r2" ON "r2"."id" = "r1"."tag_id" WHERE ("r2"."name"::text = $1::text AND NULLIF("r2"."name"::text COLLATE "C" = $1::text, FALSE) IS NOT NULL))
-- [vip]

-- postgres: tags NOT CONTAINS "vip" AND tags CONTAINS ALL OF ("a", "b")
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE (NOT EXISTS (SELECT 1 FROM (SELECT "r1"."contact_id" AS k FROM "contact_tags" "r1" JOIN "tags" "r2" ON "r2"."id" = "r1"."tag_id" WHERE ("r2"."name"::text = $1::text AND NULLIF("r2"."name"::text COLLATE "C" = $1::text, FALSE) IS NOT NULL)) n WHERE n.k = "c"."id") AND "c"."id" IN (SELECT "r3"."contact_id" AS k FROM "contact_tags" "r3" JOIN "tags" "r4" ON "r4"."id" = "r3"."tag_id" WHERE ("r4"."name"::text IN ($2::text, $3::text) AND NULLIF("r4"."name"::text COLLATE "C" IN ($2::text, $3::text), FALSE) IS NOT NULL) GROUP BY "r3"."contact_id" HAVING (MAX(CASE WHEN ("r4"."name"::text = $4::text AND NULLIF("r4"."name"::text COLLATE "C" = $4::text, FALSE) IS NOT NULL) THEN 1 ELSE 0 END) = 1 AND MAX(CASE WHEN ("r4"."name"::text = $5::text AND NULLIF("r4"."name"::text COLLATE "C" = $5::text, FALSE) IS NOT NULL) THEN 1 ELSE 0 END) = 1)))
-- [vip a b a b]

-- postgres: tags IS NULL OR LENGTH(tags) >= 3
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT "r3"."contact_id" AS k FROM "contact_tags" "r3" JOIN "tags" "r4" ON "r4"."id" = "r3"."tag_id" WHERE "r4"."name"::text IS NOT NULL) u GROUP BY u.k) "m5" ON "m5"."k" = "c"."id" WHERE (NOT EXISTS (SELECT 1 FROM (SELECT "r1"."contact_id" AS k FROM "contact_tags" "r1" JOIN "tags" "r2" ON "r2"."id" = "r1"."tag_id" WHERE "r2"."name"::text IS NOT NULL) n WHERE n.k = "c"."id") OR "m5"."v" >= $1::bigint)
-- [3]

-- postgres: LENGTH(certificates) > age AND NO certificates HAS (ELEMENT < 2020)
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT "r1"."company_id" AS k FROM "certificates" "r1" WHERE "r1"."year" IS NOT NULL) u GROUP BY u.k) "m2" ON "m2"."k" = "c"."company_id" WHERE ("m2"."v" > ("c"."age")::numeric AND NOT EXISTS (SELECT 1 FROM (SELECT "r3"."company_id" AS k FROM "certificates" "r3" WHERE "r3"."year" < $1::bigint) n WHERE n.k = "c"."company_id"))
-- [2020]

-- postgres: ANY orders HAS (amount > 10 AND placed IN LAST 30 DAYS)
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE "c"."id" IN (SELECT "r1"."contact_id" AS k FROM "orders" "r1" WHERE ("r1"."amount" > $1::bigint AND ("r1"."placed" > $2 AND "r1"."placed" <= $3)))
-- [1000 2026-03-01 10:00:00 +0000 UTC 2026-03-31 10:00:00 +0000 UTC]

-- postgres: ALL orders HAS (amount > 10) AND AT LEAST 2 orders HAVE (amount > 10)
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE (("c"."id" IN (SELECT "r2"."contact_id" AS k FROM "orders" "r2") AND NOT EXISTS (SELECT 1 FROM (SELECT "r1"."contact_id" AS k FROM "orders" "r1" WHERE ("r1"."amount" > $1::bigint) IS NOT TRUE) n WHERE n.k = "c"."id")) AND "c"."id" IN (SELECT "r3"."contact_id" AS k FROM "orders" "r3" WHERE "r3"."amount" > $2::bigint GROUP BY "r3"."contact_id" HAVING COUNT(*) >= $3::bigint))
-- [1000 1000 2]

-- postgres: ANY orders HAS (ANY items HAS (product = "X" AND n > 1))
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE "c"."id" IN (SELECT "r1"."contact_id" AS k FROM "orders" "r1" WHERE "r1"."id" IN (SELECT "r2"."order_id" AS k FROM "items" "r2" LEFT JOIN "products" "r3" ON "r3"."id" = "r2"."product_id" WHERE (("r3"."name"::text = $1::text AND NULLIF("r3"."name"::text COLLATE "C" = $1::text, FALSE) IS NOT NULL) AND "r2"."n" > $2::bigint)))
-- [X 1]

-- sqlite: company.size > 100 AND company.country = "France"
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN "companies" "o3" ON "o3"."id" = "c"."company_id" LEFT JOIN "countries" "o4" ON "o4"."code" = "o3"."country_code" WHERE ("o3"."size" > ? AND "o4"."name" = ? COLLATE BINARY)
-- [100 France]

-- sqlite: NOT (company.size > age)
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN "companies" "o3" ON "o3"."id" = "c"."company_id" WHERE ("o3"."size" > "c"."age") IS NOT TRUE
-- []

-- sqlite: plan = "pro" AND city IS SET
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN (SELECT "x1".*, ROW_NUMBER() OVER (PARTITION BY "x1"."contact_id" ORDER BY "x1"."id" DESC) AS "place of the row" FROM "addresses" "x1") "o1" ON ("o1"."contact_id" = "c"."id" AND "o1"."place of the row" = 1) LEFT JOIN "attributes" "o7" ON ("o7"."contact_id" = "c"."id" AND "o7"."attribute" = ? COLLATE BINARY) WHERE ("o7"."value" = ? COLLATE BINARY AND ("o1"."city" IS NULL) IS NOT TRUE)
-- [plan pro]

-- sqlite: company.country = "France" AND COUNT(opened) >= 5
SELECT "m2"."k" AS "id" FROM (SELECT "c"."id" AS k, COUNT(*) AS v FROM (SELECT "e3"."contact_id" AS k FROM "events" "e3" WHERE "e3"."at" <= ?) u JOIN "contacts" "c" ON "c"."id" = u.k LEFT JOIN "companies" "o3" ON "o3"."id" = "c"."company_id" LEFT JOIN "countries" "o4" ON "o4"."code" = "o3"."country_code" WHERE "o4"."name" = ? COLLATE BINARY GROUP BY "c"."id") "m2" WHERE "m2"."v" >= ?
-- [2026-03-31 10:00:00.000000 France 5]

-- sqlite: tags CONTAINS "vip"
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE "c"."id" IN (SELECT "r1"."contact_id" AS k FROM "contact_tags" "r1" JOIN "tags" "r2" ON "r2"."id" = "r1"."tag_id" WHERE "r2"."name" = ? COLLATE BINARY)
-- [vip]

-- sqlite: tags NOT CONTAINS "vip" AND tags CONTAINS ALL OF ("a", "b")
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE (NOT EXISTS (SELECT 1 FROM (SELECT "r1"."contact_id" AS k FROM "contact_tags" "r1" JOIN "tags" "r2" ON "r2"."id" = "r1"."tag_id" WHERE "r2"."name" = ? COLLATE BINARY) n WHERE n.k = "c"."id") AND "c"."id" IN (SELECT "r3"."contact_id" AS k FROM "contact_tags" "r3" JOIN "tags" "r4" ON "r4"."id" = "r3"."tag_id" WHERE ("r4"."name" COLLATE BINARY) IN (?, ?) GROUP BY "r3"."contact_id" HAVING (MAX(CASE WHEN "r4"."name" = ? COLLATE BINARY THEN 1 ELSE 0 END) = 1 AND MAX(CASE WHEN "r4"."name" = ? COLLATE BINARY THEN 1 ELSE 0 END) = 1)))
-- [vip a b a b]

-- sqlite: tags IS NULL OR LENGTH(tags) >= 3
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT "r3"."contact_id" AS k FROM "contact_tags" "r3" JOIN "tags" "r4" ON "r4"."id" = "r3"."tag_id" WHERE "r4"."name" IS NOT NULL) u GROUP BY u.k) "m5" ON "m5"."k" = "c"."id" WHERE (NOT EXISTS (SELECT 1 FROM (SELECT "r1"."contact_id" AS k FROM "contact_tags" "r1" JOIN "tags" "r2" ON "r2"."id" = "r1"."tag_id" WHERE "r2"."name" IS NOT NULL) n WHERE n.k = "c"."id") OR "m5"."v" >= ?)
-- [3]

-- sqlite: LENGTH(certificates) > age AND NO certificates HAS (ELEMENT < 2020)
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT "r1"."company_id" AS k FROM "certificates" "r1" WHERE "r1"."year" IS NOT NULL) u GROUP BY u.k) "m2" ON "m2"."k" = "c"."company_id" WHERE ("m2"."v" > "c"."age" AND NOT EXISTS (SELECT 1 FROM (SELECT "r3"."company_id" AS k FROM "certificates" "r3" WHERE "r3"."year" < ?) n WHERE n.k = "c"."company_id"))
-- [2020]

-- sqlite: ANY orders HAS (amount > 10 AND placed IN LAST 30 DAYS)
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE "c"."id" IN (SELECT "r1"."contact_id" AS k FROM "orders" "r1" WHERE ("r1"."amount" > ? AND ("r1"."placed" > ? AND "r1"."placed" <= ?)))
-- [1000 2026-03-01 10:00:00.000000 2026-03-31 10:00:00.000000]

-- sqlite: ALL orders HAS (amount > 10) AND AT LEAST 2 orders HAVE (amount > 10)
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE (("c"."id" IN (SELECT "r2"."contact_id" AS k FROM "orders" "r2") AND NOT EXISTS (SELECT 1 FROM (SELECT "r1"."contact_id" AS k FROM "orders" "r1" WHERE ("r1"."amount" > ?) IS NOT TRUE) n WHERE n.k = "c"."id")) AND "c"."id" IN (SELECT "r3"."contact_id" AS k FROM "orders" "r3" WHERE "r3"."amount" > ? GROUP BY "r3"."contact_id" HAVING COUNT(*) >= ?))
-- [1000 1000 2]

-- sqlite: ANY orders HAS (ANY items HAS (product = "X" AND n > 1))
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE "c"."id" IN (SELECT "r1"."contact_id" AS k FROM "orders" "r1" WHERE "r1"."id" IN (SELECT "r2"."order_id" AS k FROM "items" "r2" LEFT JOIN "products" "r3" ON "r3"."id" = "r2"."product_id" WHERE ("r3"."name" = ? COLLATE BINARY AND "r2"."n" > ?)))
-- [X 1]

-- mysql: company.size > 100 AND company.country = "France"
SELECT `c`.`id` AS `id` FROM `contacts` `c` LEFT JOIN `companies` `o3` ON `o3`.`id` = `c`.`company_id` LEFT JOIN `countries` `o4` ON `o4`.`code` = `o3`.`country_code` WHERE (`o3`.`size` > ? AND (`o4`.`name` = ? AND CAST(CONVERT(`o4`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)))
-- [100 France France]

-- mysql: NOT (company.size > age)
SELECT `c`.`id` AS `id` FROM `contacts` `c` LEFT JOIN `companies` `o3` ON `o3`.`id` = `c`.`company_id` WHERE (`o3`.`size` > `c`.`age`) IS NOT TRUE
-- []

-- mysql: plan = "pro" AND city IS SET
SELECT `c`.`id` AS `id` FROM `contacts` `c` LEFT JOIN (SELECT `x1`.*, ROW_NUMBER() OVER (PARTITION BY `x1`.`contact_id` ORDER BY `x1`.`id` DESC) AS `place of the row` FROM `addresses` `x1`) `o1` ON (`o1`.`contact_id` = `c`.`id` AND `o1`.`place of the row` = 1) LEFT JOIN `attributes` `o7` ON (`o7`.`contact_id` = `c`.`id` AND (`o7`.`attribute` = ? AND CAST(CONVERT(`o7`.`attribute` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY))) WHERE ((`o7`.`value` = ? AND CAST(CONVERT(`o7`.`value` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND (`o1`.`city` IS NULL) IS NOT TRUE)
-- [plan plan pro pro]

-- mysql: company.country = "France" AND COUNT(opened) >= 5
SELECT `c`.`id` AS `id` FROM `contacts` `c` LEFT JOIN `companies` `o3` ON `o3`.`id` = `c`.`company_id` LEFT JOIN `countries` `o4` ON `o4`.`code` = `o3`.`country_code` LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT `e3`.`contact_id` AS k FROM `events` `e3` WHERE (`e3`.`at` <= CAST(? AS DATETIME(6)) AND DAYOFMONTH(`e3`.`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`e3`.`at`)))) u GROUP BY u.k) `m2` ON `m2`.`k` = `c`.`id` WHERE ((`o4`.`name` = ? AND CAST(CONVERT(`o4`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND `m2`.`v` >= ?)
-- [2026-03-31 10:00:00.000000 France France 5]

-- mysql: tags CONTAINS "vip"
SELECT `c`.`id` AS `id` FROM `contacts` `c` WHERE `c`.`id` IN (SELECT `r1`.`contact_id` AS k FROM `contact_tags` `r1` JOIN `tags` `r2` ON `r2`.`id` = `r1`.`tag_id` WHERE (`r2`.`name` = ? AND CAST(CONVERT(`r2`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)))
-- [vip vip]

-- mysql: tags NOT CONTAINS "vip" AND tags CONTAINS ALL OF ("a", "b")
SELECT `c`.`id` AS `id` FROM `contacts` `c` WHERE (NOT EXISTS (SELECT 1 FROM (SELECT `r1`.`contact_id` AS k FROM `contact_tags` `r1` JOIN `tags` `r2` ON `r2`.`id` = `r1`.`tag_id` WHERE (`r2`.`name` = ? AND CAST(CONVERT(`r2`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY))) n WHERE n.k = `c`.`id`) AND `c`.`id` IN (SELECT `r3`.`contact_id` AS k FROM `contact_tags` `r3` JOIN `tags` `r4` ON `r4`.`id` = `r3`.`tag_id` WHERE (`r4`.`name` IN (?, ?) AND CAST(CONVERT(`r4`.`name` USING utf8mb4) AS BINARY) IN (CAST(CONVERT(? USING utf8mb4) AS BINARY), CAST(CONVERT(? USING utf8mb4) AS BINARY))) GROUP BY `r3`.`contact_id` HAVING (MAX(CASE WHEN (`r4`.`name` = ? AND CAST(CONVERT(`r4`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) THEN 1 ELSE 0 END) = 1 AND MAX(CASE WHEN (`r4`.`name` = ? AND CAST(CONVERT(`r4`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) THEN 1 ELSE 0 END) = 1)))
-- [vip vip a b a b a a b b]

-- mysql: tags IS NULL OR LENGTH(tags) >= 3
SELECT `c`.`id` AS `id` FROM `contacts` `c` LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT `r3`.`contact_id` AS k FROM `contact_tags` `r3` JOIN `tags` `r4` ON `r4`.`id` = `r3`.`tag_id` WHERE `r4`.`name` IS NOT NULL) u GROUP BY u.k) `m5` ON `m5`.`k` = `c`.`id` WHERE (NOT EXISTS (SELECT 1 FROM (SELECT `r1`.`contact_id` AS k FROM `contact_tags` `r1` JOIN `tags` `r2` ON `r2`.`id` = `r1`.`tag_id` WHERE `r2`.`name` IS NOT NULL) n WHERE n.k = `c`.`id`) OR `m5`.`v` >= ?)
-- [3]

-- mysql: LENGTH(certificates) > age AND NO certificates HAS (ELEMENT < 2020)
SELECT `c`.`id` AS `id` FROM `contacts` `c` LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT `r1`.`company_id` AS k FROM `certificates` `r1` WHERE `r1`.`year` IS NOT NULL) u GROUP BY u.k) `m2` ON `m2`.`k` = `c`.`company_id` WHERE (`m2`.`v` > CAST(`c`.`age` AS DECIMAL(65,0)) AND NOT EXISTS (SELECT 1 FROM (SELECT `r3`.`company_id` AS k FROM `certificates` `r3` WHERE `r3`.`year` < ?) n WHERE n.k = `c`.`company_id`))
-- [2020]

-- mysql: ANY orders HAS (amount > 10 AND placed IN LAST 30 DAYS)
SELECT `c`.`id` AS `id` FROM `contacts` `c` WHERE `c`.`id` IN (SELECT `r1`.`contact_id` AS k FROM `orders` `r1` WHERE (`r1`.`amount` > ? AND (`r1`.`placed` > CAST(? AS DATETIME(6)) AND `r1`.`placed` <= CAST(? AS DATETIME(6)) AND DAYOFMONTH(`r1`.`placed`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`r1`.`placed`)))))
-- [1000 2026-03-01 10:00:00.000000 2026-03-31 10:00:00.000000]

-- mysql: ALL orders HAS (amount > 10) AND AT LEAST 2 orders HAVE (amount > 10)
SELECT `c`.`id` AS `id` FROM `contacts` `c` WHERE ((`c`.`id` IN (SELECT `r2`.`contact_id` AS k FROM `orders` `r2`) AND NOT EXISTS (SELECT 1 FROM (SELECT `r1`.`contact_id` AS k FROM `orders` `r1` WHERE (`r1`.`amount` > ?) IS NOT TRUE) n WHERE n.k = `c`.`id`)) AND `c`.`id` IN (SELECT `r3`.`contact_id` AS k FROM `orders` `r3` WHERE `r3`.`amount` > ? GROUP BY `r3`.`contact_id` HAVING COUNT(*) >= ?))
-- [1000 1000 2]

-- mysql: ANY orders HAS (ANY items HAS (product = "X" AND n > 1))
SELECT `c`.`id` AS `id` FROM `contacts` `c` WHERE `c`.`id` IN (SELECT `r1`.`contact_id` AS k FROM `orders` `r1` WHERE `r1`.`id` IN (SELECT `r2`.`order_id` AS k FROM `items` `r2` LEFT JOIN `products` `r3` ON `r3`.`id` = `r2`.`product_id` WHERE ((`r3`.`name` = ? AND CAST(CONVERT(`r3`.`name` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) AND `r2`.`n` > ?)))
-- [X X 1]

-- duckdb: company.size > 100 AND company.country = "France"
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN "companies" "o3" ON "o3"."id" = "c"."company_id" LEFT JOIN "countries" "o4" ON "o4"."code" = "o3"."country_code" WHERE ("o3"."size" > CAST($1 AS BIGINT) AND CAST("o4"."name" AS VARCHAR) COLLATE C = CAST($2 AS VARCHAR))
-- [100 France]

-- duckdb: NOT (company.size > age)
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN "companies" "o3" ON "o3"."id" = "c"."company_id" WHERE ("o3"."size" > "c"."age") IS NOT TRUE
-- []

-- duckdb: plan = "pro" AND city IS SET
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN (SELECT "x1".*, ROW_NUMBER() OVER (PARTITION BY "x1"."contact_id" ORDER BY "x1"."id" DESC) AS "place of the row" FROM "addresses" "x1") "o1" ON ("o1"."contact_id" = "c"."id" AND "o1"."place of the row" = 1) LEFT JOIN "attributes" "o7" ON ("o7"."contact_id" = "c"."id" AND CAST("o7"."attribute" AS VARCHAR) COLLATE C = CAST($1 AS VARCHAR)) WHERE (CAST("o7"."value" AS VARCHAR) COLLATE C = CAST($2 AS VARCHAR) AND ("o1"."city" IS NULL) IS NOT TRUE)
-- [plan pro]

-- duckdb: company.country = "France" AND COUNT(opened) >= 5
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN "companies" "o3" ON "o3"."id" = "c"."company_id" LEFT JOIN "countries" "o4" ON "o4"."code" = "o3"."country_code" LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT "e3"."contact_id" AS k FROM "events" "e3" WHERE ("e3"."at" <= CAST($1 AS TIMESTAMP) AND "e3"."at" > '-infinity')) u GROUP BY u.k) "m2" ON "m2"."k" = "c"."id" WHERE (CAST("o4"."name" AS VARCHAR) COLLATE C = CAST($2 AS VARCHAR) AND "m2"."v" >= CAST($3 AS BIGINT))
-- [2026-03-31 10:00:00.000000 France 5]

-- duckdb: tags CONTAINS "vip"
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE "c"."id" IN (SELECT "r1"."contact_id" AS k FROM "contact_tags" "r1" JOIN "tags" "r2" ON "r2"."id" = "r1"."tag_id" WHERE CAST("r2"."name" AS VARCHAR) COLLATE C = CAST($1 AS VARCHAR))
-- [vip]

-- duckdb: tags NOT CONTAINS "vip" AND tags CONTAINS ALL OF ("a", "b")
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE (NOT EXISTS (SELECT 1 FROM (SELECT "r1"."contact_id" AS k FROM "contact_tags" "r1" JOIN "tags" "r2" ON "r2"."id" = "r1"."tag_id" WHERE CAST("r2"."name" AS VARCHAR) COLLATE C = CAST($1 AS VARCHAR)) n WHERE n.k = "c"."id") AND "c"."id" IN (SELECT "r3"."contact_id" AS k FROM "contact_tags" "r3" JOIN "tags" "r4" ON "r4"."id" = "r3"."tag_id" WHERE CAST("r4"."name" AS VARCHAR) COLLATE C IN (CAST($2 AS VARCHAR), CAST($3 AS VARCHAR)) GROUP BY "r3"."contact_id" HAVING (MAX(CASE WHEN CAST("r4"."name" AS VARCHAR) COLLATE C = CAST($4 AS VARCHAR) THEN 1 ELSE 0 END) = 1 AND MAX(CASE WHEN CAST("r4"."name" AS VARCHAR) COLLATE C = CAST($5 AS VARCHAR) THEN 1 ELSE 0 END) = 1)))
-- [vip a b a b]

-- duckdb: tags IS NULL OR LENGTH(tags) >= 3
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT "r3"."contact_id" AS k FROM "contact_tags" "r3" JOIN "tags" "r4" ON "r4"."id" = "r3"."tag_id" WHERE CAST("r4"."name" AS VARCHAR) IS NOT NULL) u GROUP BY u.k) "m5" ON "m5"."k" = "c"."id" WHERE (NOT EXISTS (SELECT 1 FROM (SELECT "r1"."contact_id" AS k FROM "contact_tags" "r1" JOIN "tags" "r2" ON "r2"."id" = "r1"."tag_id" WHERE CAST("r2"."name" AS VARCHAR) IS NOT NULL) n WHERE n.k = "c"."id") OR "m5"."v" >= CAST($1 AS BIGINT))
-- [3]

-- duckdb: LENGTH(certificates) > age AND NO certificates HAS (ELEMENT < 2020)
SELECT "c"."id" AS "id" FROM "contacts" "c" LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT "r1"."company_id" AS k FROM "certificates" "r1" WHERE "r1"."year" IS NOT NULL) u GROUP BY u.k) "m2" ON "m2"."k" = "c"."company_id" WHERE ("m2"."v" > CAST("c"."age" AS HUGEINT) AND NOT EXISTS (SELECT 1 FROM (SELECT "r3"."company_id" AS k FROM "certificates" "r3" WHERE "r3"."year" < CAST($1 AS BIGINT)) n WHERE n.k = "c"."company_id"))
-- [2020]

-- duckdb: ANY orders HAS (amount > 10 AND placed IN LAST 30 DAYS)
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE "c"."id" IN (SELECT "r1"."contact_id" AS k FROM "orders" "r1" WHERE ("r1"."amount" > CAST($1 AS BIGINT) AND ("r1"."placed" > CAST($2 AS TIMESTAMP) AND "r1"."placed" <= CAST($3 AS TIMESTAMP))))
-- [1000 2026-03-01 10:00:00.000000 2026-03-31 10:00:00.000000]

-- duckdb: ALL orders HAS (amount > 10) AND AT LEAST 2 orders HAVE (amount > 10)
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE (("c"."id" IN (SELECT "r2"."contact_id" AS k FROM "orders" "r2") AND NOT EXISTS (SELECT 1 FROM (SELECT "r1"."contact_id" AS k FROM "orders" "r1" WHERE ("r1"."amount" > CAST($1 AS BIGINT)) IS NOT TRUE) n WHERE n.k = "c"."id")) AND "c"."id" IN (SELECT "r3"."contact_id" AS k FROM "orders" "r3" WHERE "r3"."amount" > CAST($2 AS BIGINT) GROUP BY "r3"."contact_id" HAVING COUNT(*) >= CAST($3 AS BIGINT)))
-- [1000 1000 2]

-- duckdb: ANY orders HAS (ANY items HAS (product = "X" AND n > 1))
SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE "c"."id" IN (SELECT "r1"."contact_id" AS k FROM "orders" "r1" WHERE "r1"."id" IN (SELECT "r2"."order_id" AS k FROM "items" "r2" LEFT JOIN "products" "r3" ON "r3"."id" = "r2"."product_id" WHERE (CAST("r3"."name" AS VARCHAR) COLLATE C = CAST($1 AS VARCHAR) AND "r2"."n" > CAST($2 AS BIGINT))))
-- [X 1]

-- clickhouse: company.size > 100 AND company.country = "France"
SELECT `c`.`id` AS `id` FROM `contacts` `c` LEFT JOIN `companies` `o3` ON `o3`.`id` = `c`.`company_id` LEFT JOIN `countries` `o4` ON `o4`.`code` = `o3`.`country_code` WHERE (`o3`.`size` > {p1:Int64} AND CAST(`o4`.`name` AS String) = {p2:String}) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
-- [100 France]

-- clickhouse: NOT (company.size > age)
SELECT `c`.`id` AS `id` FROM `contacts` `c` LEFT JOIN `companies` `o3` ON `o3`.`id` = `c`.`company_id` WHERE NOT COALESCE(`o3`.`size` > `c`.`age`, FALSE) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
-- []

-- clickhouse: plan = "pro" AND city IS SET
SELECT `c`.`id` AS `id` FROM `contacts` `c` LEFT JOIN (SELECT `x1`.*, ROW_NUMBER() OVER (PARTITION BY `x1`.`contact_id` ORDER BY `x1`.`id` DESC) AS `place of the row` FROM `addresses` `x1`) `o1` ON (`o1`.`contact_id` = `c`.`id` AND `o1`.`place of the row` = 1) LEFT JOIN `attributes` `o7` ON (`o7`.`contact_id` = `c`.`id` AND CAST(`o7`.`attribute` AS String) = {p1:String}) WHERE (CAST(`o7`.`value` AS String) = {p2:String} AND NOT COALESCE(`o1`.`city` IS NULL, FALSE)) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
-- [plan pro]

-- clickhouse: company.country = "France" AND COUNT(opened) >= 5
SELECT `c`.`id` AS `id` FROM `contacts` `c` LEFT JOIN `companies` `o3` ON `o3`.`id` = `c`.`company_id` LEFT JOIN `countries` `o4` ON `o4`.`code` = `o3`.`country_code` LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT `e3`.`contact_id` AS k FROM `events` `e3` WHERE `e3`.`at` <= toDateTime64({p1:String}, 6, 'UTC')) u GROUP BY u.k) `m2` ON `m2`.`k` = `c`.`id` WHERE (CAST(`o4`.`name` AS String) = {p2:String} AND `m2`.`v` >= {p3:Int64}) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
-- [2026-03-31 10:00:00.000000 France 5]

-- clickhouse: tags CONTAINS "vip"
SELECT `c`.`id` AS `id` FROM `contacts` `c` WHERE `c`.`id` IN (SELECT `r1`.`contact_id` AS k FROM `contact_tags` `r1` JOIN `tags` `r2` ON `r2`.`id` = `r1`.`tag_id` WHERE CAST(`r2`.`name` AS String) = {p1:String}) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
-- [vip]

-- clickhouse: tags NOT CONTAINS "vip" AND tags CONTAINS ALL OF ("a", "b")
SELECT `c`.`id` AS `id` FROM `contacts` `c` WHERE (`c`.`id` NOT IN (SELECT `r1`.`contact_id` AS k FROM `contact_tags` `r1` JOIN `tags` `r2` ON `r2`.`id` = `r1`.`tag_id` WHERE CAST(`r2`.`name` AS String) = {p1:String}) AND `c`.`id` IN (SELECT `r3`.`contact_id` AS k FROM `contact_tags` `r3` JOIN `tags` `r4` ON `r4`.`id` = `r3`.`tag_id` WHERE CAST(`r4`.`name` AS String) IN ({p2:String}, {p3:String}) GROUP BY `r3`.`contact_id` HAVING (MAX(CASE WHEN CAST(`r4`.`name` AS String) = {p4:String} THEN 1 ELSE 0 END) = 1 AND MAX(CASE WHEN CAST(`r4`.`name` AS String) = {p5:String} THEN 1 ELSE 0 END) = 1))) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
-- [vip a b a b]

-- clickhouse: tags IS NULL OR LENGTH(tags) >= 3
SELECT `c`.`id` AS `id` FROM `contacts` `c` LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT `r3`.`contact_id` AS k FROM `contact_tags` `r3` JOIN `tags` `r4` ON `r4`.`id` = `r3`.`tag_id` WHERE CAST(`r4`.`name` AS String) IS NOT NULL) u GROUP BY u.k) `m5` ON `m5`.`k` = `c`.`id` WHERE (`c`.`id` NOT IN (SELECT `r1`.`contact_id` AS k FROM `contact_tags` `r1` JOIN `tags` `r2` ON `r2`.`id` = `r1`.`tag_id` WHERE CAST(`r2`.`name` AS String) IS NOT NULL) OR `m5`.`v` >= {p1:Int64}) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
-- [3]

-- clickhouse: LENGTH(certificates) > age AND NO certificates HAS (ELEMENT < 2020)
SELECT `c`.`id` AS `id` FROM `contacts` `c` LEFT JOIN (SELECT u.k AS k, COUNT(*) AS v FROM (SELECT `r1`.`company_id` AS k FROM `certificates` `r1` WHERE `r1`.`year` IS NOT NULL) u GROUP BY u.k) `m2` ON `m2`.`k` = `c`.`company_id` WHERE (`m2`.`v` > toInt256(`c`.`age`) AND (`c`.`company_id` IS NULL OR `c`.`company_id` NOT IN (SELECT `r3`.`company_id` AS k FROM `certificates` `r3` WHERE `r3`.`year` < {p1:Int64}))) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
-- [2020]

-- clickhouse: ANY orders HAS (amount > 10 AND placed IN LAST 30 DAYS)
SELECT `c`.`id` AS `id` FROM `contacts` `c` WHERE `c`.`id` IN (SELECT `r1`.`contact_id` AS k FROM `orders` `r1` WHERE (`r1`.`amount` > {p1:Int64} AND (`r1`.`placed` > toDateTime64({p2:String}, 6, 'UTC') AND `r1`.`placed` <= toDateTime64({p3:String}, 6, 'UTC')))) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
-- [1000 2026-03-01 10:00:00.000000 2026-03-31 10:00:00.000000]

-- clickhouse: ALL orders HAS (amount > 10) AND AT LEAST 2 orders HAVE (amount > 10)
SELECT `c`.`id` AS `id` FROM `contacts` `c` WHERE ((`c`.`id` IN (SELECT `r2`.`contact_id` AS k FROM `orders` `r2`) AND `c`.`id` NOT IN (SELECT `r1`.`contact_id` AS k FROM `orders` `r1` WHERE NOT COALESCE(`r1`.`amount` > {p1:Int64}, FALSE))) AND `c`.`id` IN (SELECT `r3`.`contact_id` AS k FROM `orders` `r3` WHERE `r3`.`amount` > {p2:Int64} GROUP BY `r3`.`contact_id` HAVING COUNT(*) >= {p3:Int64})) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
-- [1000 1000 2]

-- clickhouse: ANY orders HAS (ANY items HAS (product = "X" AND n > 1))
SELECT `c`.`id` AS `id` FROM `contacts` `c` WHERE `c`.`id` IN (SELECT `r1`.`contact_id` AS k FROM `orders` `r1` WHERE `r1`.`id` IN (SELECT `r2`.`order_id` AS k FROM `items` `r2` LEFT JOIN `products` `r3` ON `r3`.`id` = `r2`.`product_id` WHERE (CAST(`r3`.`name` AS String) = {p1:String} AND `r2`.`n` > {p2:Int64}))) SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1
-- [X 1]

