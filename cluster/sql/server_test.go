//go:build unix

package sql

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A server is a PostgreSQL that a test has started: on loopback, in a folder of the test, and
// it ends with the test.
type server struct {
	port int
	data string
	bin  string
	args []string
	attr *syscall.SysProcAttr
	log  string

	mu   sync.Mutex
	cmd  *exec.Cmd
	done chan struct{}
}

// needed reports that a server that is missing is a failure.
func needed() bool { return os.Getenv("SEGMENT_NEED_ENGINES") == "1" }

// postgresBin is the folder of the newest PostgreSQL there is, or the test is skipped.
func postgresBin(t testing.TB) string {
	t.Helper()
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	slices.Sort(found)
	if len(found) == 0 {
		if needed() {
			t.Fatal("there is no PostgreSQL (Debian package postgresql)")
		}
		t.Skip("there is no PostgreSQL (Debian package postgresql): nothing is tested")
	}
	return filepath.Dir(found[len(found)-1])
}

// ownServer starts a server for one test. Without sync it forgets what it has written if the
// machine stops, and is faster.
func ownServer(t testing.TB, sync bool, args ...string) *server {
	t.Helper()
	bin := postgresBin(t)
	folder := t.TempDir()
	if err := os.Chmod(filepath.Dir(folder), 0o711); err != nil {
		t.Fatal(err)
	}
	s, err := newServer(bin, folder, sync, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.kill()
		if text, _ := os.ReadFile(s.log); t.Failed() {
			t.Logf("PostgreSQL said:\n%s", text[max(0, len(text)-6_000):])
		}
	})
	return s
}

// newServer starts a server that keeps everything in a folder.
func newServer(bin, folder string, sync bool, args ...string) (*server, error) {
	s := &server{bin: bin, data: filepath.Join(folder, "data"), log: filepath.Join(folder, "log"), attr: &syscall.SysProcAttr{Setpgid: true}}
	if err := s.become(folder); err != nil {
		return nil, err
	}
	if out, err := s.command("initdb", "-D", s.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	var err error
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	s.args = append([]string{"-D", s.data, "-p", strconv.Itoa(s.port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "max_connections=100", "-c", "shared_buffers=128MB", "-c", "timezone=UTC", "-c", "wal_level=minimal", "-c", "max_wal_senders=0"}, args...)
	if !sync {
		s.args = append(s.args, "-c", "fsync=off", "-c", "full_page_writes=off")
	}
	if err := s.start(); err != nil {
		s.kill()
		return nil, err
	}
	return s, nil
}

// become has the server run as a user that is not root, who can reach its folder.
func (s *server) become(folder string) error {
	dieWithParent(s.attr)
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	s.attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(folder, uid, gid)
}

func (s *server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir, cmd.SysProcAttr = filepath.Dir(s.data), s.attr
	return cmd
}

// freePort is a port that nobody listens on now.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// start starts the server and waits until it answers.
func (s *server) start() error {
	log, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd, done, started := s.command("postgres", s.args...), make(chan struct{}), make(chan error)
	cmd.Stdout, cmd.Stderr = log, log
	go func() { // on one thread: the server dies when the thread does that started it
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
			close(done)
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	s.mu.Lock()
	s.cmd, s.done = cmd, done
	s.mu.Unlock()
	return s.await(done)
}

// await waits until the server answers.
func (s *server) await(done <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.url())
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-done:
			return errors.New("PostgreSQL has ended")
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// kill kills the postmaster as it is; the processes of connections end when they see that.
func (s *server) kill() {
	s.mu.Lock()
	cmd, done := s.cmd, s.done
	s.mu.Unlock()
	if cmd == nil {
		return
	}
	_ = cmd.Process.Kill()
	<-done
}

// restart starts the server again, which it refuses while processes of the one before are
// left.
func (s *server) restart() (err error) {
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if err = s.start(); err == nil {
			return nil
		}
	}
	return err
}

func (s *server) url() string { return url(s.port) }

// url is that of a server, or of a proxy before it.
func url(port int) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
}

// What tests share: a server, with a schema for each.
var shared struct {
	mu     sync.Mutex
	s      *server
	folder string
	n      int // of schemas
}

// pool connects to the server that tests share.
func pool(t testing.TB) *pgxpool.Pool {
	t.Helper()
	bin := postgresBin(t)
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.s == nil {
		removeOld()
		folder, err := os.MkdirTemp("", fmt.Sprintf("%s%d-", sharedPrefix, os.Getpid()))
		if err != nil {
			t.Fatal(err)
		}
		shared.folder = folder
		if shared.s, err = newServer(bin, folder, false); err != nil {
			t.Fatal(err)
		}
	}
	return connect(t, shared.s.url())
}

const sharedPrefix = "segment-sql-"

// removeOld removes what tests have left that were killed: the name has their process.
func removeOld() {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), sharedPrefix+"*"))
	for _, folder := range left {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(folder), sharedPrefix), "-")
		if n, err := strconv.Atoi(pid); err == nil && errors.Is(syscall.Kill(n, 0), syscall.ESRCH) {
			_ = os.RemoveAll(folder)
		}
	}
}

// stopShared ends that server, when all tests have.
func stopShared() {
	if shared.s != nil {
		shared.s.kill()
	}
	if shared.folder != "" {
		_ = os.RemoveAll(shared.folder)
	}
}

func connect(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	p, err := pgxpool.New(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// schema is a name that no other test has.
func schema(t testing.TB) string {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	shared.n++
	name := strings.ToLower(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, t.Name()))
	return fmt.Sprintf("s%d_%s", shared.n, name[:min(len(name), 50)])
}

// opened is an engine over tables of its own.
func opened(t testing.TB, o Options) *Engine {
	t.Helper()
	p := pool(t)
	if o.Schema == "" {
		o.Schema = schema(t)
	}
	if o.Partitions == 0 {
		o.Partitions = 4
	}
	if err := Setup(context.Background(), p, o); err != nil {
		t.Fatal(err)
	}
	return open(t, p, o)
}

func open(t testing.TB, p *pgxpool.Pool, o Options) *Engine {
	t.Helper()
	e, err := Open(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}
