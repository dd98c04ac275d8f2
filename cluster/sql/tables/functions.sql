-- What the engine asks for. Each thing is one call of a function, and so one statement: the
-- server has all of it before it begins, and a program that is stopped or cut off amid a
-- request holds no lock. Within a function that changes something each statement sees what
-- was committed before it; one that is STABLE sees one moment.
--
-- The settings behind a function keep the planner from what it does with tables that were
-- empty when it last looked: to read all of them. Where it must, it believes that to be so dear
-- that it would compile the query.

-- clock is the instant by the clock of the database.
CREATE OR REPLACE FUNCTION {s}.clock() RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 1000
$$;

-- durable makes the transaction one that is on the disk when it is answered, should the
-- database be set otherwise.
CREATE OR REPLACE FUNCTION {s}.durable() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
END $$;

-- append appends messages to the input of their partitions, in the order in which they are
-- given. One whose key is there is left out. Of one partition no two have the same key.
CREATE OR REPLACE FUNCTION {s}.append(_partitions integer[], _keys bytea[], _data bytea[]) RETURNS void
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE _now bigint;
BEGIN
  PERFORM {s}.durable();
  PERFORM FROM {s}.input_head WHERE partition = ANY (_partitions) ORDER BY partition FOR UPDATE;
  _now := {s}.clock();
  WITH fresh AS (
    SELECT m.partition, m.key, m.data, row_number() OVER (PARTITION BY m.partition ORDER BY m.n) AS k
    FROM unnest(_partitions, _keys, _data) WITH ORDINALITY AS m (partition, key, data, n)
    WHERE m.key IS NULL OR NOT EXISTS (SELECT FROM {s}.input i WHERE i.partition = m.partition AND i.key = m.key)
  ), put AS (
    INSERT INTO {s}.input (partition, position, stored, key, data)
    SELECT f.partition, h.position + f.k, greatest(h.stored, _now), f.key, f.data
    FROM fresh f JOIN {s}.input_head h ON h.partition = f.partition
    RETURNING partition, position, stored
  )
  UPDATE {s}.input_head h SET position = p.position, stored = p.stored
  FROM (SELECT partition, max(position) AS position, max(stored) AS stored FROM put GROUP BY partition) p
  WHERE h.partition = p.partition;
END $$;

-- append_all appends a message to what all partitions read, unless its key is there.
CREATE OR REPLACE FUNCTION {s}.append_all(_key bytea, _data bytea) RETURNS void
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE _position bigint; _stored bigint;
BEGIN
  PERFORM {s}.durable();
  PERFORM FROM {s}.input_head ORDER BY partition FOR UPDATE;
  IF _key IS NOT NULL AND EXISTS (SELECT FROM {s}.broadcast WHERE key = _key) THEN
    RETURN;
  END IF;
  SELECT max(position) + 1, greatest(max(stored), {s}.clock()) INTO _position, _stored FROM {s}.input_head;
  INSERT INTO {s}.broadcast (position, stored, key, data) VALUES (_position, _stored, _key, _data);
  UPDATE {s}.input_head SET position = _position, stored = _stored;
END $$;

-- read returns the head of a partition, as a position and up to where the input was let go,
-- and then messages behind a position: so many at most, and none behind so many bytes.
CREATE OR REPLACE FUNCTION {s}.read(_partition integer, _after bigint, _most integer, _bytes bigint)
RETURNS TABLE (place bigint, stored bigint, data bytea)
LANGUAGE plpgsql STABLE SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT h.position, h.purged, NULL::bytea FROM {s}.input_head h WHERE h.partition = _partition;
  RETURN QUERY SELECT f.position, f.stored, f.data FROM (
      SELECT e.*, sum(octet_length(e.data)) OVER (ORDER BY e.position) - octet_length(e.data) AS before FROM (
        (SELECT i.position, i.stored, i.data FROM {s}.input i
         WHERE i.partition = _partition AND i.position > _after ORDER BY i.position LIMIT _most)
        UNION ALL
        (SELECT b.position, b.stored, b.data FROM {s}.broadcast b
         WHERE b.position > _after ORDER BY b.position LIMIT _most)
      ) e ORDER BY e.position LIMIT _most
    ) f WHERE f.before < _bytes ORDER BY f.position;
END $$;

-- last returns the last commit of a partition, and none if there is none.
CREATE OR REPLACE FUNCTION {s}.last(_partition integer) RETURNS TABLE (place bigint, data bytea)
LANGUAGE plpgsql STABLE SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT o.position, o.data FROM {s}.output o WHERE o.partition = _partition ORDER BY o.position DESC LIMIT 1;
END $$;

