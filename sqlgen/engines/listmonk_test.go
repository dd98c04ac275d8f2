package engines_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// The tables of listmonk that rules speak of, with the columns that matter.
const listmonkTables = `
CREATE TYPE subscriber_status AS ENUM ('enabled', 'disabled', 'blocklisted');
CREATE TYPE subscription_status AS ENUM ('unconfirmed', 'confirmed', 'unsubscribed');
CREATE TYPE bounce_type AS ENUM ('soft', 'hard', 'complaint');
CREATE TABLE subscribers (id serial PRIMARY KEY, uuid uuid NOT NULL DEFAULT gen_random_uuid(), email text NOT NULL UNIQUE, name text NOT NULL,
  attribs jsonb NOT NULL DEFAULT '{}', status subscriber_status NOT NULL DEFAULT 'enabled', created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
CREATE TABLE lists (id serial PRIMARY KEY, name text NOT NULL, tags varchar(100)[]);
CREATE TABLE subscriber_lists (subscriber_id integer, list_id integer, status subscription_status NOT NULL DEFAULT 'unconfirmed', created_at timestamptz, PRIMARY KEY (subscriber_id, list_id));
CREATE TABLE campaigns (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE campaign_views (id bigserial PRIMARY KEY, campaign_id integer NOT NULL, subscriber_id integer NULL, created_at timestamptz);
CREATE TABLE links (id serial PRIMARY KEY, url text NOT NULL);
CREATE TABLE link_clicks (id bigserial PRIMARY KEY, campaign_id integer NULL, link_id integer NOT NULL, subscriber_id integer NULL, created_at timestamptz);
CREATE TABLE bounces (id serial PRIMARY KEY, subscriber_id integer NOT NULL, campaign_id integer NULL, type bounce_type NOT NULL DEFAULT 'hard', created_at timestamptz);
INSERT INTO lists (name, tags) VALUES ('VIP', NULL), ('News', '{weekly,all}'), ('VIP', '{all}');
INSERT INTO campaigns (name) VALUES ('spring'), ('autumn');
INSERT INTO links (url) VALUES ('https://example.com/shop');
INSERT INTO subscribers (email, name, attribs, status, created_at) VALUES
  ('ann@example.com', 'Ann', '{"city": "Berlin", "age": 30, "born": "1990-03-31", "tags": ["a", "b"], "plan": {"tier": "pro"}}', 'enabled', '2026-01-01Z'),
  ('bob@example.com', 'Bob', '{"city": "berlin", "age": "30", "tags": "a"}', 'enabled', '2026-03-01Z'),
  ('cid@example.org', 'Cid', '{}', 'blocklisted', '2020-01-01Z'),
  ('dan@example.org', 'Dan', '[1]', 'disabled', '2026-03-30Z');
INSERT INTO subscriber_lists VALUES (1, 1, 'confirmed', '2026-03-25Z'), (2, 1, 'unsubscribed', '2026-03-25Z'), (3, 2, 'unconfirmed', '2026-01-01Z'), (1, 3, 'unconfirmed', '2026-03-30Z'), (4, 3, 'unsubscribed', '2026-03-30Z');
INSERT INTO campaign_views (campaign_id, subscriber_id, created_at) VALUES (1, 1, '2026-03-01T10:00:00Z'), (1, 1, '2026-03-20Z'), (2, 1, '2026-03-21Z'), (1, 2, '2026-02-01Z'), (1, NULL, '2026-03-21Z');
INSERT INTO link_clicks (campaign_id, link_id, subscriber_id, created_at) VALUES (1, 1, 1, '2026-03-20Z'), (NULL, 1, 2, '2026-03-20Z');
INSERT INTO bounces (subscriber_id, campaign_id, type, created_at) VALUES (3, 1, 'hard', '2026-03-20Z'), (4, NULL, 'soft', '2026-03-20Z');`

