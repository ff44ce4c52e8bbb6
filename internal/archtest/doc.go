// Package archtest holds the import map of the project as a test: which package may import which, and which libraries
// stay inside the adapter that they belong to.
package archtest
