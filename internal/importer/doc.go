// Package importer publishes many playbook versions through the API of a running service: it reads JSON Lines and
// folders of YAML or JSON manifests, puts the versions of each playbook in order, and accounts for every record it found.
//
// It knows a publish body only by the names of its fields: whether a record is a good one is for the service to say.
package importer
