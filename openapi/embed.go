// Package openapi holds the contract of the service, the only place where a fact of the API is written down.
package openapi

import _ "embed"

// YAML is the contract as it stands in openapi.yaml, OpenAPI 3.0.3.
//
//go:embed openapi.yaml
var YAML []byte