// TestListmonk asks rules of listmonk's own tables. Who must be found was
// written down by hand.
func TestListmonk(t *testing.T) {
	e := engines.Need(t, "postgres")
	const gone = `DROP TABLE IF EXISTS subscribers, lists, subscriber_lists, campaigns, campaign_views, links, link_clicks, bounces;
DROP TYPE IF EXISTS subscriber_status; DROP TYPE IF EXISTS subscription_status; DROP TYPE IF EXISTS bounce_type;`
	if err := e.Exec(gone + listmonkTables); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Exec(gone); err != nil {
			t.Error(err)
		}
	}()
	now := time.Date(2026, 3, 31, 10, 0, 0, 0, time.UTC)
	for rule, want := range map[string][]int{
		`EVERYONE`:                                     {1, 2, 3, 4},
		`city = "Berlin"`:                              {1},
		`city = "berlin" IGNORING CASE`:                {1, 2},
		`age >= 18`:                                    {1},
		`age IS SET`:                                   {1, 2},
		`plan.tier = "pro"`:                            {1},
		`ANY tags = "b"`:                               {1},
		`tags CONTAINS "a"`:                            {1, 2},
		`status = "enabled"`:                           {1, 2},
		`born = TODAY - 36 years`:                      {1},
		`id IN ("1", "3")`:                             {1, 3},
		`email ENDS WITH "@example.org"`:               {3, 4},
		`created_at WITHIN LAST 1 month`:               {2, 4}, // since 28 February at 10
		`IN LIST "VIP"`:                                {1},
		`NOT IN LIST "VIP"`:                            {2, 3, 4},
		`JOINED LIST "VIP" IN LAST 6 days`:             {},
		`JOINED LIST "VIP" IN LAST 1 week`:             {1},
		`IN LIST "id:1"`:                               {1},
		`IN LIST "id:3" AND IN LIST "unconfirmed:VIP"`: {1},
		`IN LIST "confirmed:id:3"`:                     {},
		`IN LIST "unconfirmed:tag:all"`:                {1, 3},
		`IN LIST "tag:weekly"`:                         {3},
		`IN LIST "unsubscribed:VIP"`:                   {2, 4},
		`JOINED LIST "unconfirmed:VIP" IN LAST 2 days`: {1},
		`ANY subscriptions HAS (list = "VIP" AND status = "unsubscribed")`: {2, 4},
		`COUNT(opened) >= 3 IN LAST 30 DAYS`:                               {}, // the first is 30 days old to the instant
		`COUNT(opened) >= 2 IN LAST 30 DAYS`:                               {1},
		`NEVER DID opened`:                                                 {3, 4},
		`COUNT(opened WHERE campaign = "spring") = 2`:                      {1},
		`DID clicked(WHERE url CONTAINS "/shop" AND campaign_id IS NULL)`:  {2},
		`LAST(opened.campaign) = "autumn"`:                                 {1},
		`DID bounced(WHERE type = "hard")`:                                 {3},
		`COUNT(clicked) / COUNT(opened) >= 0.5 AND DID opened`:             {2},
		`COUNT(opened | clicked) >= 4`:                                     {1},
		`DID opened THEN clicked WITHIN 1 hour`:                            {},
		`DID opened THEN clicked WITHIN 60 days AND city IS SET`:           {1, 2},
		`COUNT(*) = 0`:                   {},
		`DISTINCT(opened.campaign) >= 2`: {1},
	} {
		c, err := segment.Parse(rule)
		if err != nil {
			t.Errorf("%s: %v", rule, err)
			continue
		}
		q, err := sqlgen.Select(sqlgen.DialectPostgreSQL, sqlgen.Listmonk(), c, now)
		if err != nil {
			t.Errorf("%s: %v", rule, err)
			continue
		}
		got, err := e.IDs(q.Text, q.Args)
		if err != nil {
			t.Errorf("%s: %v\n%s", rule, err, q.Text)
			continue
		}
		ids := []string{}
		for _, id := range want {
			ids = append(ids, fmt.Sprint(id))
		}
		if q.Rest != nil || !slices.Equal(got, ids) {
			t.Errorf("%s: got %v, want %v; rest %v\n%s", rule, got, ids, q.Rest, q.Text)
		}
	}
}
