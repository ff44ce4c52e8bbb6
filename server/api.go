package server

import (
	"log/slog"
	"time"

	"github.com/kubernaut/datastorage/gen/apiserver"
)

// api has the handlers of all operations that are generated. They get what the contract has checked, and return an
// answer or an error of the domain.
type api struct {
	catalog   Catalog
	audit     Audit
	cache     Cache
	contract  *contract
	readiness *readiness
	build     Build
	logger    *slog.Logger

	verifyBudget time.Duration // for one call of a verification, which goes on in the next one
}

var _ apiserver.StrictServerInterface = (*api)(nil)
