// Package instance runs a real `grappe serve` beside a bench: its base, its process, what it says of itself. It must not know
// what is measured.
package instance

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"grappe/internal/app"
)

// demoSeed is that of `grappe demo`.
const demoSeed = 1853

// Base is where an instance keeps its data: a folder, or a PostgreSQL address.
type Base struct {
	Data     string
	Database string
}

// Fill writes the demonstration's cards into an empty base.
func Fill(ctx context.Context, b Base) error {
	a, err := app.Open(ctx, app.Options{Data: b.Data, Database: b.Database, Fictional: true})
	if err != nil {
		return err
	}
	return errors.Join(a.FillDemo(ctx, demoSeed), a.Close())
}

// Process is a running instance.
type Process struct {
	URL   string // "http://127.0.0.1:41234"
	Admin string

	cmd  *exec.Cmd
	done chan error
	log  string
}

// patience is how long an instance may take to get ready, and to stop.
const patience = 2 * time.Minute

// Start runs `grappe serve` without limits by visitor, and waits until it is ready. Its log goes to a file beside the base.
func Start(ctx context.Context, binary string, b Base, flags ...string) (*Process, error) {
	admin, err := freePort()
	if err != nil {
		return nil, err
	}
	folder := b.Data
	if folder == "" {
		if folder, err = os.MkdirTemp("", "grappe-bench-*"); err != nil {
			return nil, err
		}
	}
	args := []string{"serve", "--data", folder, "--addr", "127.0.0.1:0", "--admin-addr", admin, "--rate", "0", "--mirror-every", "0"}
	if b.Database != "" {
		args = append(args, "--database", b.Database)
	}
	p := &Process{Admin: "http://" + admin, done: make(chan error, 1), log: filepath.Join(folder, "serve.log")}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	p.cmd = exec.CommandContext(ctx, binary, append(args, flags...)...)
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.Stderr = log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	urls := make(chan string, 1)
	go func() {
		address := regexp.MustCompile(`http://[^\s/]+`)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if url := address.FindString(lines.Text()); url != "" {
				urls <- url
				break
			}
		}
		p.done <- p.cmd.Wait()
		log.Close()
	}()
	select {
	case p.URL = <-urls:
		return p, nil
	case err := <-p.done:
		return nil, fmt.Errorf("grappe serve ended: %w (see %s)", err, p.log)
	case <-time.After(patience):
		return nil, errors.Join(fmt.Errorf("grappe serve is not ready after %v (see %s)", patience, p.log), p.Stop())
	}
}

// Stop ends the process as an operator does, and returns how it ended.
func (p *Process) Stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case err := <-p.done:
		return err
	case <-time.After(patience):
		return errors.Join(errors.New("grappe serve does not stop"), p.cmd.Process.Kill())
	}
}

// Log is the file that the process writes its log to.
func (p *Process) Log() string { return p.log }

// freePort is a loopback address that nobody listens on now.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// Get asks for a page, and gives its body.
func Get(ctx context.Context, url string, header http.Header) (*http.Response, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, nil, err
	}
	for name, values := range header {
		r.Header[name] = values
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response, body, err
}
