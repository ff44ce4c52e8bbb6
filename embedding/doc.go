// Package embedding turns text into vectors whose cosine says how close two
// texts are in meaning.
//
// It holds what every provider and every caller share: the Embedder interface,
// the two error classes, the text that stands for a playbook, the checks every
// vector passes, and Guarded, which fails fast while a provider is away. The
// providers are packages of their own (onnx, openai, sidecar); package provider
// chooses one by configuration.
//
// The package does not know where vectors are kept, how they are searched, or
// that there is an HTTP API. It has no cgo.
package embedding
