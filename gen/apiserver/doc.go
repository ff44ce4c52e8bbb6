// Package apiserver is generated from openapi/openapi.yaml: the types of the contract and the Echo strict server.
// Nothing in it is written by hand but this comment; change the contract and run make generate.
package apiserver
