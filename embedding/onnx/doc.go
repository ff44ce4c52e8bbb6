// Package onnx embeds text in this process, with ONNX Runtime and a sentence
// transformer of the BERT family: token ids in, mean of the last hidden states
// over the tokens out, L2-normalised.
//
// Texts run one by one and never padded. An int8 model measures its activations
// per call, so a vector that shared a call with other texts, or with padding,
// would differ a little with its company; one by one, equal text gives equal
// bits. Texts beyond 512 tokens are cut off there, as the model was trained.
//
// It needs cgo and the ONNX Runtime shared library (version 1.24 or newer) as a
// file; it fetches nothing and does not know where the files come from.
package onnx
