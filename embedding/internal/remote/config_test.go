package remote

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/embedding"
)

func TestNewRefusesURLs(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"http://localhost:11434", "https://api.example.com", "https://api.example.com/", "http://[::1]:8080"} {
		client, err := New(Config{URL: good})
		require.NoError(t, err, good)
		require.Equal(t, strings.TrimSuffix(good, "/"), client.base.String())
		require.NoError(t, client.Close())
	}
	for bad, want := range map[string]string{
		"":                           "must look like",
		"localhost:11434":            "must look like",
		"ftp://host":                 "must look like",
		"http://":                    "must look like",
		"http://host:port":           "must look like",
		"http://host/v1":             "no path",
		"http://host?x=hunter2":      "no path, query",
		"http://host#f":              "no path, query or fragment",
		"http://user:hunter2@host":   "must not hold credentials",
		"http://user:hunter2@host:x": "must look like",
	} {
		_, err := New(Config{URL: bad})
		require.ErrorIs(t, err, embedding.ErrRejected, bad)
		require.ErrorContains(t, err, want, bad)
		require.NotContains(t, err.Error(), "hunter2", bad)
	}
}

func TestNewRefusesNumbers(t *testing.T) {
	t.Parallel()
	for _, cfg := range []Config{{Timeout: -1}, {Concurrency: -1}, {Retries: -2}} {
		cfg.URL = "http://localhost"
		_, err := New(cfg)
		require.ErrorIs(t, err, embedding.ErrRejected)
		require.ErrorContains(t, err, "negative")
	}
}

func TestNewRefusesKeyFiles(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ path, want string }{
		"missing":       {t.TempDir() + "/missing", "missing"},
		"folder":        {t.TempDir(), "directory"},
		"empty":         {keyFile(t, " \n"), "is empty"},
		"two lines":     {keyFile(t, "hunter2\nhunter2\n"), "one key"},
		"not printable": {keyFile(t, "hunter2\x00"), "one key"},
		"too large":     {keyFile(t, strings.Repeat("hunter2", maxKeyBytes)), "larger than"},
	} {
		_, err := New(Config{URL: "http://localhost", APIKeyFile: tt.path})
		require.ErrorIs(t, err, embedding.ErrRejected, name)
		require.ErrorContains(t, err, tt.want, name)
		require.NotContains(t, err.Error(), "hunter2", name)
	}
}
