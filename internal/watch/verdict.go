package watch

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/fetch"
)

// Fault is what is wrong with a site, "" for nothing.
type Fault string

// The faults.
const (
	NoName      Fault = "name"        // nobody knows the host's name
	Closed      Fault = "closed"      // nobody answers there
	Silent      Fault = "silent"      // it takes too long
	Missing     Fault = "missing"     // 404 or 410
	Certificate Fault = "certificate" // browsers warn of it
	Circle      Fault = "circle"      // redirects that never end
	Private     Fault = "private"     // it stands, or leads, where the public does not reach
	Failing     Fault = "failing"     // 5xx
)

// network reports a fault that a broken network of our own would show as well.
func (f Fault) network() bool { return f == NoName || f == Closed || f == Silent }

// patience is how long a site has to fail before it is dead. What fails by overload or by work on it may take weeks.
func (f Fault) patience() time.Duration {
	if f == Silent || f == Failing {
		return 30 * day
	}
	return 7 * day
}

const (
	day       = 24 * time.Hour
	failures  = 3        // in a row, at least, before a site is dead
	month     = 30 * day // from one look at a healthy site to the next
	soon      = 4 * day  // to the next look at one that has begun to fail
	week      = 7 * day
	lingering = 8 // failures after which a dead site is looked at as seldom as a healthy one
)

// Site is a web site of a published card, and what became of looking at it.
type Site struct {
	ID, Territory, Listing string
	URL, Host              string
	Status                 int
	Fault                  Fault
	Failures               int
	FailingSince           time.Time
	CheckedAt              time.Time // when a look last said something about it
	NextAt                 time.Time
}

// Dead reports whether the site has failed for so long and so often that its card is flagged.
func (s Site) Dead() bool {
	return s.Failures >= failures && s.CheckedAt.Sub(s.FailingSince) >= s.Fault.patience()
}

// Look is what one look at a site gave.
type Look struct {
	At     time.Time
	Status int
	Fault  Fault
	Busy   bool      // the site asked to be left alone, which says nothing about it
	Until  time.Time // until when, zero where it did not say
}

// Reached reports whether anything answered: so the network works.
func (l Look) Reached() bool { return !l.Fault.network() }

// After is the site after a look.
func (s Site) After(l Look) Site {
	if l.Busy {
		s.NextAt = listing.Later(l.At.Add(day), l.Until)
		if most := l.At.Add(month); s.NextAt.After(most) {
			s.NextAt = most
		}
		return s
	}
	s.Status, s.Fault, s.CheckedAt = l.Status, l.Fault, l.At
	if l.Fault == "" {
		s.Failures, s.FailingSince = 0, time.Time{}
		s.NextAt = l.At.Add(month - 3*day + spread(s.Listing+s.URL, 6*day))
		return s
	}
	if s.Failures == 0 {
		s.FailingSince = l.At
	}
	s.Failures++
	switch {
	case s.Failures < failures:
		s.NextAt = l.At.Add(soon)
	case s.Failures < lingering:
		s.NextAt = l.At.Add(week)
	default:
		s.NextAt = l.At.Add(month)
	}
	return s
}

// spread is a part of a span of time, always the same for a text: so that not all sites are due in one night.
func spread(text string, span time.Duration) time.Duration {
	return time.Duration(listing.Spread(text, int64(span)))
}

// judge reads an answer. ok is false where we were stopped, and nothing was learnt.
func judge(a fetch.Answer, err error, now time.Time) (look Look, ok bool) {
	look = Look{At: now}
	if err == nil {
		look.Status = a.Status
		retry := a.Header.Get("Retry-After")
		switch {
		case a.Status == http.StatusTooManyRequests, a.Status == http.StatusServiceUnavailable && retry != "":
			look.Busy, look.Until = true, until(retry, now)
		case a.Status == http.StatusNotFound, a.Status == http.StatusGone:
			look.Fault = Missing
		case a.Status >= http.StatusInternalServerError && a.Status < 600:
			look.Fault = Failing
		}
		return look, true
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) && errs.As(err) == nil {
		return look, false
	}
	look.Fault = faultOf(err)
	return look, true
}

// faultOf is what an error of fetch says about a site. What answers, be it in a way that we do not read, is no fault.
func faultOf(err error) Fault {
	e := errs.As(err)
	if e == nil {
		return Silent
	}
	switch e.Key {
	case "fetch.unreachable":
		if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
			return NoName
		}
		if errors.Is(err, syscall.ECONNREFUSED) {
			return Closed
		}
		return Silent
	case "fetch.slow":
		return Silent
	case "fetch.certificate":
		return Certificate
	case "fetch.redirects", "fetch.unfit":
		return Circle
	case "fetch.private":
		return Private
	}
	return ""
}

// until reads Retry-After: seconds, or a date.
func until(text string, now time.Time) time.Time {
	if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && n >= 0 && n < int(month/time.Second) {
		return now.Add(time.Duration(n) * time.Second)
	}
	if at, err := http.ParseTime(text); err == nil {
		return at
	}
	return time.Time{}
}

// fewWell is the least number of sites that were well before from which their silence tells something.
const fewWell = 4

// Severed reports whether a round says more about our own network than about the sites: nobody was reached, or most of those
// that were well last time all of a sudden were not, as when a cable between islands is cut. looks go with sites.
func Severed(sites []Site, looks []Look) bool {
	reached, well, lost := 0, 0, 0
	for i, l := range looks {
		if l.Reached() {
			reached++
		}
		if sites[i].Failures == 0 && !sites[i].CheckedAt.IsZero() {
			well++
			if !l.Reached() {
				lost++
			}
		}
	}
	return reached == 0 || well >= fewWell && 2*lost > well
}
