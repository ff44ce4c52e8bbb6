// Package evidence makes searches a part of the audit trail, beside the requests that ask: it takes them over at once,
// and hands them to the recorder of the trail from a goroutine of its own.
//
// It does not know HTTP, SQL or Redis. It keeps what it has not recorded in memory, bounded: what does not fit is
// dropped, and counted.
package evidence
