package localdb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
)

// Server is the running embedded databases of one data folder.
type Server struct {
	folder   *folder
	postgres *postgres
	valkey   *valkey
	queue    *valkey
	log      *slog.Logger

	done     chan struct{}
	stopping chan struct{}
	stopOnce sync.Once
	stopErr  error
	mu       sync.Mutex
	err      error
}

// service is one of the servers.
type service interface {
	start(context.Context) error
	stop() error
}

// Start runs the servers and returns when all accept connections. The context
// bounds the start only; [Server.Stop] ends what was started. When Start fails
// nothing is left running.
//
// A second Start on a data folder fails with [ErrInUse] while the process of
// the first lives. What a killed process left is ended first.
func Start(ctx context.Context, config Config) (*Server, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, err
	}
	f, err := openFolder(config.DataDir)
	if err != nil {
		return nil, err
	}
	s := &Server{folder: f, log: config.Logger, done: make(chan struct{}), stopping: make(chan struct{})}
	if err := s.start(ctx, config); err != nil {
		return nil, errors.Join(err, s.Stop(ctx))
	}
	for _, c := range s.children() {
		go s.watch(c)
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, config Config) error {
	who, err := s.prepare(config)
	if err != nil {
		return err
	}
	if !config.SkipPostgres {
		s.postgres = &postgres{folder: s.folder, runtime: config.Runtime, account: who, tests: config.Tests, log: s.log}
	}
	if !config.SkipValkey {
		s.valkey = s.newValkey(config, who, cacheRole)
	}
	if config.Queue {
		s.queue = s.newValkey(config, who, queueRole)
	}
	return s.each(func(one service) error { return one.start(ctx) })
}

func (s *Server) newValkey(config Config, who account, role valkeyRole) *valkey {
	return &valkey{folder: s.folder, runtime: config.Runtime, account: who, role: role, tests: config.Tests, log: s.log}
}

// prepare settles the servers' user and makes the folder of the sockets.
func (s *Server) prepare(config Config) (account, error) {
	who, err := chooseAccount(s.folder.cluster())
	if err != nil {
		return who, err
	}
	if err := s.folder.prepareRun(who); err != nil {
		return who, err
	}
	var programs []string
	if !config.SkipPostgres {
		program, err := config.Runtime.PostgresBin("postgres")
		if err != nil {
			return who, err
		}
		programs = append(programs, program)
	}
	if !config.SkipValkey || config.Queue {
		program, err := config.Runtime.Valkey()
		if err != nil {
			return who, err
		}
		programs = append(programs, program)
	}
	return who.withReach(s.folder.dir, programs...)
}

func (s *Server) services() []service {
	var all []service
	if s.postgres != nil {
		all = append(all, s.postgres)
	}
	if s.valkey != nil {
		all = append(all, s.valkey)
	}
	if s.queue != nil {
		all = append(all, s.queue)
	}
	return all
}

// each does the same with all servers at the same time.
func (s *Server) each(do func(service) error) error {
	all := s.services()
	errs := make([]error, len(all))
	var wg sync.WaitGroup
	for i, one := range all {
		wg.Go(func() { errs[i] = do(one) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (s *Server) children() []*child {
	var all []*child
	if s.postgres != nil && s.postgres.child != nil {
		all = append(all, s.postgres.child)
	}
	if s.valkey != nil && s.valkey.child != nil {
		all = append(all, s.valkey.child)
	}
	if s.queue != nil && s.queue.child != nil {
		all = append(all, s.queue.child)
	}
	return all
}

// watch reports the end of a server that nobody asked for.
func (s *Server) watch(c *child) {
	<-c.done
	select {
	case <-s.stopping:
		return
	default:
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = fmt.Errorf("%s ended by itself (%s)", c.name, ending(c.err))
		close(s.done)
	}
}

// Done is closed when a server has ended without [Server.Stop].
func (s *Server) Done() <-chan struct{} { return s.done }

// Err says which server ended, and how, once Done is closed; nil before.
func (s *Server) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// DatabaseURL is PostgreSQL's address for lib/pq, as the superuser of its
// database; empty when it was left out.
func (s *Server) DatabaseURL() string {
	if s.postgres == nil {
		return ""
	}
	return s.postgres.url()
}

// RedisURL is Valkey's address for rueidis; empty when it was left out.
func (s *Server) RedisURL() string {
	if s.valkey == nil {
		return ""
	}
	return s.valkey.url()
}

// QueueURL is the queue's address for rueidis; empty when it was not asked for.
func (s *Server) QueueURL() string {
	if s.queue == nil {
		return ""
	}
	return s.queue.url()
}

// PostgresPID is the process id of the postmaster, 0 when it was left out.
func (s *Server) PostgresPID() int {
	if s.postgres == nil {
		return 0
	}
	return s.postgres.child.pid()
}

// ValkeyPID is the process id of Valkey, 0 when it was left out.
func (s *Server) ValkeyPID() int {
	if s.valkey == nil {
		return 0
	}
	return s.valkey.child.pid()
}

// QueuePID is the process id of the queue's Valkey, 0 when it was not asked for.
func (s *Server) QueuePID() int {
	if s.queue == nil {
		return 0
	}
	return s.queue.child.pid()
}

// PsqlCommand is a command line for people that opens a session with the
// embedded psql; empty when PostgreSQL was left out.
func (s *Server) PsqlCommand() string {
	if s.postgres == nil {
		return ""
	}
	return s.postgres.psqlCommand()
}

// Stop ends the servers at the same time: orderly first, then by force. It
// takes at most five seconds and frees the data folder in any case. An error
// says which server needed force. More calls return what the first did.
func (s *Server) Stop(ctx context.Context) error {
	s.stopOnce.Do(func() {
		close(s.stopping)
		s.stopErr = s.each(service.stop)
		s.folder.close()
		s.log.InfoContext(ctx, "embedded databases stopped")
	})
	return s.stopErr
}
