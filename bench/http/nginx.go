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
	"syscall"
	"time"

	"grappe/bench/instance"
)

// nginx serves the bytes of a page as a file that was compressed beforehand: with all that makes it quick, and with none of
// our headers, so that it has less to send.
type nginx struct {
	quiet, logging string // addresses without and with an access log
	cmd            *exec.Cmd
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
	server { listen %[2]s; access_log off; }
	server { listen %[3]s; access_log %[4]s; }
}
`

func startNginx(ctx context.Context, folder string, body []byte) (*nginx, error) {
	if err := os.MkdirAll(filepath.Join(folder, "www"), 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, "www", "page.html.gz"), body, 0o644); err != nil {
		return nil, err
	}
	var ports [2]string
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
	text := fmt.Sprintf(nginxConfig, folder, ports[0], ports[1], filepath.Join(folder, "access.log"), user)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	n := &nginx{quiet: "http://" + ports[0] + "/page.html", logging: "http://" + ports[1] + "/page.html"}
	n.cmd = exec.CommandContext(ctx, "nginx", "-c", config, "-p", folder)
	n.cmd.Stderr = os.Stderr
	return n, n.cmd.Start()
}

// serves waits until nginx answers, and fails unless it gives the same bytes.
func (n *nginx) serves(ctx context.Context, body []byte) error {
	for _, url := range []string{n.quiet, n.logging} {
		var got []byte
		var err error
		for range 200 {
			if got, err = compressed(ctx, url); err == nil {
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

// compressed is the body of a page as it goes over the wire, by gzip.
func compressed(ctx context.Context, url string) ([]byte, error) {
	response, body, err := instance.Get(ctx, url, http.Header{"Accept-Encoding": {"gzip"}})
	switch {
	case err != nil:
		return nil, err
	case response.StatusCode != http.StatusOK || response.Header.Get("Content-Encoding") != "gzip":
		return nil, fmt.Errorf("%s: %d, encoding %q", url, response.StatusCode, response.Header.Get("Content-Encoding"))
	}
	return body, nil
}
