// Package wordpiece splits text into the token ids of a BERT model, as the
// model's tokenizer.json describes it.
//
// It covers one family: BertNormalizer, BertPreTokenizer, a WordPiece vocabulary
// and the template [CLS] text [SEP]. Anything else in the file is an error of
// Load rather than a silently different vector. On that family the ids equal
// those of the reference implementation, which the tests hold against its stored
// output. Excepted are 568 of 1,112,064 code points, of rare scripts, whose
// category the reference takes from an older Unicode than Go does.
//
// It is a package of its own because the general tokenizer library for Go gives
// other ids for accents, Hangul, no-break spaces and special tokens, panics on
// some mixed input, and answers internal errors by ending the process. The text
// comes from callers, so all of it may come.
//
// It knows nothing of vectors or of the network that consumes the ids.
package wordpiece
