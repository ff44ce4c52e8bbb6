// Package wordpiece splits text into the token ids of a BERT model, as the
// model's tokenizer.json describes it.
//
// It covers one family, exactly: BertNormalizer, BertPreTokenizer, a WordPiece
// vocabulary and the template [CLS] text [SEP]. Anything else in the file is an
// error of Load rather than a silently different vector. On that family the ids
// equal those of the reference implementation, which the tests hold against
// stored reference output.
//
// A package of its own instead of a general tokenizer library, because the one
// that exists for Go gives other ids for accents, Hangul, no-break spaces and
// special tokens, panics on some mixed input, and ends the process on some
// internal errors; all of that is reachable with text that callers send.
//
// It knows nothing of vectors or of the network that consumes the ids.
package wordpiece
