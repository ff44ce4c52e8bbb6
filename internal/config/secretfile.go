package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// maxSecretFile bounds a file that holds a secret, in bytes.
const maxSecretFile = 64 << 10

// readFiles fills in the URLs that are given by file.
func (l *loader) readFiles() {
	for _, s := range []struct {
		url  *SecretURL
		file string
		key  string
	}{
		{&l.config.Database.URL, l.config.Database.URLFile, "database.url"},
		{&l.config.Admin.DatabaseURL, l.config.Admin.DatabaseURLFile, "admin.database_url"},
		{&l.config.Redis.URL, l.config.Redis.URLFile, "redis.url"},
		{&l.config.Queue.RedisURL, l.config.Queue.RedisURLFile, "queue.redis_url"},
	} {
		switch {
		case s.file == "":
		case *s.url != "":
			l.fault("%s (%s) and %s_file (%s) are both set: keep one", s.key, l.origin[s.key], s.key, l.origin[s.key+"_file"])
		default:
			text, err := ReadSecret(s.file)
			if err != nil {
				l.fault("%s_file (%s): %v", s.key, l.origin[s.key+"_file"], err)
			}
			*s.url = SecretURL(text)
			l.origin[s.key] = s.file
		}
	}
}

// ReadSecret gives the text of a file without the white space around it. A file that is empty or has more than 64 KiB is
// an error.
func ReadSecret(name string) (string, error) {
	file, err := os.Open(name) //nolint:gosec // the operator names it
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxSecretFile+1))
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(data))
	switch {
	case len(data) > maxSecretFile:
		return "", fmt.Errorf("%s has more than %d bytes", name, maxSecretFile)
	case text == "":
		return "", errors.New(name + " is empty")
	default:
		return text, nil
	}
}
