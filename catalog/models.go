package catalog

import (
	"errors"
	"fmt"
	"time"
)

// ModelState says what the vectors of a model are for.
type ModelState string

// The states of a model. A version that is published gets a vector, or a job to compute it, of every model that is not
// retired.
const (
	ModelFilling ModelState = "filling" // vectors are being computed; searches do not use them yet
	ModelStandby ModelState = "standby" // was complete, and is kept up: searches may be switched to it at once
	ModelServing ModelState = "serving" // what searches use; one model at most
	ModelRetired ModelState = "retired" // vectors stay, but are not kept up any more
)

// Model is an embedding model that the catalog has vectors of.
type Model struct {
	Name       string // what embedding.Embedder.Model gives
	Dimensions int
	State      ModelState
	ChangedAt  time.Time
	ChangedBy  string
}

// State is what searches and publishes depend on beside the playbooks, as of one moment.
type State struct {
	// Generation grows with every transaction that can change the answer to a search. While it is the same, the models
	// are too.
	Generation int64
	// Models are those that are kept up: the serving one, those on standby, those that are being filled.
	Models []Model
}

// Serving gives the model that searches use. There is none before the first publish.
func (s State) Serving() (Model, bool) {
	for _, m := range s.Models {
		if m.State == ModelServing {
			return m, true
		}
	}
	return Model{}, false
}

// ModelChange asks for another state of a model.
//
// To ModelFilling takes up a model that is not kept up, and leaves any other one as it is. To ModelStandby ends the
// filling of a model that is complete, and leaves one that is beyond it as it is. To ModelServing puts the one that has
// served before on standby. To ModelRetired gives up any but the serving one. Repeating a change changes nothing.
type ModelChange struct {
	Model      string
	Dimensions int // of its vectors; 0 for what is known
	To         ModelState
	// Incomplete lets a model serve although versions have no vector of it. Searches find those by an earlier version's
	// vector or not at all until they have one.
	Incomplete bool
	Actor      Actor
	RequestID  string // names the request in the audit trail, empty for none
}

// What a change of a model runs into.
var (
	// ErrModelNotFound says that the catalog does not keep up vectors of a model.
	ErrModelNotFound = errors.New("the catalog does not keep vectors of this model")
	// ErrModelServing says that a model cannot be given up, since searches use it.
	ErrModelServing = errors.New("searches use this model")
	// ErrModelIncomplete says that versions have no vector of a model; a *ModelIncompleteError says how many.
	ErrModelIncomplete = errors.New("the vectors of this model are not complete")
	// ErrModelDimensions says that an embedder gives vectors of another length than those that are stored under the name
	// of its model.
	ErrModelDimensions = errors.New("the vectors of this model have another length")
	// ErrModelsChanged says that the models are not those that a publication has vectors of. Nothing was stored.
	ErrModelsChanged = errors.New("the models have changed meanwhile")
)

// ModelIncompleteError is ErrModelIncomplete with the number of versions that are missing.
type ModelIncompleteError struct {
	Model   string
	Missing int
}

func (e *ModelIncompleteError) Error() string {
	return fmt.Sprintf("%d versions have no vector of model %s", e.Missing, e.Model)
}

// Unwrap makes errors.Is(err, ErrModelIncomplete) true.
func (e *ModelIncompleteError) Unwrap() error { return ErrModelIncomplete }

// ModelReport is a model with how far it is.
type ModelReport struct {
	Model

	Versions  int    // that may be searched, now or when they are enabled again
	Embedded  int    // of these, that have a vector
	Waiting   int    // jobs
	LastError string // why a job failed last, empty when none did
}
