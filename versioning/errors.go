package versioning

import (
	"errors"
	"fmt"
)

var (
	// ErrInvalidFormat says that a text given by the caller is not a version.
	ErrInvalidFormat = errors.New("invalid version format")

	// ErrVersionAlreadyExists says that the next version is among the existing
	// ones. Published versions are immutable.
	ErrVersionAlreadyExists = errors.New("version already exists")

	// ErrVersionNotIncremented says that the next version is not greater than
	// the one it has to follow. It comes wrapped in a [NotIncrementedError].
	ErrVersionNotIncremented = errors.New("version not incremented")

	// ErrInvalidExisting says that what was given as existing versions is not
	// what a catalog can hold. It does not wrap [ErrInvalidFormat]: the fault
	// lies with the stored data or its reader, not with the next version.
	ErrInvalidExisting = errors.New("invalid existing version")

	// ErrInvalidSortKey says that a text is not a key made by [SortKey].
	ErrInvalidSortKey = errors.New("invalid version sort key")
)

// NotIncrementedError refuses Next and names the version to beat.
type NotIncrementedError struct {
	Next     string // the version that was refused
	Greatest string // the existing version that Next must be greater than
}

// Error names both versions.
func (e *NotIncrementedError) Error() string {
	return fmt.Sprintf("%v: %s must be greater than %s", ErrVersionNotIncremented, e.Next, e.Greatest)
}

// Unwrap returns [ErrVersionNotIncremented].
func (e *NotIncrementedError) Unwrap() error { return ErrVersionNotIncremented }
