package engines

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"unsafe"

	"github.com/ebitengine/purego"
)

// chdb is the library libchdb: ClickHouse in our own process. It is loaded when
// first needed; the Go package that usually wraps it loads it, or panics, as
// the program starts, and has no query with parameters.
type chdb struct {
	setSignals   func(enabled int32)
	connect      func(argc int32, argv **byte) *unsafe.Pointer
	close        func(conn *unsafe.Pointer)
	query        func(conn unsafe.Pointer, text *byte, size uintptr, format *byte, formatSize uintptr, names **byte, nameSizes *uintptr, values **byte, valueSizes *uintptr, count uintptr) unsafe.Pointer
	destroy      func(result unsafe.Pointer)
	buffer       func(result unsafe.Pointer) *byte
	length       func(result unsafe.Pointer) uintptr
	errorMessage func(result unsafe.Pointer) string
}

// loadCHDB loads the library from CHDB_LIB_PATH or where install.sh puts it.
var loadCHDB = sync.OnceValues(func() (_ *chdb, err error) {
	path := os.Getenv("CHDB_LIB_PATH")
	if path == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, errors.Join(ErrAbsent, err)
		}
		path = filepath.Join(cache, "segment", "chdb-"+chdbVersion, "libchdb.so")
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%w: no library at %s (npm package @chdb/lib-linux-x64-gnu; CHDB_LIB_PATH)", ErrAbsent, path)
	}
	// Its symbols stay its own: DuckDB in the same program brings a C++ runtime too.
	lib, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, errors.Join(ErrAbsent, err)
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s lacks a function: %v", path, r)
		}
	}()
	c := &chdb{}
	purego.RegisterLibFunc(&c.setSignals, lib, "chdb_set_signal_handlers_enabled")
	purego.RegisterLibFunc(&c.connect, lib, "chdb_connect")
	purego.RegisterLibFunc(&c.close, lib, "chdb_close_conn")
	purego.RegisterLibFunc(&c.query, lib, "chdb_query_with_params_n")
	purego.RegisterLibFunc(&c.destroy, lib, "chdb_destroy_query_result")
	purego.RegisterLibFunc(&c.buffer, lib, "chdb_result_buffer")
	purego.RegisterLibFunc(&c.length, lib, "chdb_result_length")
	purego.RegisterLibFunc(&c.errorMessage, lib, "chdb_result_error")
	return c, nil
})

// A chdbConn does one thing at a time.
type chdbConn struct {
	sync.Mutex
	lib  *chdb
	conn *unsafe.Pointer
}

// openCHDB opens the database in the folder. A process has one at a time.
func openCHDB(folder string) (*chdbConn, error) {
	lib, err := loadCHDB()
	if err != nil {
		return nil, err
	}
	defer guardSignals()()
	lib.setSignals(0)
	var argv []*byte
	for _, arg := range []string{"clickhouse", "--path=" + folder} {
		argv = append(argv, unsafe.StringData(arg+"\x00"))
	}
	conn := lib.connect(int32(len(argv)), &argv[0])
	runtime.KeepAlive(argv)
	if conn == nil {
		return nil, errors.New("chdb_connect failed")
	}
	return &chdbConn{lib: lib, conn: conn}, nil
}

// run runs statements and returns what the last has to say in TabSeparated.
// Parameters are p1 and on, in the form of a tab-separated cell.
func (c *chdbConn) run(text string, params []string) (string, error) {
	c.Lock()
	defer c.Unlock()
	if c.conn == nil {
		return "", errors.New("the engine is closed")
	}
	const format = "TabSeparated"
	n := max(len(params), 1)
	names, values := make([]*byte, n), make([]*byte, n)
	nameSizes, valueSizes := make([]uintptr, n), make([]uintptr, n)
	var pin runtime.Pinner
	defer pin.Unpin()
	bytes := func(s string) (*byte, uintptr) {
		p := unsafe.StringData(s + "\x00")
		pin.Pin(p)
		return p, uintptr(len(s))
	}
	for i, p := range params {
		names[i], nameSizes[i] = bytes(fmt.Sprintf("p%d", i+1))
		values[i], valueSizes[i] = bytes(p)
	}
	query, size := bytes(text)
	form, formSize := bytes(format)
	defer guardSignals()()
	result := c.lib.query(*c.conn, query, size, form, formSize, &names[0], &nameSizes[0], &values[0], &valueSizes[0], uintptr(len(params)))
	if result == nil {
		return "", errors.New("chdb_query_with_params_n failed")
	}
	defer c.lib.destroy(result)
	if message := c.lib.errorMessage(result); message != "" {
		return "", errors.New(strings.TrimSpace(message))
	}
	if buffer := c.lib.buffer(result); buffer != nil {
		return strings.Clone(unsafe.String(buffer, c.lib.length(result))), nil
	}
	return "", nil
}

func (c *chdbConn) Close() error {
	c.Lock()
	defer c.Unlock()
	if c.conn != nil {
		defer guardSignals()()
		c.lib.close(c.conn)
		c.conn = nil
	}
	return nil
}

// guardSignals keeps Go's handlers of the signals that come with a fault, which
// the library takes away with every call; the function it returns puts them back.
func guardSignals() (restore func()) {
	deadly := [...]syscall.Signal{syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGILL, syscall.SIGBUS, syscall.SIGSYS,
		syscall.SIGFPE, syscall.SIGTSTP, syscall.SIGTRAP}
	var actions [len(deadly)][4]uintptr // the kernel's struct sigaction
	for i, s := range deadly {
		syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(s), 0, uintptr(unsafe.Pointer(&actions[i])), 8, 0, 0)
	}
	return func() {
		for i, s := range deadly {
			syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(&actions[i])), 0, 8, 0, 0)
		}
	}
}
