-- A small CRM. What package segment asks for is the column next_due, the table
-- memberships, and an index for each.

CREATE TABLE contacts (
	id          text PRIMARY KEY,
	email       text,
	country     text,
	plan        text,
	subscribed  boolean,
	spent       numeric(12, 2),
	birth       date,
	trial_ends  timestamptz,
	custom      jsonb,       -- fields that customers of the CRM have made up
	next_due    timestamptz  -- until then no membership changes by itself; null: never
);
CREATE INDEX ON contacts (next_due, id);

CREATE TABLE events (
	arrived  bigint GENERATED ALWAYS AS IDENTITY, -- of two at one instant, which is the later
	id       text PRIMARY KEY,
	contact  text NOT NULL REFERENCES contacts ON DELETE CASCADE,
	name     text NOT NULL,
	at       timestamptz NOT NULL,
	props    jsonb
);
CREATE INDEX ON events (contact, name, at);
CREATE INDEX ON events (name, at, contact);

CREATE TABLE lists (
	id    int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name  text UNIQUE NOT NULL
);

CREATE TABLE list_members (
	list     int REFERENCES lists ON DELETE CASCADE,
	contact  text REFERENCES contacts ON DELETE CASCADE,
	joined   timestamptz NOT NULL,
	PRIMARY KEY (list, contact)
);
CREATE INDEX ON list_members (contact);

CREATE TABLE memberships (
	contact  text REFERENCES contacts ON DELETE CASCADE,
	segment  text,
	since    timestamptz NOT NULL,
	PRIMARY KEY (contact, segment)
);
CREATE INDEX ON memberships (segment, contact);
