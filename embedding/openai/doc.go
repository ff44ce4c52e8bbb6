// Package openai embeds text through any server that speaks OpenAI's
// POST /v1/embeddings: Ollama, Text Embeddings Inference, vLLM, LiteLLM, OpenAI.
// What comes back is checked before it is believed: one vector per text, the
// configured dimensions, finite numbers, the same model as before.
package openai
