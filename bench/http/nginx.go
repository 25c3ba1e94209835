package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"grappe/bench/instance"
)

// nginx serves the bytes of a page as a file that was compressed beforehand, with all that makes it quick.
type nginx struct {
	quiet   string // address without an access log, and with nginx's own few headers
	headers string // without an access log, and with the headers of our page
	logging string // with an access log, and with nginx's own headers
	cmd     *exec.Cmd
}

const nginxConfig = `daemon off;
%[5]s
worker_processes auto;
pid %[1]s/nginx.pid;
error_log %[1]s/nginx-error.log warn;
events { worker_connections 4096; }
http {
	default_type text/html;
	charset utf-8;
	sendfile on;
	tcp_nopush on;
	keepalive_requests 1000000000;
	open_file_cache max=100;
	gzip_static always;
	root %[1]s/www;
	client_body_temp_path %[1]s/t1; proxy_temp_path %[1]s/t2; fastcgi_temp_path %[1]s/t3; uwsgi_temp_path %[1]s/t4; scgi_temp_path %[1]s/t5;
	access_log off;
	server { listen %[2]s; }
	server { listen %[3]s; %[6]s }
	server { listen %[4]s; access_log %[1]s/access.log; }
}
`

func startNginx(ctx context.Context, folder string, header http.Header, body []byte) (*nginx, error) {
	if err := os.MkdirAll(filepath.Join(folder, "www"), 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, "www", "page.html.gz"), body, 0o644); err != nil {
		return nil, err
	}
	var ports [3]string
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		ports[i] = l.Addr().String()
		if err := l.Close(); err != nil {
			return nil, err
		}
	}
	user := ""
	if os.Getuid() == 0 {
		user = "user root;" // who may read the folder
	}
	config := filepath.Join(folder, "nginx.conf")
	text := fmt.Sprintf(nginxConfig, folder, ports[0], ports[1], ports[2], user, addHeaders(header))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	n := &nginx{quiet: "http://" + ports[0] + "/page.html", headers: "http://" + ports[1] + "/page.html", logging: "http://" + ports[2] + "/page.html"}
	n.cmd = exec.CommandContext(ctx, "nginx", "-c", config, "-p", folder)
	n.cmd.Stderr = os.Stderr
	return n, n.cmd.Start()
}

// serves waits until nginx answers, and fails unless it gives the same bytes.
func (n *nginx) serves(ctx context.Context, body []byte) error {
	for _, url := range []string{n.quiet, n.headers, n.logging} {
		var got []byte
		var err error
		for range 200 {
			if _, got, err = compressed(ctx, url); err == nil {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		if err != nil || !bytes.Equal(got, body) {
			return errors.Join(err, fmt.Errorf("nginx gives %d bytes, not the same %d", len(got), len(body)))
		}
	}
	return nil
}

func (n *nginx) stop() {
	_ = n.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	_ = n.cmd.Wait()
}

// addHeaders are the directives that make nginx send our headers beside those that it writes itself.
func addHeaders(header http.Header) string {
	var b strings.Builder
	for name, values := range header {
		switch name {
		case "Content-Type", "Content-Encoding", "Content-Length", "Date", "Etag", "Last-Modified", "Connection":
		case "X-Request-Id":
			b.WriteString("add_header X-Request-Id $request_id; ")
		default:
			fmt.Fprintf(&b, "add_header %s %q; ", name, strings.Join(values, ", "))
		}
	}
	return b.String()
}

// compressed is a page as it goes over the wire, by gzip.
func compressed(ctx context.Context, url string) (http.Header, []byte, error) {
	response, body, err := instance.Get(ctx, url, http.Header{"Accept-Encoding": {"gzip"}})
	switch {
	case err != nil:
		return nil, nil, err
	case response.StatusCode != http.StatusOK || response.Header.Get("Content-Encoding") != "gzip":
		return nil, nil, fmt.Errorf("%s: %d, encoding %q", url, response.StatusCode, response.Header.Get("Content-Encoding"))
	}
	return response.Header, body, nil
}
