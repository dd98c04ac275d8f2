CREATE TYPE subscriber_status AS ENUM ('enabled', 'disabled', 'blocklisted');
CREATE TYPE subscription_status AS ENUM ('unconfirmed', 'confirmed', 'unsubscribed');
CREATE TYPE list_type AS ENUM ('public', 'private', 'temporary');
CREATE TYPE list_optin AS ENUM ('single', 'double');
CREATE TYPE bounce_type AS ENUM ('soft', 'hard', 'complaint');

CREATE TABLE subscribers (
  id serial PRIMARY KEY,
  uuid uuid NOT NULL UNIQUE,
  email text NOT NULL UNIQUE,
  name text NOT NULL,
  attribs jsonb NOT NULL DEFAULT '{}',
  status subscriber_status NOT NULL DEFAULT 'enabled',
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now()
);
CREATE UNIQUE INDEX idx_subs_email ON subscribers (lower(email));

CREATE TABLE lists (
  id serial PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  type list_type NOT NULL DEFAULT 'public',
  optin list_optin NOT NULL DEFAULT 'single',
  tags varchar(100)[],
  created_at timestamptz DEFAULT now()
);
CREATE TABLE subscriber_lists (
  subscriber_id integer REFERENCES subscribers (id) ON DELETE CASCADE,
  list_id integer REFERENCES lists (id) ON DELETE CASCADE,
  meta jsonb NOT NULL DEFAULT '{}',
  status subscription_status NOT NULL DEFAULT 'unconfirmed',
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  PRIMARY KEY (subscriber_id, list_id)
);
CREATE INDEX idx_sub_lists_list_id ON subscriber_lists (list_id);

CREATE TABLE campaigns (id serial PRIMARY KEY, name text NOT NULL, subject text NOT NULL DEFAULT '', tags varchar(100)[]);
CREATE TABLE campaign_views (
  id bigserial PRIMARY KEY,
  campaign_id integer NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
  subscriber_id integer REFERENCES subscribers (id) ON DELETE SET NULL,
  created_at timestamptz DEFAULT now()
);
CREATE INDEX idx_views_subscriber_id ON campaign_views (subscriber_id);

CREATE TABLE links (id serial PRIMARY KEY, uuid uuid NOT NULL DEFAULT gen_random_uuid(), url text NOT NULL UNIQUE);
CREATE TABLE link_clicks (
  id bigserial PRIMARY KEY,
  campaign_id integer REFERENCES campaigns (id) ON DELETE CASCADE,
  link_id integer NOT NULL REFERENCES links (id) ON DELETE CASCADE,
  subscriber_id integer REFERENCES subscribers (id) ON DELETE SET NULL,
  created_at timestamptz DEFAULT now()
);
CREATE INDEX idx_clicks_sub_id ON link_clicks (subscriber_id);

CREATE TABLE bounces (
  id serial PRIMARY KEY,
  subscriber_id integer NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
  campaign_id integer REFERENCES campaigns (id) ON DELETE SET NULL,
  type bounce_type NOT NULL DEFAULT 'hard',
  source text NOT NULL DEFAULT '',
  meta jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz DEFAULT now()
);
