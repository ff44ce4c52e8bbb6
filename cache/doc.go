// Package cache is the service's connection to a server of the Redis protocol.
//
// The service works without that server: nothing here fails a start, and what is kept there may be lost at any time. The
// package does not know PostgreSQL, HTTP or the contract.
package cache
