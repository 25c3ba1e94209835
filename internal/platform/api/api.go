// Package api describes the operations of a public API once, and makes of the description the check of each request, the
// OpenAPI document, the page for readers and the routes. It must not know what the operations are about, nor territories
// or features.
package api

import (
	"embed"
	"net/http"

	"grappe/internal/platform/ui"
)

// Texts are the sentences of this room, for locale.Load: faults of requests, and what documents say of every API.
//
//go:embed texts/*.json
var Texts embed.FS

// Description is an API as its room writes it down.
type Description struct {
	Version    string // of the document: "1.0.0"
	Keys       Keys
	Operations []Operation // in the order that readers want
	Types      []Type      // of answers: those that need another name, or are enumerations

	// About tells what the document and its page say of the API at one address. Its errors are those of the page.
	About func(r *http.Request) (About, error)
}

// Keys are the beginnings of the keys of texts, each with its dot: "rest.op.".
type Keys struct {
	Operation string // + id + ".summary" and ".description"
	Parameter string // + Param.Text, or the name
	Field     string // + name of the type in small letters + "." + JSON name
	Tag       string // + tag + ".name" and ".description"
	Example   string // + id of the operation + "." + name of the example
}

// Operation is one thing that the API answers to GET and HEAD.
type Operation struct {
	ID     string // in small letters and dashes; the operationId, and part of the keys of its texts
	Path   string // as http.ServeMux writes it: "/api/v1/listings/{slug}"
	Tag    string
	Params []Param

	Answer    any    // of the type that is answered; its JSON is the example of an answer unless it is the zero value
	MediaType string // "" for application/json
	Others    []Form // in which the same can be answered
	Modified  bool   // answers have Last-Modified besides the ETag
	Moved     bool   // may be answered by 308, with the new address in Location
	Errors    []int  // statuses besides 400 (where there are parameters), 429 and 503, which any may answer
	Stream    bool   // the answer does not end (text/event-stream): Answer is the data of one event, and there is no ETag
	Cost      int    // tokens of the heavy budget (web.Cost) that it takes; 0 for none

	Examples []Example
	Handle   func(w http.ResponseWriter, r *http.Request, in Values) error
}

// Form is another form of an answer: its media type, and a value as Operation.Answer has it.
type Form struct {
	MediaType string
	Answer    any
}

// Example is a request that can be made as it is, and is answered by 200.
type Example struct {
	Name   string              // in small letters and dashes, part of the key of its text
	Values map[string][]string // parameters of the path and of the query
}

// Type says of a type of answers what Go does not.
type Type struct {
	Of     any      // a value of the type
	Name   string   // in the document; "" for the name in Go
	Values []string // of an enumeration: all there are
	Sparse bool     // no field is certain, since the request chooses them
}

// About is what stands around the operations, in the language of the request.
type About struct {
	Title       string
	Description string // Markdown
	Licence     Link   // of the data
	Contact     Link
	Server      string    // absolute address that the paths of operations follow: "https://grappe.example/nc"
	More        []ui.Link // where readers of the page go on: bulk files, mirrors
}

// Link is a name and an address.
type Link struct {
	Name string
	URL  string
}
