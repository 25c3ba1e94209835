package web

import (
	"container/list"
	"math"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate bounds the requests of one client: an IPv4 address or an IPv6 network of 64 bits. The zero value of Options.Rate is
// 20 a second after a burst of 200: a whole office may sit behind one address. That of Options.Heavy, which Cost takes
// from, is two tokens a second after a burst of 200: all files of a directory and its PDF in one go. A client that stays away for ten minutes is forgotten when the next
// request of anybody comes.
type Rate struct {
	PerSecond float64 // below 0: no limit
	Burst     int
	Clients   int // clients remembered, the longest silent are forgotten first; 0: 10,000
}

const (
	defaultClients = 10_000
	forgetAfter    = 10 * time.Minute
)

// or is r, or the default where r is the zero value.
func (r Rate) or(perSecond float64, burst int) Rate {
	if r.PerSecond == 0 {
		r.PerSecond = perSecond
		if r.Burst == 0 {
			r.Burst = burst
		}
	}
	return r
}

// limiter holds a token bucket for each of the clients seen last.
type limiter struct {
	rate Rate

	mu      sync.Mutex
	recent  *list.List // of *bucket, the last seen first
	buckets map[netip.Prefix]*list.Element
}

type bucket struct {
	client netip.Prefix
	tokens *rate.Limiter
	seen   time.Time // its last request
}

func newLimiter(r Rate) *limiter {
	r.Burst = max(r.Burst, 1)
	if r.Clients <= 0 {
		r.Clients = defaultClients
	}
	return &limiter{rate: r, recent: list.New(), buckets: map[netip.Prefix]*list.Element{}}
}

// take takes n tokens of the client, of which none is taken where it must wait; wait is 0 for now. More tokens than the
// burst holds count as the whole burst.
func (l *limiter) take(addr netip.Addr, n int, now time.Time) (left quota, wait time.Duration) {
	if l.rate.PerSecond < 0 {
		return quota{}, 0
	}
	tokens := l.bucket(addr, now)
	if n = min(n, l.rate.Burst); !tokens.AllowN(now, n) {
		reservation := tokens.ReserveN(now, n)
		wait = reservation.DelayFrom(now)
		reservation.CancelAt(now)
	}
	return quota{limiter: l, remaining: max(0, tokens.TokensAt(now))}, wait
}

// seconds is how long so many tokens take to come.
func (l *limiter) seconds(tokens float64) int { return int(math.Ceil(tokens / l.rate.PerSecond)) }

func (l *limiter) bucket(addr netip.Addr, now time.Time) *rate.Limiter {
	client := Network(addr)
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
