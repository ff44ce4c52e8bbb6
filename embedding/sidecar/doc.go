// Package sidecar embeds text through Kubernaut's embedding service, a small
// Python process beside this one: POST /api/v1/embed {"text"} answers
// {"embedding", "dimensions", "model"}, one text per call. The model in every
// answer must be the configured one.
package sidecar
