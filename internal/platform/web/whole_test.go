package web

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// Answers of every size come whole, one after the other on one connection, however they are written.
func TestWhollyWritesEveryAnswer(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
		if err != nil {
			t.Error(err)
		}
		body := bytes.Repeat([]byte("x"), size)
		w.Header().Set("Content-Length", strconv.Itoa(size))
		wholly(r, size, func() {
			switch r.URL.RawQuery {
			case "none": // what was said about to be written is not
			case "parts":
				for part := range bytes.SplitAfterSeq(bytes.ReplaceAll(body, []byte("xxxxx"), []byte("xxxx\n")), []byte("\n")) {
					_, _ = w.Write(part)
				}
			default:
				_, _ = w.Write(body)
			}
		})
		if r.URL.RawQuery == "none" {
			_, _ = w.Write(body)
		}
	}))
	server.Listener = wholeListener{server.Listener}
	server.Config.ConnContext = withConn
	server.Start()
	defer server.Close()
	for _, how := range []string{"once", "parts", "none"} {
		for _, size := range []int{0, 1, 2000, 4000, 4095, 4096, 5000, 8191, 8192, 8193, 12_000, 70_000, 1_000_000} {
			resp, err := server.Client().Get(fmt.Sprintf("%s/%d?%s", server.URL, size, how))
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if err != nil || len(body) != size {
				t.Errorf("%s, %d bytes: %d came, %v", how, size, len(body), err)
			}
		}
	}
}

// A page goes out by one call of the system: the client that reads once has all of it.
func TestWhollyWritesAtOnce(t *testing.T) {
	page := bytes.Repeat([]byte("x"), 12_000)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := r.Context().Value(connKey{}).(*wholeConn)
		w.Header().Set("Content-Length", strconv.Itoa(len(page)))
		wholly(r, len(page), func() {
			_, _ = w.Write(page)
			if c.waits || c.held != nil {
				t.Error("something still waits: net/http writes otherwise than in two pieces")
			}
		})
	}))
	server.Listener = wholeListener{server.Listener}
	server.Config.ConnContext = withConn
	server.Start()
	defer server.Close()
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || !bytes.Equal(body, page) {
		t.Errorf("%d bytes, %v", len(body), err)
	}
}
