// Package command is the command line of datastorage: what each command takes, what it prints and how it ends. Data go to
// standard output, progress and warnings to standard error.
//
// It does not know how the service is put together (package app) nor how an import works (package importer).
package command
