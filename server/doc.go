// Package server is the HTTP side of the service: it turns requests into calls of the catalog and their answers into what
// the contract in package openapi promises. Every failure leaves as one kind of document, an RFC 7807 problem.
//
// What comes in is checked against the contract before a handler sees it, exactly once. Handlers convert, make one call
// of the domain and convert back; they know nothing of Echo, and never build the answer to a failure.
//
// It does not know PostgreSQL, Redis or a model: it is handed a Catalog, and a check for each part that readiness shows.
package server
