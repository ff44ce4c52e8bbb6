//go:build !linux

package main

// cpuTime is known on Linux only.
func cpuTime(int) (usage, bool) { return usage{}, false }
