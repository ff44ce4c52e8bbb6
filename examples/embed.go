// Package examples holds sample playbooks for common Kubernetes incidents: what
// a new catalog is filled with and what demonstrations and tests search in.
//
// The package is data. It knows neither the catalog nor its rules; whoever
// publishes the manifests has them validated like any other playbook.
package examples

import "embed"

// Playbooks holds one manifest per playbook version, each the body of a publish
// request in YAML, at playbooks/<playbook_id>/<version>.yaml. Paths sort by
// text, which is not the order of versions: publish the versions of one
// playbook by semantic version precedence, or the lower ones are refused.
//
//go:embed playbooks
var Playbooks embed.FS
