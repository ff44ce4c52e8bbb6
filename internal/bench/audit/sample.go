package main

import (
	"slices"
	"time"
)

// sample is what one measurement gave.
type sample struct {
	rate     float64 // events per second
	p50, p99 time.Duration
	cpu      usage // per event
}

func newSample(events int, elapsed time.Duration, took []time.Duration) sample {
	slices.Sort(took)
	return sample{rate: float64(events) / elapsed.Seconds(), p50: quantile(took, 0.5), p99: quantile(took, 0.99)}
}

// quantile takes a sorted list.
func quantile[T any](sorted []T, q float64) T {
	if len(sorted) == 0 {
		var none T
		return none
	}
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

func median(values []float64) float64 {
	return quantile(slices.Sorted(slices.Values(values)), 0.5)
}
