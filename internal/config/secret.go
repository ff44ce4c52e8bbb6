package config

import (
	"log/slog"
	"net/url"
)

// SecretURL is a URL that may hold a password. It shows itself masked; convert it to a string to use it.
type SecretURL string

// secretParameters are parameters of a query that hold secrets, as PostgreSQL's drivers take them.
var secretParameters = []string{"password", "sslpassword"}

const mask = "xxxxx"

// String gives the URL with its secrets masked. Of what is not a URL it shows nothing, since there is no telling where
// a password is.
func (s SecretURL) String() string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(string(s))
	if err != nil || u.Scheme == "" || u.Opaque != "" {
		return "(not a URL)"
	}
	query := u.Query()
	for _, name := range secretParameters {
		if query.Has(name) {
			query.Set(name, mask)
			u.RawQuery = query.Encode()
		}
	}
	return u.Redacted()
}

// LogValue keeps the secret out of logs.
func (s SecretURL) LogValue() slog.Value { return slog.StringValue(s.String()) }
