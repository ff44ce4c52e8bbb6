// Package remote is the HTTP client that the remote embedding providers share:
// JSON in, JSON out, bounded in time, size and concurrency, with few retries,
// an optional bearer key from a file, and every failure translated to one of
// embedding's two error classes. It knows no provider's API.
package remote
