// Package e2e drives the built binary from outside: through its command line, through the generated client and with raw
// requests. Every answer that passes through the client is checked against the contract.
//
// It knows no package of the service; it sees what a user sees.
package e2e
