package cache

import (
	"strings"

	"github.com/kubernaut/datastorage/embedding"
)

// What the names of our keys begin with. Nothing else is ever touched.
const (
	playbookPrefix = "embedding:playbook:"
	queryPrefix    = "embedding:query:"
	lockPrefix     = "embedding:lock:"
)

// PlaybookKey names the vector of one version of a playbook.
func PlaybookKey(playbookID, version string) string {
	return playbookPrefix + playbookID + ":" + version
}

// QueryKey names the vector of a text that is searched for. Texts that differ in white space only share it.
func QueryKey(model, text string) string {
	return queryPrefix + withoutBraces(model) + ":" + embedding.TextHash(embedding.NormaliseQuery(text))
}

// lockKey names the lock of a key. It is a key of the same slot of a cluster, as what is in braces chooses it.
func lockKey(key string) string { return lockPrefix + "{" + key + "}" }

var braces = strings.NewReplacer("{", "%7B", "}", "%7D")

// withoutBraces keeps the name of a model from choosing the slot of its keys.
func withoutBraces(model string) string { return braces.Replace(model) }
