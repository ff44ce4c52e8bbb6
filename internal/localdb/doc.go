// Package localdb runs the embedded PostgreSQL (with pgvector) and Valkey for
// one data folder: it initialises, starts, watches and stops them, and finds
// the other parts of the embedded runtime. Both servers listen on unix sockets
// in a private folder only, die with this process, and run under an
// unprivileged user when this process is root.
//
// It does not know what is stored in them: no schema, no domain type, no driver.
package localdb
