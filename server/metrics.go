package server

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
)

// metrics are what the server counts of itself. Labels are names of the contract, never what a caller made up.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

// durationBuckets reach from an answer out of a cache to a model that takes its time, in seconds.
var durationBuckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

func newMetrics(registerer prometheus.Registerer, build Build) (*metrics, error) {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "datastorage_http_requests_total",
			Help: "Requests answered, by operation, method, route and status; 499 when the caller left before.",
		}, []string{"operation", "method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "datastorage_http_request_duration_seconds",
			Help:    "Time from the headers of a request to the end of its answer.",
			Buckets: durationBuckets,
		}, []string{"operation", "method", "route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "datastorage_http_requests_in_flight",
			Help: "Requests in work.",
		}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "datastorage_build_info",
		Help:        "Build of the running binary, always 1.",
		ConstLabels: prometheus.Labels{"version": build.Version, "commit": build.Commit, "go_version": runtime.Version()},
	})
	info.Set(1)
	for _, collector := range []prometheus.Collector{m.requests, m.duration, m.inFlight, info} {
		if err := registerer.Register(collector); err != nil {
			return nil, fmt.Errorf("register the metrics of the server: %w", err)
		}
	}
	return m, nil
}

func (s *Server) measure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		s.metrics.inFlight.Inc()
		defer s.metrics.inFlight.Dec()
		err := next(c)
		made := callFrom(c.Request().Context())
		operation, method := made.operationID(), methodLabel(c.Request().Method)
		s.metrics.requests.WithLabelValues(operation, method, made.route, strconv.Itoa(made.statusOf(c))).Inc()
		s.metrics.duration.WithLabelValues(operation, method, made.route).Observe(time.Since(made.start).Seconds())
		return err
	}
}

var knownMethods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
	http.MethodOptions, http.MethodConnect, http.MethodTrace,
}

// methodLabel bounds the methods that logs and metrics know.
func methodLabel(method string) string {
	if slices.Contains(knownMethods, method) {
		return method
	}
	return "other"
}

// serveMetrics answers in the text format whatever the scraper prefers, as the contract says.
func (s *Server) serveMetrics(c echo.Context) error {
	families, err := s.gatherer.Gather()
	if err != nil && len(families) == 0 {
		return fmt.Errorf("gather metrics: %w", err)
	}
	if err != nil {
		s.logger.WarnContext(c.Request().Context(), "some metrics cannot be gathered", "error", err)
	}
	gathered := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) { return families, nil })
	c.Request().Header.Del(echo.HeaderAccept)
	promhttp.HandlerFor(gathered, promhttp.HandlerOpts{}).ServeHTTP(c.Response(), c.Request())
	return nil
}
