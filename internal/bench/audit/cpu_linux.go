package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ticksPerSecond is the unit of /proc, the same on every Linux that Go runs on.
const ticksPerSecond = 100

// cpuTime says how much processor time this process has used, and a server with all the processes that it has started.
func cpuTime(server int) (usage, bool) {
	var own syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &own) != nil {
		return usage{}, false
	}
	u := usage{service: time.Duration(own.Utime.Nano() + own.Stime.Nano())}
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return usage{}, false
	}
	ticks := 0
	for _, path := range all {
		fields := statFields(path)
		const parent, first, last = 1, 11, 14 // user and system time, own and of children that have ended
		switch {
		case len(fields) <= last:
		case filepath.Base(filepath.Dir(path)) == strconv.Itoa(server):
			ticks += sum(fields[first : last+1])
		case fields[parent] == strconv.Itoa(server):
			ticks += sum(fields[first : first+2])
		}
	}
	u.database = time.Duration(ticks) * time.Second / ticksPerSecond
	return u, ticks > 0
}

// statFields gives the fields behind the name of the program, which may hold anything.
func statFields(path string) []string {
	text, err := os.ReadFile(path) //nolint:gosec // found by our own pattern
	if err != nil {
		return nil // it has ended
	}
	return strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
}

func sum(fields []string) int {
	total := 0
	for _, field := range fields {
		n, err := strconv.Atoi(field)
		if err == nil {
			total += n
		}
	}
	return total
}
