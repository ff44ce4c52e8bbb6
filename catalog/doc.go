// Package catalog is the domain of remediation playbooks: what a version is, which rules a publisher must keep, how a
// search is asked and answered, and what a store has to guarantee.
//
// It knows neither HTTP nor SQL nor Redis: adapters implement Store and translate the errors of this package.
package catalog
