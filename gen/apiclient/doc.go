// Package apiclient is generated from openapi/openapi.yaml: the types of the contract and a typed client, without a dependency on the server framework.
// Nothing in it is written by hand but this comment; change the contract and run make generate.
package apiclient