-- put_commit appends a commit behind the one expected, with what comes of it in the tables of
-- diffs and of members, if it is given any; it returns 0 if the place is taken.
CREATE OR REPLACE FUNCTION {s}.put_commit(_partition integer, _expected bigint, _data bytea, _revision bigint,
  _revisions bigint[], _steps bigint[], _contacts text[], _segments text[], _definitions bigint[], _entered boolean[], _ats bigint[], _causes text[],
  _in_segments text[], _in_contacts text[], _in_since bigint[], _out_segments text[], _out_contacts text[]) RETURNS bigint
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
  PERFORM {s}.durable();
  UPDATE {s}.output_head SET position = position + 1 WHERE partition = _partition AND position = _expected;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  INSERT INTO {s}.output (partition, position, made, revision, data) VALUES (_partition, _expected + 1, {s}.clock(), _revision, _data);
  IF cardinality(_revisions) > 0 THEN
    INSERT INTO {s}.diff (partition, revision, step, contact, segment, definition, entered, at, cause)
    SELECT _partition, d.* FROM unnest(_revisions, _steps, _contacts, _segments, _definitions, _entered, _ats, _causes) d;
  END IF;
  IF cardinality(_in_segments) > 0 THEN
    INSERT INTO {s}.member (segment, contact, since) SELECT m.* FROM unnest(_in_segments, _in_contacts, _in_since) m
    ON CONFLICT (segment, contact) DO UPDATE SET since = excluded.since;
  END IF;
  IF cardinality(_out_segments) > 0 THEN
    DELETE FROM {s}.member m USING unnest(_out_segments, _out_contacts) o (segment, contact)
    WHERE m.segment = o.segment AND m.contact = o.contact;
  END IF;
  RETURN _expected + 1;
END $$;

-- follow returns for each partition its head, as a position and up to where commits were let
-- go, and then commits behind a position: of each so many at most, and none behind so many
-- bytes.
CREATE OR REPLACE FUNCTION {s}.follow(_partitions integer[], _after bigint[], _most integer, _bytes bigint)
RETURNS TABLE (partition integer, place bigint, purged bigint, data bytea)
LANGUAGE plpgsql STABLE SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT h.partition, h.position, h.purged, NULL::bytea FROM {s}.output_head h WHERE h.partition = ANY (_partitions);
  RETURN QUERY SELECT a.partition, o.position, NULL::bigint, o.data
    FROM unnest(_partitions, _after) a (partition, after)
    CROSS JOIN LATERAL (
      SELECT f.position, f.data, sum(octet_length(f.data)) OVER (ORDER BY f.position) - octet_length(f.data) AS before FROM (
        SELECT o.position, o.data FROM {s}.output o
        WHERE o.partition = a.partition AND o.position > a.after ORDER BY o.position LIMIT _most) f
    ) o WHERE o.before < _bytes ORDER BY a.partition, o.position;
END $$;

-- snapshots returns the snapshots of a partition up to a position, the highest first.
CREATE OR REPLACE FUNCTION {s}.snapshots(_partition integer, _most bigint) RETURNS TABLE (id bigint, chunks integer)
LANGUAGE plpgsql STABLE SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT s.id, s.chunks FROM {s}.snapshot s WHERE s.partition = _partition AND s.upto <= _most ORDER BY s.upto DESC;
END $$;

-- chunk returns one of a snapshot, or none.
CREATE OR REPLACE FUNCTION {s}.chunk(_id bigint, _n integer) RETURNS TABLE (data bytea)
LANGUAGE plpgsql STABLE SET jit = off SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT c.data FROM {s}.chunk c WHERE c.id = _id AND c.n = _n;
END $$;

-- put_snapshot makes a snapshot of chunks that are there, and lets go of all but the newest
-- of the partition.
CREATE OR REPLACE FUNCTION {s}.put_snapshot(_partition integer, _upto bigint, _id bigint, _chunks integer, _keep integer) RETURNS void
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
  IF (SELECT count(*) FROM {s}.chunk WHERE id = _id) <> _chunks THEN
    RAISE 'chunks of snapshot % are missing', _id;
  END IF;
  PERFORM FROM {s}.output_head WHERE partition = _partition FOR NO KEY UPDATE;
  WITH was AS (DELETE FROM {s}.snapshot WHERE partition = _partition AND upto = _upto RETURNING id)
  DELETE FROM {s}.chunk c USING was WHERE c.id = was.id;
  INSERT INTO {s}.snapshot (partition, upto, id, chunks) VALUES (_partition, _upto, _id, _chunks);
  WITH old AS (
    DELETE FROM {s}.snapshot WHERE partition = _partition AND upto NOT IN
      (SELECT upto FROM {s}.snapshot WHERE partition = _partition ORDER BY upto DESC LIMIT _keep)
    RETURNING id)
  DELETE FROM {s}.chunk c USING old WHERE c.id = old.id;
