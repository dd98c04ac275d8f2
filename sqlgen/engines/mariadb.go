package engines

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"
)

type mariaEngine struct {
	database
	scripts *sql.DB // takes several statements at once, which no host would let a query do
}

// openMariaDB starts a server on a socket in its own folder.
func openMariaDB() (_ Engine, err error) {
	const debian = "mariadb-server"
	install, err := program("mariadb-install-db", debian)
	if err != nil {
		return nil, err
	}
	mariadbd, err := program("mariadbd", debian, "/usr/sbin", "/usr/libexec")
	if err != nil {
		return nil, err
	}
	folder, err := newFolder("mariadb")
	if err != nil {
		return nil, err
	}
	var s *server
	defer func() {
		if err != nil {
			if s != nil {
				s.stop(syscall.SIGKILL)
			}
			os.RemoveAll(folder)
		}
	}()
	data, socket := filepath.Join(folder, "data"), filepath.Join(folder, "socket")
	// A server that starts clears what its temporary tables are named in there.
	temporary := "--tmpdir=" + folder
	if err := run("mysql", folder, install, "--no-defaults", "--datadir="+data, temporary, "--skip-test-db",
		"--auth-root-authentication-method=normal", "--innodb-log-file-size=64M", "--innodb-flush-method=nosync"); err != nil {
		return nil, err
	}
	s, err = serve("mysql", folder, mariadbd, "--no-defaults", "--datadir="+data, temporary, "--socket="+socket,
		"--pid-file="+filepath.Join(folder, "pid"), "--skip-networking", "--skip-log-bin", "--local-infile=1",
		"--character-set-server=utf8mb4", "--collation-server=utf8mb4_general_ci", "--max-allowed-packet=256M",
		"--innodb-log-file-size=64M", "--innodb-buffer-pool-size=512M", "--innodb-flush-method=nosync",
		"--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0")
	if err != nil {
		return nil, err
	}
	e := &mariaEngine{database: database{
		name:    "mariadb",
		version: "SELECT CONCAT('MariaDB ', VERSION())",
		folder:  folder,
		stop:    func() error { return s.stop(syscall.SIGTERM) },
		dialect: dialect{
			quote:  backticked,
			nulled: "%s NULL",
			types: map[Type]string{Text: "VARCHAR(%d)", Integer: "BIGINT", Decimal: "DECIMAL", Float: "DOUBLE",
				Bool: "BOOLEAN", Timestamp: "DATETIME(6)", Date: "DATE", JSON: "JSON"},
		},
	}}
	boot, err := mariaDB(socket, "", false)
	if err != nil {
		return nil, err
	}
	defer boot.Close()
	if err := s.await(boot.Ping); err != nil {
		return nil, err
	}
	if _, err := boot.Exec("CREATE DATABASE segment"); err != nil {
		return nil, err
	}
	if e.db, err = mariaDB(socket, "segment", false); err != nil {
		return nil, err
	}
	e.scripts, err = mariaDB(socket, "segment", true)
	return e, err
}

// mariaDB is a handle with the settings a careful host has.
func mariaDB(socket, name string, scripts bool) (*sql.DB, error) {
	config := mysql.NewConfig()
	config.User, config.Net, config.Addr = "root", "unix", socket
	config.DBName = name
	config.Collation, config.ParseTime, config.Loc = "utf8mb4_general_ci", true, time.UTC
	config.Params = map[string]string{"time_zone": "'+00:00'"}
	config.MultiStatements = scripts
	config.Logger = &mysql.NopLogger{} // while it starts
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

func (e *mariaEngine) Exec(text string) error {
	_, err := e.scripts.Exec(text)
	return err
}

func (e *mariaEngine) Create(table string, columns []Column, key ...string) error {
	drop, create := e.create(table, columns, key)
	return e.Exec(drop + "; " + create)
}

// Insert loads a file that is written while it is read. The server turns what
// is wrong with the data into warnings, which are errors here.
func (e *mariaEngine) Insert(table string, columns []Column, rows [][]any) error {
	ctx := context.Background()
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	name := fmt.Sprintf("%p", conn)
	mysql.RegisterReaderHandler(name, func() io.Reader {
		r, w := io.Pipe()
		go func() {
			b := bufio.NewWriterSize(w, 1<<20)
			err := writeTabbed(b, columns, rows, "1", "0")
			w.CloseWithError(errors.Join(err, b.Flush()))
		}()
		return r
	})
	defer mysql.DeregisterReaderHandler(name)
	result, err := conn.ExecContext(ctx, "LOAD DATA LOCAL INFILE 'Reader::"+name+"' INTO TABLE "+e.quote(table)+
		" CHARACTER SET utf8mb4 ("+columnList(e.quote, columns)+")")
	if err != nil {
		return err
	}
	var level, message string
	var code int
	err = conn.QueryRowContext(ctx, "SHOW WARNINGS LIMIT 1").Scan(&level, &code, &message)
	if !errors.Is(err, sql.ErrNoRows) {
		return errors.Join(err, fmt.Errorf("%s %d: %s", strings.ToLower(level), code, message))
	}
	if n, err := result.RowsAffected(); err != nil || n != int64(len(rows)) {
		return fmt.Errorf("loaded %d rows of %d: %w", n, len(rows), err)
	}
	return nil
}

func (e *mariaEngine) Close() error { return errors.Join(e.scripts.Close(), e.database.Close()) }
