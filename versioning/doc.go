// Package versioning holds the rules for the versions of a playbook: which
// texts are versions, how they are ordered, which one may follow those that
// exist, which one is the latest, and a text key by which a database can sort.
//
// A version is a strict semantic version with a leading "v",
//
//	vMAJOR.MINOR.PATCH[-PRERELEASE]
//
// of at most [MaxLength] bytes. Order is semver precedence as computed by
// golang.org/x/mod/semver. That package alone is too lax for a catalog: it
// accepts "v1" and "v1.2", treats "v1.0.0" and "v1.0.0+x" as equal and sorts
// invalid text lowest without an error. Everything here is validated first, so
// two versions have the same precedence only if they are the same text.
//
// The package is pure: it knows no playbook, no status and no database, does no
// input or output, and is safe for concurrent use.
package versioning
