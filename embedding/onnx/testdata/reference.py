"""Recomputes the stored reference output with the reference implementations.

Needs the packages tokenizers 0.23.3, onnxruntime 1.32.0 and numpy. The texts are
those already in the files, so that adding a text means adding a line with it.

    python3 onnx/testdata/reference.py MODEL.onnx TOKENIZER.json    # in embedding/
"""

import json
import sys

import numpy
import onnxruntime
import tokenizers

TOKEN_IDS = "internal/wordpiece/testdata/reference.jsonl"
VECTORS = "onnx/testdata/reference.jsonl"

model, tokenizer = sys.argv[1:3]
tokens = tokenizers.Tokenizer.from_file(tokenizer)
tokens.no_padding()
tokens.enable_truncation(512)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options)


def embed(text):
    encoding = tokens.encode(text)
    ids = numpy.array([encoding.ids], dtype=numpy.int64)
    mask = numpy.array([encoding.attention_mask], dtype=numpy.int64)
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
    hidden = session.run(None, inputs)[0].astype(numpy.float64)
    mean = ((hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True))[0]
    return mean / numpy.linalg.norm(mean), len(encoding.ids)


def rewrite(path, change):
    with open(path) as f:
        records = [json.loads(line) for line in f]
    for record in records:
        change(record)
    with open(path, "w") as f:
        f.writelines(json.dumps(record) + "\n" for record in records)


def token_ids(record):
    record["ids"] = tokens.encode(record["text"]).ids


def vector(record):
    full, record["tokens"] = embed(record["text"])
    keep = len(record.get("vector", []))  # some are stored by their first components only
    record["vector"] = [float("%.7g" % x) for x in full[: keep or 384]]


rewrite(TOKEN_IDS, token_ids)
rewrite(VECTORS, vector)
