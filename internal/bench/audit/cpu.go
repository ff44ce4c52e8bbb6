package main

import "time"

// usage is processor time.
type usage struct {
	service  time.Duration // of this process: the service and its callers
	database time.Duration // of PostgreSQL
}

// per gives what one of n events took since an earlier look.
func (u usage) per(n float64, before usage) usage {
	if n <= 0 {
		return usage{}
	}
	return usage{
		service:  time.Duration(float64(u.service-before.service) / n),
		database: time.Duration(float64(u.database-before.database) / n),
	}
}
