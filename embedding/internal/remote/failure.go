package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/kubernaut/datastorage/embedding"
)

// passing marks a failure that a repetition may get past.
type passing struct {
	error
	after time.Duration // the server asked to be left alone for this long
}

func (p passing) Unwrap() error { return p.error }

// transportError classifies a request that got no whole answer.
func transportError(ctx context.Context, err error) error {
	if ended := embedding.ContextError(ctx, "waiting for the embedding server"); ended != nil {
		return ended
	}
	return passing{error: fmt.Errorf("%w: %w", embedding.ErrUnavailable, withoutURL(err))}
}

// withoutURL strips the request from what http.Client returns; the host is
// named by the network error inside.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// statusError classifies an answer that is not 200.
func statusError(resp *http.Response, key string) error {
	said := excerpt(resp.Body, key)
	host := resp.Request.URL.Host + resp.Request.URL.Path
	switch code := resp.StatusCode; {
	case code >= 300 && code < 400:
		return fmt.Errorf("%w: %s answered %s; redirects are not followed, configure the final URL", embedding.ErrRejected, host, resp.Status)
	case code == http.StatusTooManyRequests, code == http.StatusBadGateway, code == http.StatusServiceUnavailable:
		return passing{
			error: fmt.Errorf("%w: %s answered %s%s", embedding.ErrUnavailable, host, resp.Status, said),
			after: retryAfter(resp.Header.Get("Retry-After"), time.Now()),
		}
	case code >= 500, code == http.StatusRequestTimeout:
		return fmt.Errorf("%w: %s answered %s%s", embedding.ErrUnavailable, host, resp.Status, said)
	default:
		return fmt.Errorf("%w: %s answered %s%s", embedding.ErrRejected, host, resp.Status, said)
	}
}

// excerpt is the beginning of an error body, quoted, for a log. A server that
// repeats the key it was given does not get it there.
func excerpt(body io.Reader, key string) string {
	const limit = 300
	data, _ := io.ReadAll(io.LimitReader(body, 4<<10)) // what could be read is enough
	text := strings.Join(strings.Fields(string(data)), " ")
	if key != "" {
		text = strings.ReplaceAll(text, key, "[key]")
	}
	if text == "" {
		return ""
	}
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "…"
	}
	return fmt.Sprintf(": %q", text)
}

// retryAfter reads the header's seconds or date; 0 means that it said nothing.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, 3600)) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil && at.After(now) {
		return min(at.Sub(now), time.Hour)
	}
	return 0
}
