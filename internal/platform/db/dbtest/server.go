package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Install says what to install where PostgreSQL is missing.
const Install = "PostgreSQL is not installed: run `apt-get install postgresql`, or set " + EnvNone + "=1 to test on SQLite only"

// Server is a PostgreSQL server in a temporary folder. It ends with the process that started it, however that ends.
type Server struct {
	// URL names the server's maintenance database, with the right to make others.
	URL  string
	pipe io.Closer
	done chan error
}

// supervise makes a database cluster and runs the server until its standard input ends, which the system
// sees to when the process that holds the other end dies, even by SIGKILL. Then the folder goes.
const supervise = `
set -eu
bin=$1 dir=$2 port=$3
shift 3
trap '' INT TERM HUP
cd "$dir"
trap 'cd /; rm -rf "$dir"' EXIT
"$bin/initdb" -D "$dir/data" -U grappe -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions >"$dir/log" 2>&1
"$bin/postgres" -D "$dir/data" -k "$dir" -p "$port" -c listen_addresses=127.0.0.1 -c fsync=off \
	-c synchronous_commit=off -c full_page_writes=off -c max_connections=400 -c shared_buffers=64MB \
	-c autovacuum=off -c deadlock_timeout=200ms -c max_wal_size=2GB "$@" >>"$dir/log" 2>&1 </dev/null &
pid=$!
read -r _ || true
kill -QUIT $pid
wait $pid || true
`

// Start starts a server: as the user postgres or nobody when this process is root, which PostgreSQL refuses to run as. Settings,
// such as "shared_buffers=1GB", come after those of the tests, which they may change.
func Start(settings ...string) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("/tmp", "grappe-postgres-")
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	args := []string{"-c", supervise, "supervise", bin, dir, strconv.Itoa(port)}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	cmd := exec.Command("/bin/sh", args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		if cmd.SysProcAttr.Credential, err = unprivileged(dir); err != nil {
			return nil, err
		}
	}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &Server{
		URL:  fmt.Sprintf("postgres://grappe@127.0.0.1:%d/postgres?sslmode=disable", port),
		pipe: pipe, done: make(chan error, 1),
	}
	go func() { s.done <- cmd.Wait() }()
	if err := s.await(); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		pipe.Close()
		return nil, fmt.Errorf("%w\n%s", err, log)
	}
	return s, nil
}

// Stop stops the server and removes its folder.
func (s *Server) Stop() error {
	s.pipe.Close()
	return <-s.done
}

const startLimit = time.Minute

// await returns when the server answers.
func (s *Server) await() error {
	pool, err := sql.Open("pgx", s.URL)
	if err != nil {
		return err
	}
	defer pool.Close()
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := pool.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case ended := <-s.done:
			s.done <- ended
			return fmt.Errorf("the server ended: %w", errors.Join(ended, err))
		case <-ctx.Done():
			return fmt.Errorf("no answer after %v: %w", startLimit, err)
		case <-tick.C:
		}
	}
}

// binaries is the folder of initdb and postgres.
func binaries() (string, error) {
	var dirs []string
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.Reverse(debian) // the newest first
	dirs = append(dirs, debian...)
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	for _, dir := range dirs {
		if isFile(filepath.Join(dir, "initdb")) && isFile(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	return "", errors.New(Install)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// unprivileged gives the folder to a user who is not root, and the right to run as that user.
func unprivileged(dir string) (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	if err := os.Chown(dir, int(uid), int(gid)); err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), Groups: []uint32{uint32(gid)}}, nil
}
