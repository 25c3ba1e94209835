package fetch

import (
	"io"
	"net/http"

	"grappe/internal/platform/errs"
)

// HTTP is a client for a library that asks by itself, with the guard, the user agent and the time limits of this one. It follows
// no redirect, and an answer of more than most bytes, counted after decompression, fails to be read. Told makes a sentence of its errors.
func (c *Client) HTTP(most int64) *http.Client {
	return &http.Client{
		Transport: bounded{c, most}, Timeout: c.options.Whole,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Told is the sentence for an error of HTTP's client, with the kinds and keys of Get. host is what was asked.
func Told(err error, host string) *errs.E {
	kind, key := judge(err)
	if key == keyBroken {
		err = errBroken // net/http quotes what it could not read
	}
	return errs.Wrap(err, kind, key, errs.Args{"host": clip(host)})
}

// bounded is the transport of HTTP.
type bounded struct {
	client *Client
	most   int64
}

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if !fit(r.URL) {
		return nil, errUnfit
	}
	asked := r.Clone(r.Context())
	asked.Header.Set("User-Agent", b.client.options.UserAgent)
	response, err := b.client.http.Transport.RoundTrip(asked)
	if err != nil {
		return nil, err
	}
	response.Body = &limited{ReadCloser: response.Body, left: b.most}
	return response, nil
}

// limited fails when more is read than may be.
type limited struct {
	io.ReadCloser
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, errTooLarge
	}
	n, err := l.ReadCloser.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}
