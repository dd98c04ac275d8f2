-- The diffs, a row each, written in the transactions of the commits.
CREATE TABLE {s}.diff (
  partition  integer NOT NULL,
  revision   bigint  NOT NULL,
  step       bigint  NOT NULL,
  contact    text COLLATE "C" NOT NULL,
  segment    text COLLATE "C" NOT NULL,
  definition bigint  NOT NULL,
  entered    boolean NOT NULL,
  at         bigint  NOT NULL,
  cause      text COLLATE "C" NOT NULL,
  PRIMARY KEY (partition, revision)
);
