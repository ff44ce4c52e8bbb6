// Package localdb runs the embedded PostgreSQL (with pgvector) and Valkey for
// one data folder, and on demand a second Valkey that keeps what it is given, as
// a queue must. It initialises, starts, watches and stops them, and finds the
// other parts of the embedded runtime. The servers listen on unix sockets in a
// private folder only, die with this process, and run under an unprivileged user
// when this process is root.
//
// It does not know what is stored in them: no schema, no domain type, no driver.
package localdb
