package cache

import "strings"

// parseInfo reads the answer to INFO.
func parseInfo(text string) map[string]string {
	said := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, found := strings.Cut(strings.TrimSpace(line), ":"); found {
			said[name] = value
		}
	}
	return said
}
