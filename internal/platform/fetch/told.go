package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/url"

	"grappe/internal/platform/errs"
)

// told is the error for the person. asked is the caller's context, bounded ours.
func told(asked, bounded context.Context, err error, u *url.URL) error {
	if asked.Err() != nil {
		return context.Cause(asked)
	}
	if cause := context.Cause(bounded); cause != nil {
		err = errors.Join(cause, err)
	}
	host := u.Host
	if failed, ok := errors.AsType[*url.Error](err); ok {
		if at, parseErr := url.Parse(failed.URL); parseErr == nil && at.Host != "" {
			host = at.Host // where a redirect led
		}
	}
	kind, key := judge(err)
	if key == keyBroken {
		err = errBroken // net/http quotes what it could not read
	}
	return errs.Wrap(err, kind, key, errs.Args{"host": clip(host)})
}

const keyBroken = "fetch.broken"

var errBroken = errors.New("fetch: the answer is no HTTP that can be read")

// judge finds the sentence for an error of net/http.
func judge(err error) (errs.Kind, string) {
	var timeout net.Error
	switch {
	case errors.Is(err, errPrivate):
		return errs.Forbidden, "fetch.private"
	case errors.Is(err, errRedirects):
		return errs.Forbidden, "fetch.redirects"
	case errors.Is(err, errDowngrade):
		return errs.Forbidden, "fetch.downgrade"
	case errors.Is(err, errUnfit):
		return errs.Forbidden, "fetch.unfit"
	case errors.Is(err, errTooLarge):
		return errs.TooLarge, "fetch.too_large"
	case errors.Is(err, errSlow), errors.As(err, &timeout) && timeout.Timeout():
		return errs.Unavailable, "fetch.slow"
	case isCertificate(err):
		return errs.Unavailable, "fetch.certificate"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errs.Unavailable, "fetch.cut"
	case isDial(err):
		return errs.Unavailable, "fetch.unreachable"
	}
	return errs.Unavailable, keyBroken
}

func isDial(err error) bool {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

func isCertificate(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	_, ok := errors.AsType[x509.UnknownAuthorityError](err)
	return ok
}
