package cache

import "time"

// Settle waits for what is being loaded and kept.
func (e *Embeddings) Settle() { e.filling.Wait() }

// IgnorePace keeps a test machine that is busy from passing for a slow server.
func (e *Embeddings) IgnorePace() { e.gate.pace.floor = time.Hour }
