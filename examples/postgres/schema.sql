-- A small CRM. What package segment asks for are the tables memberships and dues, and
-- an index for each. They have no foreign key to contacts: sqlgen.DiffFor tells that a
-- contact which is no more has left its segments.

CREATE TABLE contacts (
	id          text PRIMARY KEY,
	email       text,
	country     text,
	plan        text,
	subscribed  boolean,
	spent       numeric(12, 2),
	birth       date,
	trial_ends  timestamptz,
	custom      jsonb        -- fields that customers of the CRM have made up
);

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

CREATE TABLE segments (
	id        text PRIMARY KEY,
	next_run  timestamptz  -- when its rule changes for all contacts at once; null: never
);

CREATE TABLE dues (
	contact  text,
	segment  text,
	due      timestamptz NOT NULL, -- until then this membership does not change by itself
	PRIMARY KEY (contact, segment)
);
CREATE INDEX ON dues (due);
CREATE INDEX ON dues (segment, contact);

CREATE TABLE memberships (
	contact  text,
	segment  text,
	since    timestamptz NOT NULL,
	PRIMARY KEY (contact, segment)
);
CREATE INDEX ON memberships (segment, contact);
