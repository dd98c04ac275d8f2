-- Version 1 of the tables. {s} is the schema that holds them.
--
-- Instants are nanoseconds since 1970, as bigint: timestamptz holds microseconds. Positions
-- are bigint. A head is the one row of a partition that every writer of it locks, so that
-- positions have no gap to readers and instants do not go back.

CREATE TABLE {s}.layout (
  one        boolean PRIMARY KEY DEFAULT true CHECK (one), -- there is one row
  version    integer NOT NULL,
  partitions integer NOT NULL,
  members    boolean NOT NULL,  -- is there a table of members?
  diffs      boolean NOT NULL   -- and one of diffs?
);

-- Room in the pages of heads lets an update stay in its page.
CREATE TABLE {s}.input_head (
  partition integer PRIMARY KEY,
  position  bigint NOT NULL DEFAULT 0, -- of the last message, of the partition or of all
  stored    bigint NOT NULL DEFAULT 0, -- its instant
  purged    bigint NOT NULL DEFAULT 0  -- up to where messages were let go
) WITH (fillfactor = 20);

CREATE TABLE {s}.input (
  partition integer NOT NULL,
  position  bigint  NOT NULL,
  stored    bigint  NOT NULL,
  key       bytea,
  data      bytea   NOT NULL,
  PRIMARY KEY (partition, position)
);
CREATE UNIQUE INDEX input_key ON {s}.input (partition, key) WHERE key IS NOT NULL;

-- What all partitions read, once. Its position is behind that of every message before it, in
-- all partitions, and before that of every later one.
CREATE TABLE {s}.broadcast (
  position bigint PRIMARY KEY,
  stored   bigint NOT NULL,
  key      bytea,
  data     bytea  NOT NULL
);
CREATE UNIQUE INDEX broadcast_key ON {s}.broadcast (key) WHERE key IS NOT NULL;

CREATE TABLE {s}.output_head (
  partition integer PRIMARY KEY,
  position  bigint NOT NULL DEFAULT 0, -- of the last commit
  purged    bigint NOT NULL DEFAULT 0  -- up to where commits were let go
) WITH (fillfactor = 20);

CREATE TABLE {s}.output (
  partition integer NOT NULL,
  position  bigint  NOT NULL,
  made      bigint  NOT NULL, -- the instant, by the clock of the database
  revision  bigint  NOT NULL, -- of the last diff, where there is a table of diffs; else 0
  data      bytea   NOT NULL,
  PRIMARY KEY (partition, position)
);

-- A snapshot has its bytes in chunks, which are written before it is.
CREATE TABLE {s}.snapshot (
  partition integer NOT NULL,
  upto      bigint  NOT NULL,
  id        bigint  NOT NULL UNIQUE,
  chunks    integer NOT NULL,
  PRIMARY KEY (partition, upto)
);
CREATE TABLE {s}.chunk (
  id   bigint  NOT NULL,
  n    integer NOT NULL,
  made bigint  NOT NULL,
  data bytea   NOT NULL,
  PRIMARY KEY (id, n)
);
ALTER TABLE {s}.chunk ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE SEQUENCE {s}.snapshot_id;

CREATE TABLE {s}.sign (
  name    text COLLATE "C" PRIMARY KEY,
  address text   NOT NULL,
  ends    bigint NOT NULL -- when the lease does
) WITH (fillfactor = 20);
