package server

import (
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/kubernaut/datastorage/gen/apiserver"
)

// Server answers HTTP requests. It is safe for concurrent use.
type Server struct {
	cfg       Config
	logger    *slog.Logger
	gatherer  prometheus.Gatherer
	metrics   *metrics
	contract  *contract
	readiness *readiness
	slots     chan struct{} // one for each request to the catalog in work
	inWork    atomic.Int64  // requests of any kind
	handler   http.Handler
}

// New makes a Server. It registers its metrics, so that there can be one per registry.
func New(cfg Config) (*Server, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg: cfg, logger: cfg.Logger, gatherer: cfg.Gatherer,
		readiness: newReadiness(cfg.Parts, cfg.ReadinessTimeout, cfg.Logger),
		slots:     make(chan struct{}, cfg.MaxInFlight),
	}
	if s.contract, err = loadContract(); err != nil {
		return nil, err
	}
	if s.metrics, err = newMetrics(cfg.Registerer, cfg.Build); err != nil {
		return nil, err
	}
	pages, err := loadDocs()
	if err != nil {
		return nil, err
	}
	s.handler = s.routes(pages)
	return s, nil
}

// Handler gives what answers requests, without the limits on connections that Serve has.
func (s *Server) Handler() http.Handler { return s.handler }

func (s *Server) routes(pages *docs) *echo.Echo {
	e := echo.New()
	e.Logger.SetOutput(io.Discard) // all that there is to log goes through ours
	e.HTTPErrorHandler = s.writeError
	e.Binder = bodyBinder{}
	e.Use(
		s.cutOff,
		s.begin, // what follows needs the call
		s.markDeprecated,
		// These three look at the answer, so that errors have to be answered inside of them.
		s.logAccess,
		s.measure,
		s.answerErrors,
		s.recoverPanic,
		s.refuseUnmatched,
		s.refuseShadowed,
		s.limitInFlight, // before anything is read
		s.limitBody,
		s.limitTime, // a slow body is a part of the time
		s.checkBody, // bounds depth and size before the contract decodes
		s.checkParameters,
		s.validateRequest,
	)
	router := getAndHead{e}
	apiserver.RegisterHandlers(router, apiserver.NewStrictHandler(&api{
		catalog: s.cfg.Catalog, audit: s.cfg.Audit, cache: s.cfg.Cache, contract: s.contract, readiness: s.readiness,
		build: s.cfg.Build, logger: s.logger, verifyBudget: s.cfg.RequestTimeout / 2,
	}, nil))
	router.GET("/metrics", s.serveMetrics)
	router.GET(docsPath, pages.servePage)
	router.GET(docsAssetPath, pages.serveAsset)
	return e
}

// getAndHead takes HEAD wherever GET is taken, as RFC 9110 asks for; net/http leaves the body out.
type getAndHead struct{ *echo.Echo }

// GET registers a handler for both methods.
func (r getAndHead) GET(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	r.HEAD(path, h, m...)
	return r.Echo.GET(path, h, m...)
}

// refuseUnmatched answers what Echo routed although the service has no such path.
func (s *Server) refuseUnmatched(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if callFrom(c.Request().Context()).route == unmatchedRoute {
			return echo.ErrNotFound
		}
		return next(c)
	}
}
