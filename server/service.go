package server

import (
	"bytes"
	"context"
	"net/http"
	"runtime"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/kubernaut/datastorage/gen/apiserver"
	"github.com/kubernaut/datastorage/openapi"
)

// GetLiveness answers whenever it is asked.
func (a *api) GetLiveness(context.Context, apiserver.GetLivenessRequestObject) (apiserver.GetLivenessResponseObject, error) {
	return apiserver.GetLiveness200JSONResponse{Body: apiserver.Liveness{Status: apiserver.Alive}}, nil
}

// GetServiceVersion says which build is running.
func (a *api) GetServiceVersion(context.Context, apiserver.GetServiceVersionRequestObject) (apiserver.GetServiceVersionResponseObject, error) {
	return apiserver.GetServiceVersion200JSONResponse{Body: apiserver.ServiceVersion{
		Version:    a.build.Version,
		Commit:     a.build.Commit,
		GoVersion:  runtime.Version(),
		ApiVersion: a.contract.document.Info.Version,
	}}, nil
}

// GetContractYaml gives the contract as it is written.
func (a *api) GetContractYaml(context.Context, apiserver.GetContractYamlRequestObject) (apiserver.GetContractYamlResponseObject, error) {
	return apiserver.GetContractYaml200ApplicationyamlResponse{
		Body: bytes.NewReader(openapi.YAML), ContentLength: int64(len(openapi.YAML)),
	}, nil
}

// GetContractJson gives the same document as JSON.
func (a *api) GetContractJson(context.Context, apiserver.GetContractJsonRequestObject) (apiserver.GetContractJsonResponseObject, error) { //nolint:revive,staticcheck // the name is generated
	return contractJSON(a.contract.json), nil
}

// contractJSON is the contract as it was converted once, in the place of the generated answer that encodes it each time.
type contractJSON []byte

// VisitGetContractJsonResponse implements the generated interface.
func (c contractJSON) VisitGetContractJsonResponse(w http.ResponseWriter) error { //nolint:revive,staticcheck // the name is generated
	w.Header().Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	w.Header().Set(echo.HeaderContentLength, strconv.Itoa(len(c)))
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(c)
	return err
}
