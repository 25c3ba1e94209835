package web

import (
	"container/list"
	"errors"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"grappe/internal/platform/errs"
)

// Rate bounds the requests of one client: an IPv4 address or an IPv6 network of 64 bits. The zero value is 20 a second
// after a burst of 200: a whole office may sit behind one address. A client that stays away for ten minutes is forgotten
// when the next request of anybody comes.
type Rate struct {
	PerSecond float64 // below 0: no limit
	Burst     int
	Clients   int // clients remembered, the longest silent are forgotten first; 0: 10,000
}

const (
	defaultPerSecond = 20
	defaultBurst     = 200
	defaultClients   = 10_000

	forgetAfter = 10 * time.Minute
)

// limiter holds a token bucket for each of the clients seen last.
type limiter struct {
	rate Rate
	now  func() time.Time

	mu      sync.Mutex
	recent  *list.List // of *bucket, the last seen first
	buckets map[netip.Prefix]*list.Element
}

type bucket struct {
	client netip.Prefix
	tokens *rate.Limiter
	seen   time.Time // its last request
}

func newLimiter(r Rate, now func() time.Time) *limiter {
	if r.PerSecond == 0 {
		r.PerSecond = defaultPerSecond
		if r.Burst == 0 {
			r.Burst = defaultBurst
		}
	}
	r.Burst = max(r.Burst, 1)
	if r.Clients <= 0 {
		r.Clients = defaultClients
	}
	return &limiter{rate: r, now: now, recent: list.New(), buckets: map[netip.Prefix]*list.Element{}}
}

// wait is how long the client must wait before its request is served, 0 for now.
func (l *limiter) wait(addr netip.Addr) time.Duration {
	if l.rate.PerSecond < 0 {
		return 0
	}
	now := l.now()
	reservation := l.bucket(addr, now).ReserveN(now, 1)
	delay := reservation.DelayFrom(now)
	if delay > 0 {
		reservation.CancelAt(now)
	}
	return delay
}

func (l *limiter) bucket(addr netip.Addr, now time.Time) *rate.Limiter {
	bits := addr.BitLen()
	if addr.Is6() {
		bits = 64
	}
	client, _ := addr.Prefix(max(bits, 0)) // an unknown address has the one zero prefix
	l.mu.Lock()
	defer l.mu.Unlock()
	for last := l.recent.Back(); last != nil && now.Sub(last.Value.(*bucket).seen) >= forgetAfter; last = l.recent.Back() {
		l.forget(last)
	}
	if element, ok := l.buckets[client]; ok {
		l.recent.MoveToFront(element)
		b := element.Value.(*bucket)
		b.seen = now
		return b.tokens
	}
	b := &bucket{client, rate.NewLimiter(rate.Limit(l.rate.PerSecond), l.rate.Burst), now}
	l.buckets[client] = l.recent.PushFront(b)
	if l.recent.Len() > l.rate.Clients {
		l.forget(l.recent.Back())
	}
	return b.tokens
}

func (l *limiter) forget(e *list.Element) {
	l.recent.Remove(e)
	delete(l.buckets, e.Value.(*bucket).client)
}

func rateLimited(l *limiter, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		delay := l.wait(ClientAddr(r.Context()))
		if delay <= 0 {
			h.ServeHTTP(w, r)
			return
		}
		seconds := int(math.Ceil(delay.Seconds()))
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		requestOf(r.Context()).bare = true // a flood must not be answered by pages that cost as much as those refused
		RenderError(w, r, errs.Wrap(errors.New("rate limit"), errs.TooMany, "web.too_many", errs.Args{"n": seconds}))
	})
}
