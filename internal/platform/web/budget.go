package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"grappe/internal/platform/errs"
)

// The names of the two budgets of a client, in RateLimit and RateLimit-Policy.
const (
	RequestsBudget = "requests"
	HeavyBudget    = "heavy"
)

// quota is what a bucket holds of a client's tokens; the zero value has no limit.
type quota struct {
	limiter   *limiter
	remaining float64
}

// rates are the budgets of a request's client, as far as the request drew on them.
type rates struct {
	requests, heavy quota
}

// Rates are what the server allows each client, for those who tell it; zero values outside of a Stack.
func Rates(ctx context.Context) (requests, heavy Rate) {
	if s := requestOf(ctx).stack; s != nil {
		return s.requests.rate, s.heavy.rate
	}
	return Rate{}, Rate{}
}

// tell writes the budgets as draft-ietf-httpapi-ratelimit-headers-10 has them: the policy with its quota q and window w,
// then what remains r and in how many seconds t it is whole again.
func (q *rates) tell(h http.Header) {
	var policy, left []string
	for _, b := range []struct {
		name string
		quota
	}{{RequestsBudget, q.requests}, {HeavyBudget, q.heavy}} {
		if l := b.limiter; l != nil {
			burst := float64(l.rate.Burst)
			policy = append(policy, fmt.Sprintf("%q;q=%d;w=%d", b.name, l.rate.Burst, l.seconds(burst)))
			left = append(left, fmt.Sprintf("%q;r=%d;t=%d", b.name, int(b.remaining), l.seconds(burst-b.remaining)))
		}
	}
	if len(policy) > 0 {
		h.Set("RateLimit-Policy", strings.Join(policy, ", "))
		h.Set("RateLimit", strings.Join(left, ", "))
	}
}

// rateLimited refuses the request of a client that has no token left.
func rateLimited(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := requestOf(r.Context())
		q.stack.count(q, q.stack.Now())
		if q.wait > 0 {
			q.bare = true // a flood must not be answered by pages that cost as much as those refused
			RenderError(w, r, tooMany(w, r, q.wait))
			return
		}
		h.ServeHTTP(w, r)
	})
}

// Cost makes h take tokens of the client's budget for heavy answers (Options.Heavy), beside the one request that it is. It
// refuses with errs.TooMany and Retry-After where too few are left.
func Cost(h Handler, tokens int) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q := requestOf(r.Context())
		if q.stack == nil {
			return h(w, r)
		}
		var wait time.Duration
		if q.rates.heavy, wait = q.stack.heavy.take(q.client, tokens, q.stack.Now()); wait > 0 {
			return tooMany(w, r, wait)
		}
		q.rates.tell(w.Header())
		return h(w, r)
	}
}

// tooMany is the refusal of a request that came too soon. Any site may read it: a program that ran there learns when to
// come back.
func tooMany(w http.ResponseWriter, r *http.Request, wait time.Duration) error {
	seconds := int(math.Ceil(wait.Seconds()))
	h := w.Header()
	allowReading(h)
	requestOf(r.Context()).rates.tell(h)
	h.Set("Retry-After", strconv.Itoa(seconds))
	return errs.Wrap(errors.New("rate limit"), errs.TooMany, "web.too_many", errs.Args{"n": seconds})
}
