package web

import "net/http"

// Uncompressed is the writer of an answer beneath its compression, which would keep what an endless answer says until it is
// worth compressing. It can be flushed and, over HTTP/1, hijacked (http.ResponseController). Outside of a Stack it is w.
//
// Who writes to it says everything there: what goes to w as well comes twice or too late.
func Uncompressed(w http.ResponseWriter, r *http.Request) http.ResponseWriter {
	plain := &requestOf(r.Context()).outermost
	if plain.ResponseWriter == nil {
		return w
	}
	plain.Header().Del("Vary") // which the compression has set, and which holds of nothing here
	return plain
}
