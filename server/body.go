package server

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"

	"github.com/labstack/echo/v4"
)

// checkBody reads the body of an operation that takes one, and refuses what is not JSON before anything decodes it.
func (s *Server) checkBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		made := callFrom(req.Context())
		if made.operation == nil || !made.operation.takesBody {
			return next(c)
		}
		if err := checkMediaType(req.Header); err != nil {
			return err
		}
		data, err := s.readBody(req)
		if err != nil {
			return err
		}
		if made.values, err = checkJSON(data); err != nil {
			return err
		}
		made.body = data
		req.Body = io.NopCloser(bytes.NewReader(data))
		req.ContentLength = int64(len(data))
		return next(c)
	}
}

func checkMediaType(header http.Header) error {
	sent := header.Get(echo.HeaderContentType)
	if sent == "" {
		return refuse(errUnsupportedMediaType, "the Content-Type is missing; send the body as application/json")
	}
	mediaType, parameters, err := mime.ParseMediaType(sent)
	charset, hasCharset := parameters["charset"]
	if err != nil || mediaType != echo.MIMEApplicationJSON || hasCharset && !strings.EqualFold(charset, "utf-8") {
		return refuse(errUnsupportedMediaType, "%q is not what this operation takes; send the body as application/json in UTF-8", clip(sent))
	}
	for _, encoding := range header[echo.HeaderContentEncoding] {
		if !strings.EqualFold(encoding, "identity") {
			return refuse(errUnsupportedMediaType, "the Content-Encoding %q is not taken; send the body as it is", clip(encoding))
		}
	}
	return nil
}

func (s *Server) readBody(req *http.Request) ([]byte, error) {
	data, err := io.ReadAll(req.Body)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge(s.cfg.MaxBodyBytes)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, refuse(errMalformedBody, "the body did not arrive within %s", s.cfg.ReadTimeout)
	case err != nil:
		return nil, refuse(errMalformedBody, "the body ended early, or is not framed as HTTP wants it")
	case len(bytes.TrimSpace(data)) == 0:
		return nil, refuse(errMalformedBody, "the body is empty")
	}
	return data, nil
}
