package instance

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Listeners are clients that hold live connections and read what comes.
type Listeners struct {
	Events atomic.Int64 // lines of data that came
	Beats  atomic.Int64
	Lost   atomic.Int64 // connections that ended before Close

	mu      sync.Mutex
	conns   []net.Conn
	closing atomic.Bool
	reading sync.WaitGroup
}

// perAddress is how many connections come from one loopback address, so that ports do not run short.
const perAddress = 5000

// Listen opens n live connections on a path of the process, so many at once, and returns when each was answered.
func (p *Process) Listen(ctx context.Context, path string, n, atOnce int) (*Listeners, error) {
	l := &Listeners{}
	host := strings.TrimPrefix(p.URL, "http://")
	next := make(chan int)
	failed := make(chan error, atOnce)
	var opening sync.WaitGroup
	for range atOnce {
		opening.Go(func() {
			for i := range next {
				if err := l.open(ctx, host, path, i); err != nil {
					select {
					case failed <- err:
					default:
					}
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	opening.Wait()
	select {
	case err := <-failed:
		l.Close()
		return nil, err
	default:
		return l, nil
	}
}

func (l *Listeners) open(ctx context.Context, host, path string, i int) error {
	dialer := net.Dialer{Timeout: 30 * time.Second, LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+i/perAddress))}}
	conn, err := dialer.DialContext(ctx, "tcp", host)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n\r\n", path, host); err != nil {
		return err
	}
	reader := bufio.NewReaderSize(conn, 1024)
	status, err := reader.ReadString('\n')
	if err != nil || !strings.Contains(status, " 200 ") {
		conn.Close()
		return fmt.Errorf("a live connection was answered %q: %w", strings.TrimSpace(status), err)
	}
	l.mu.Lock()
	l.conns = append(l.conns, conn)
	l.mu.Unlock()
	l.reading.Go(func() { l.read(reader) })
	return nil
}

func (l *Listeners) read(r *bufio.Reader) {
	for {
		line, err := r.ReadSlice('\n')
		switch {
		case err == bufio.ErrBufferFull:
		case err != nil:
			if !l.closing.Load() {
				l.Lost.Add(1)
			}
			return
		case strings.HasPrefix(string(line), "data: "):
			l.Events.Add(1)
		case string(line) == ":\n":
			l.Beats.Add(1)
		}
	}
}

// Close ends all connections.
func (l *Listeners) Close() {
	l.closing.Store(true)
	l.mu.Lock()
	for _, conn := range l.conns {
		conn.Close()
	}
	l.mu.Unlock()
	l.reading.Wait()
}