END $$;

-- sign says that a member lives for so long from now on, and forgets those that have not for
-- an hour. It need not be on the disk.
CREATE OR REPLACE FUNCTION {s}.sign(_name text, _address text, _lease bigint) RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE _now bigint := {s}.clock();
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  INSERT INTO {s}.sign (name, address, ends) VALUES (_name, _address, _now + _lease)
  ON CONFLICT (name) DO UPDATE SET address = excluded.address, ends = excluded.ends;
  DELETE FROM {s}.sign WHERE name IN (SELECT name FROM {s}.sign WHERE ends < _now - 3600000000000 FOR UPDATE SKIP LOCKED);
END $$;

-- wake tells those that listen to look. It need not be on the disk.
CREATE OR REPLACE FUNCTION {s}.wake(_channel text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM pg_notify(_channel, '');
END $$;

-- trim_input lets go of the first messages of a partition up to a position, if they were
-- stored before an instant, and returns how many.
CREATE OR REPLACE FUNCTION {s}.trim_input(_partition integer, _upto bigint, _before bigint, _most integer) RETURNS bigint
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
DECLARE _cut bigint; _n bigint;
BEGIN
  PERFORM FROM {s}.input_head WHERE partition = _partition FOR UPDATE;
  SELECT max(f.position) INTO _cut FROM (SELECT i.position, i.stored FROM {s}.input i
    WHERE i.partition = _partition AND i.position <= _upto ORDER BY i.position LIMIT _most) f WHERE f.stored < _before;
  IF _cut IS NULL THEN
    RETURN 0;
  END IF;
  DELETE FROM {s}.input WHERE partition = _partition AND position <= _cut;
  GET DIAGNOSTICS _n = ROW_COUNT;
  UPDATE {s}.input_head SET purged = greatest(purged, _cut) WHERE partition = _partition;
  RETURN _n;
END $$;

-- trim_broadcast does that of what all partitions read.
CREATE OR REPLACE FUNCTION {s}.trim_broadcast(_upto bigint, _before bigint, _most integer) RETURNS bigint
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
DECLARE _cut bigint; _n bigint;
BEGIN
  PERFORM FROM {s}.input_head ORDER BY partition FOR UPDATE;
  SELECT max(f.position) INTO _cut FROM (SELECT b.position, b.stored FROM {s}.broadcast b
    WHERE b.position <= _upto ORDER BY b.position LIMIT _most) f WHERE f.stored < _before;
  IF _cut IS NULL THEN
    RETURN 0;
  END IF;
  DELETE FROM {s}.broadcast WHERE position <= _cut;
  GET DIAGNOSTICS _n = ROW_COUNT;
  UPDATE {s}.input_head SET purged = greatest(purged, _cut);
  RETURN _n;
END $$;

-- trim_output lets go of the first commits of a partition, with the rows of their diffs, if
-- they were made before an instant, but never of the last, and returns how many.
CREATE OR REPLACE FUNCTION {s}.trim_output(_partition integer, _before bigint, _most integer, _diffs boolean) RETURNS bigint
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
DECLARE _cut bigint; _revision bigint; _n bigint;
BEGIN
  PERFORM FROM {s}.output_head WHERE partition = _partition FOR UPDATE;
  SELECT f.position, f.revision INTO _cut, _revision FROM (SELECT o.position, o.made, o.revision FROM {s}.output o
    WHERE o.partition = _partition AND o.position < (SELECT position FROM {s}.output_head WHERE partition = _partition)
    ORDER BY o.position LIMIT _most) f WHERE f.made < _before ORDER BY f.position DESC LIMIT 1;
  IF _cut IS NULL THEN
    RETURN 0;
  END IF;
  IF _diffs THEN
    DELETE FROM {s}.diff WHERE partition = _partition AND revision <= _revision;
  END IF;
  DELETE FROM {s}.output WHERE partition = _partition AND position <= _cut;
  GET DIAGNOSTICS _n = ROW_COUNT;
  UPDATE {s}.output_head SET purged = greatest(purged, _cut) WHERE partition = _partition;
  RETURN _n;
END $$;

-- trim_chunks lets go of chunks that were written before an instant and of which no snapshot
-- was made, and returns how many.
CREATE OR REPLACE FUNCTION {s}.trim_chunks(_before bigint, _most integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE _n bigint;
BEGIN
  DELETE FROM {s}.chunk c USING (SELECT id, n FROM {s}.chunk w
    WHERE w.made < _before AND NOT EXISTS (SELECT FROM {s}.snapshot s WHERE s.id = w.id) LIMIT _most) old
  WHERE c.id = old.id AND c.n = old.n;
  GET DIAGNOSTICS _n = ROW_COUNT;
  RETURN _n;
END $$;
