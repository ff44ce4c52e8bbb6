// Package cache is what the service keeps on servers of the Redis protocol: the vectors that it does not want to compute
// again, and the queue that holds audit events while the database is away.
//
// The service works without either server: nothing here fails a start. What the cache's server holds may be lost at any
// time, and is never trusted: a value says of which model and text it is, and has a checksum. What the queue has taken
// survives, which is why it trusts only a server that confirms it. The package does not know PostgreSQL, HTTP or the
// contract.
package cache
