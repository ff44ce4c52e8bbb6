package migrations

import "github.com/pressly/goose/v3/lock"

// What the tests of the package need to see.
const LockID = lock.DefaultLockID

var MigrateWithin = migrate
