package engines

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

type postgresEngine struct{ database }

// openPostgres starts a server on a socket in its own folder. Texts sort by the
// rules of a language, as on most hosts' servers.
func openPostgres() (_ Engine, err error) {
	const debian, places = "postgresql", "/usr/lib/postgresql/*/bin"
	initdb, err := program("initdb", debian, places)
	if err != nil {
		return nil, err
	}
	postgres, err := program("postgres", debian, places)
	if err != nil {
		return nil, err
	}
	folder, err := newFolder("postgres")
	if err != nil {
		return nil, err
	}
	var s *server
	defer func() {
		if err != nil {
			if s != nil {
				s.stop(syscall.SIGQUIT)
			}
			os.RemoveAll(folder)
		}
	}()
	data := filepath.Join(folder, "data")
	if err := run("postgres", folder, initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync",
		"--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"); err != nil {
		return nil, err
	}
	s, err = serve("postgres", folder, postgres, "-D", data, "-k", folder, "-c", "listen_addresses=",
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "wal_level=minimal",
		"-c", "max_wal_senders=0", "-c", "max_wal_size=4GB", "-c", "shared_buffers=256MB", "-c", "timezone=UTC",
		"-c", "max_connections=30")
	if err != nil {
		return nil, err
	}
	config, err := pgx.ParseConfig(fmt.Sprintf("host=%s user=postgres dbname=postgres", folder))
	if err != nil {
		return nil, err
	}
	// Tables are made anew under the same name: nothing may remember their columns.
	config.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec
	config.StatementCacheCapacity, config.DescriptionCacheCapacity = 0, 0
	db := stdlib.OpenDB(*config)
	if err := s.await(db.Ping); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &postgresEngine{database{
		name:    "postgres",
		version: "SELECT 'PostgreSQL ' || current_setting('server_version')",
		db:      db,
		folder:  folder,
		stop:    func() error { return s.stop(syscall.SIGQUIT) },
		dialect: dialect{
			quote:  doubleQuoted,
			nulled: "%s",
			types: map[Type]string{Text: "text", Integer: "bigint", Decimal: "numeric", Float: "double precision",
				Bool: "boolean", Timestamp: "timestamptz", Date: "date", JSON: "jsonb"},
		},
	}}, nil
}

// Insert copies.
func (e *postgresEngine) Insert(table string, columns []Column, rows [][]any) error {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return e.raw(func(conn any) error {
		_, err := conn.(*stdlib.Conn).Conn().CopyFrom(context.Background(), pgx.Identifier{table}, names, pgx.CopyFromRows(rows))
		return err
	})
}
