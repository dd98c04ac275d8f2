CREATE TABLE people (id TEXT PRIMARY KEY, country TEXT, plan TEXT, age INTEGER);
CREATE TABLE subscriptions (person TEXT, list TEXT, joined TEXT);
CREATE TABLE events (person TEXT, name TEXT, at TEXT, campaign TEXT, cents INTEGER);
INSERT INTO people VALUES ('ann', 'US', 'pro', 34), ('bob', 'US', 'free', 17), ('cid', 'DE', 'pro', 51), ('dora', 'US', NULL, 28), ('eve', NULL, 'pro', 45);
INSERT INTO subscriptions VALUES ('ann', 'news', '2026-01-05T08:00:00Z'), ('cid', 'news', '2026-03-20T08:00:00Z');
INSERT INTO events VALUES ('ann', 'opened', '2026-03-01T09:00:00Z', 'spring', NULL), ('ann', 'purchase', '2026-03-05T10:00:00Z', NULL, 12050),
  ('bob', 'opened', '2026-02-01T09:00:00Z', 'winter', NULL), ('cid', 'opened', '2026-03-28T09:00:00Z', 'spring', NULL),
  ('dora', 'purchase', '2026-03-30T18:30:00Z', NULL, 1999);
