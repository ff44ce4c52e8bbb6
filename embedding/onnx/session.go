package onnx

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/kubernaut/datastorage/embedding"
)

// session is the loaded network. Its run is safe for concurrent use.
type session struct {
	net *ort.DynamicAdvancedSession
}

func openSession(cfg Config) (*session, error) {
	data, err := os.ReadFile(cfg.ModelFile)
	if err != nil {
		return nil, fmt.Errorf("%w: model: %w", embedding.ErrRejected, err)
	}
	if err := checkSum(cfg, data); err != nil {
		return nil, err
	}
	options, err := sessionOptions(cfg.Threads)
	if err != nil {
		return nil, fmt.Errorf("%w: session options: %w", embedding.ErrRejected, err)
	}
	defer func() { _ = options.Destroy() }()
	net, err := ort.NewDynamicAdvancedSessionWithONNXData(data,
		[]string{"input_ids", "attention_mask", "token_type_ids"}, []string{"last_hidden_state"}, options)
	if err != nil {
		return nil, fmt.Errorf("%w: model %s: %w", embedding.ErrRejected, cfg.ModelFile, err)
	}
	return &session{net: net}, nil
}

func checkSum(cfg Config, data []byte) error {
	want, pinned := modelSums[cfg.Model]
	if !pinned {
		return nil
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != want {
		return fmt.Errorf("%w: the id %s belongs to the model file with SHA-256 %s, but %s has %s: give another model another id",
			embedding.ErrRejected, cfg.Model, want, cfg.ModelFile, got)
	}
	return nil
}

func sessionOptions(threads int) (*ort.SessionOptions, error) {
	options, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	err = errors.Join(options.SetIntraOpNumThreads(threads), options.SetInterOpNumThreads(1))
	if err != nil {
		return nil, errors.Join(err, options.Destroy())
	}
	return options, nil
}

func (s *session) close() error { return s.net.Destroy() }

// run returns the mean of the last hidden states of one text, not normalised.
// When ctx ends the run is broken off between two operations of the network.
func (s *session) run(ctx context.Context, ids []int64) ([]float32, error) {
	inputs, err := tensors(ids)
	if err != nil {
		return nil, err
	}
	defer destroy(inputs)
	outputs := []ort.Value{nil}
	defer destroy(outputs)
	if err := s.runUntil(ctx, inputs, outputs); err != nil {
		if ended := embedding.ContextError(ctx, "running the model"); ended != nil {
			return nil, ended
		}
		return nil, fmt.Errorf("%w: running the model: %w", embedding.ErrRejected, err)
	}
	hidden, ok := outputs[0].(*ort.Tensor[float32])
	if !ok {
		return nil, fmt.Errorf("%w: last_hidden_state is a %T, not numbers of 32 bits", embedding.ErrRejected, outputs[0])
	}
	shape := hidden.GetShape()
	if len(shape) != 3 || shape[0] != 1 || shape[1] != int64(len(ids)) {
		return nil, fmt.Errorf("%w: last_hidden_state has shape %s for one text of %d tokens", embedding.ErrRejected, shape, len(ids))
	}
	return mean(hidden.GetData(), len(ids)), nil
}

func (s *session) runUntil(ctx context.Context, inputs, outputs []ort.Value) error {
	options, err := ort.NewRunOptions()
	if err != nil {
		return err
	}
	defer func() { _ = options.Destroy() }()
	terminated := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(terminated)
		_ = options.Terminate()
	})
	err = s.net.RunWithOptions(inputs, outputs, options)
	if !stop() {
		<-terminated // options must outlive the call that uses them
	}
	return err
}

// tensors are the three inputs of a text without padding: all of it is attended
// to, all of it is the first segment.
func tensors(ids []int64) ([]ort.Value, error) {
	mask := make([]int64, len(ids))
	for i := range mask {
		mask[i] = 1
	}
	var values []ort.Value
	for _, data := range [][]int64{ids, mask, make([]int64, len(ids))} {
		value, err := ort.NewTensor(ort.NewShape(1, int64(len(ids))), data)
		if err != nil {
			destroy(values)
			return nil, fmt.Errorf("%w: input of %d tokens: %w", embedding.ErrRejected, len(ids), err)
		}
		values = append(values, value)
	}
	return values, nil
}

func destroy(values []ort.Value) {
	for _, value := range values {
		if value != nil {
			_ = value.Destroy()
		}
	}
}

// mean averages rows, summing in 64 bits.
func mean(data []float32, rows int) []float32 {
	columns := len(data) / rows
	sums := make([]float64, columns)
	for row := range rows {
		for i, x := range data[row*columns : (row+1)*columns] {
			sums[i] += float64(x)
		}
	}
	v := make([]float32, columns)
	for i, sum := range sums {
		v[i] = float32(sum / float64(rows))
	}
	return v
}
