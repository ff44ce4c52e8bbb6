// Package app puts the service together: it turns settings into the parts of the service, connects them, runs them and
// ends them in order. It has no logic of the domain.
package app
