package main

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patienceOfScripts bounds what a script waits for; a busy machine takes its time.
const patienceOfScripts = 60 * time.Second

// process is a grappe that runs beside the script.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
}

// start NAME ARG…: runs grappe beside the script, its output in NAME.out and NAME.err, and waits until it prints its
// address, which NAME then holds.
func scriptStart(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start NAME ARG…")
	}
	name := args[0]
	program, err := exec.LookPath("grappe")
	ts.Check(err)
	cmd := exec.Command(program, args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = environment(ts)
	out, err := os.Create(ts.MkAbs(name + ".out"))
	ts.Check(err)
	said, err := os.Create(ts.MkAbs(name + ".err"))
	ts.Check(err)
	cmd.Stdout, cmd.Stderr = out, said
	ts.Check(cmd.Start())
	p := &process{cmd: cmd, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // await reads the state
		out.Close()
		said.Close()
		close(p.done)
	}()
	ts.Defer(func() {
		_ = cmd.Process.Kill() // it may have ended
		<-p.done
	})
	processes(ts)[name] = p
	address := regexp.MustCompile(`https?://[^\s/]+`)
	if !poll(func() bool { return address.MatchString(ts.ReadFile(name+".out")) || p.ended() }) || p.ended() {
		ts.Fatalf("%s did not get ready: %s%s", name, ts.ReadFile(name+".out"), ts.ReadFile(name+".err"))
	}
	ts.Setenv(name, address.FindString(ts.ReadFile(name+".out")))
}

// environment is that of the script, as its own commands get it.
func environment(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{
		"PATH", "HOME", "TMPDIR", "LANG", "GRAPPE_DATA", "GRAPPE_DATABASE", "GRAPPE_ADDR", "GRAPPE_LANG", "GRAPPE_GRACE",
		"GRAPPE_LOG_FORMAT", "GRAPPE_CONFIG", "GRAPPE_SMTP_PASSWORD", "SSL_CERT_FILE",
	} {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

type processesKey struct{}

// processes are those of the script, by name.
func processes(ts *testscript.TestScript) map[string]*process {
	if m, ok := ts.Value(processesKey{}).(map[string]*process); ok {
		return m
	}
	ts.Fatalf("the script has no place for its processes")
	return nil
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// signal NAME TERM|INT|KILL
func scriptSignal(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]syscall.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "KILL": syscall.SIGKILL}
	if neg || len(args) != 2 || signals[args[1]] == 0 {
		ts.Fatalf("usage: signal NAME TERM|INT|KILL")
	}
	p := processes(ts)[args[0]]
	ts.Check(p.cmd.Process.Signal(signals[args[1]]))
}

// await NAME CODE: the process ends, with the exit code; -1 for one that was killed.
func scriptAwait(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await NAME CODE")
	}
	p := processes(ts)[args[0]]
	select {
	case <-p.done:
	case <-time.After(patienceOfScripts):
		ts.Fatalf("%s does not end: %s", args[0], ts.ReadFile(args[0]+".err"))
	}
	if got := strconv.Itoa(p.cmd.ProcessState.ExitCode()); got != args[1] {
		ts.Fatalf("%s ended with %s, not %s: %s", args[0], got, args[1], ts.ReadFile(args[0]+".err"))
	}
}

// get URL STATUS [PATTERN…]: asks until the answer has the status and all the patterns, which match the headers too.
func scriptGet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: get URL STATUS [PATTERN…]")
	}
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: patienceOfScripts,
	}
	answer := ""
	if !poll(func() bool {
		resp, err := client.Get(args[0])
		if err != nil {
			answer = err.Error()
			return false
		}
		defer resp.Body.Close()
		var text strings.Builder
		text.WriteString(resp.Status + "\n")
		_ = resp.Header.Write(&text)     // a Builder takes all
		_, _ = io.Copy(&text, resp.Body) // what is missing is not matched
		answer = text.String()
		return strconv.Itoa(resp.StatusCode) == args[1] && matchesAll(ts, answer, args[2:])
	}) {
		ts.Fatalf("%s does not answer %s: %.3000s", args[0], strings.Join(args[1:], " "), answer)
	}
}

func matchesAll(ts *testscript.TestScript, text string, patterns []string) bool {
	for _, pattern := range patterns {
		re, err := regexp.Compile("(?m)" + pattern)
		ts.Check(err)
		if !re.MatchString(text) {
			return false
		}
	}
	return true
}

// poll asks ten times a second, below the limit of requests of a client, until the answer is yes, false when patience ends.
func poll(yes func() bool) bool {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(patienceOfScripts)
	for !yes() {
		select {
		case <-tick.C:
		case <-limit:
			return false
		}
	}
	return true
}

// sparse FILE BYTES: makes a file of that size which takes no place.
func scriptSparse(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sparse FILE BYTES")
	}
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(f.Truncate(size))
	ts.Check(f.Close())
}

// damage FILE: overwrites bytes in the middle of a file, and all of its beginning.
func scriptDamage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 || (args[1] != "middle" && args[1] != "start") {
		ts.Fatalf("usage: damage FILE middle|start")
	}
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	from := 0
	if args[1] == "middle" {
		from = len(data) / 2
	}
	for i := from; i < min(from+64, len(data)); i++ {
		data[i] ^= 0x5a
	}
	ts.Check(os.WriteFile(path, data, 0o600))
}

// smalldisk DIR: mounts a file system of 2 MB there, gone when the script ends.
func scriptSmallDisk(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: smalldisk DIR")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	ts.Check(mountSmall(dir))
	ts.Defer(func() { ts.Check(unmount(dir)) })
}

// fill DIR: takes what is left of its disk.
func scriptFill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fill DIR")
	}
	f, err := os.Create(filepath.Join(ts.MkAbs(args[0]), "filler"))
	ts.Check(err)
	defer f.Close()
	for {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return
		}
	}
}

func mountSmall(dir string) error {
	return syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=2m")
}

func unmount(dir string) error { return syscall.Unmount(dir, syscall.MNT_DETACH) }
