//go:build linux

package main

import (
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestCheckPostgres compares a PostgreSQL of its own, which answers as Go does, and one that a
// wrong declaration makes differ.
func TestCheckPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts a server")
	}
	prepare(t)
	dsn := startPostgres(t)
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`
		CREATE TABLE people (id bigint PRIMARY KEY, country text, age int, email text);
		CREATE TABLE events (person bigint, name text, at timestamptz, amount numeric(10,2));
		INSERT INTO people SELECT i, CASE WHEN i % 3 > 0 THEN (ARRAY['US','DE'])[i % 3] END, 16 + i % 60, 'user' || i || '@example.com' FROM generate_series(1, 3000) i;
		INSERT INTO events SELECT i % 2900 + 1, (ARRAY['opened','purchase'])[i % 2 + 1], '2026-03-31T09:00:00Z'::timestamptz - i * interval '10 minutes', i % 50 + 0.25 FROM generate_series(1, 9000) i;
	`); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const tables = `{"contacts": {"table": "people"}, "id": {"column": "id", "type": "integer"},
		"fields": {"country": {"column": "country", "type": "text"}, "age": {"column": "age", "type": "integer"}, "email": {"column": "email", "type": "text"}},
		"events": [{"table": "events", "contact": "person"%s, "names": "name", "at": {"column": "at", "type": "timestamp"}, "props": {"amount": {"column": "amount", "type": "decimal", "scale": 2}}}]}`
	write("pg.json", fmt.Sprintf(tables, ""))
	write("pg-known.json", fmt.Sprintf(tables, `, "known": true`))
	write("pg-segments.json", `[
		{"id": "us", "rule": "country = \"US\""}, {"id": "not-us", "rule": "country != \"US\" AND NOT IN SEGMENT \"active\""},
		{"id": "active", "rule": "DID opened IN LAST 30 DAYS"}, {"id": "spent", "rule": "SUM(purchase.amount) > 60 IN LAST 20 DAYS"},
		{"id": "pattern", "rule": "age >= 30 AND email MATCHES \"^user(1|2[0-9])+@\""}, {"id": "everyone", "rule": "EVERYONE"}, {"id": "nobody", "rule": "age > 500"}]`)
	r := segmentWith(nil, nil, "check-db", dsn, "--tables", "pg.json", "--segments", "pg-segments.json")
	if r.code != 0 || !strings.Contains(r.out, "3,000 contacts, 7 segments: 7 the same, 0 different, 0 with errors") || !strings.Contains(r.out, "same    nobody: 0 contacts") {
		t.Errorf("%s", r)
	}
	if _, err := db.Exec(`INSERT INTO events VALUES (77777, 'opened', '2026-03-30T09:00:00Z', 1)`); err != nil {
		t.Fatal(err)
	}
	r = segmentWith(nil, nil, "check-db", dsn, "--tables", "pg-known.json", "--segments", "pg-segments.json", "--progress")
	if r.code != 1 || !strings.Contains(r.out, "differs active") || !strings.Contains(r.out, "only by database: 77777") {
		t.Errorf("%s", r)
	}
	if r = segmentWith(nil, nil, "check-db", strings.Replace(dsn, "dbname=postgres", "dbname=nothing", 1), "--tables", "pg.json", "--segments", "pg-segments.json"); r.code != 3 {
		t.Errorf("a database that does not exist: %s", r)
	}
}

// startPostgres starts a server on a socket in a folder of its own, and returns its DSN.
func startPostgres(t *testing.T) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(found) == 0 {
		t.Skip("there is no PostgreSQL")
	}
	bin := found[len(found)-1]
	folder, err := os.MkdirTemp("", "segment-pg-") // short, since the name of a socket is
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	attr := asPostgres(t, folder)
	start := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.Dir, cmd.SysProcAttr = folder, attr
		return cmd
	}
	if out, err := start("initdb", "-D", folder+"/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	server := start("postgres", "-D", folder+"/data", "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGQUIT)
		_ = server.Wait()
	})
	dsn := "host=" + folder + " user=postgres dbname=postgres"
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for range 600 {
		if err = db.Ping(); err == nil {
			return dsn
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal(err)
	return ""
}

// asPostgres gives a folder to the user postgres where we are root, whom the server refuses,
// and says how to start it as that user.
func asPostgres(t *testing.T, folder string) *syscall.SysProcAttr {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Skip(err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(folder, uid, gid); err != nil {
		t.Fatal(err)
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}
