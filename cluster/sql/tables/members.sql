-- Who is in which segment, kept in the transactions of the commits. An id that no text of
-- PostgreSQL can hold, or no index, has a stand-in: see the package.
CREATE TABLE {s}.member (
  segment text COLLATE "C" NOT NULL,
  contact text COLLATE "C" NOT NULL,
  since   bigint NOT NULL, -- the instant of the diff
  PRIMARY KEY (segment, contact)
);
