CREATE TABLE person (
  id UUID,
  created_at DateTime64(6, 'UTC'),
  team_id Int64,
  properties String,
  is_identified Int8,
  is_deleted Int8 DEFAULT 0,
  version UInt64,
  pmat_email String DEFAULT ''
) ENGINE = ReplacingMergeTree(version) ORDER BY (team_id, id);
CREATE TABLE events (
  uuid UUID,
  event String,
  properties String,
  timestamp DateTime64(6, 'UTC'),
  team_id Int64,
  distinct_id String,
  created_at DateTime64(6, 'UTC'),
  person_id UUID,
  mat_revenue String DEFAULT '',
  `$session_id` String DEFAULT '',
  `$group_0` String DEFAULT '',
  _offset UInt64
) ENGINE = MergeTree ORDER BY (team_id, toDate(timestamp), event, uuid);
CREATE TABLE cohortpeople (
  person_id UUID,
  cohort_id Int64,
  team_id Int64,
  sign Int8,
  version UInt64
) ENGINE = CollapsingMergeTree(sign) ORDER BY (team_id, cohort_id, person_id, version);
CREATE TABLE groups (
  group_type_index UInt8,
  group_key String,
  created_at DateTime64(6, 'UTC'),
  team_id Int64,
  group_properties String
) ENGINE = MergeTree ORDER BY (team_id, group_type_index, group_key);
