// Package config holds the settings of the service: one struct, filled from defaults, a YAML file, environment variables
// and flags, in rising precedence, checked, and shown without its secrets.
//
// The fields of the struct are the only place where a setting is written down: names in files, variables and flags, the
// help texts and the redaction all come from them. The package does not know what the settings are for.
package config

import "time"

// Config is every setting. The tag koanf names a setting in a file; `database.url` is DATASTORAGE_DATABASE_URL in the
// environment and --database-url on the command line.
type Config struct {
	Listen     string `koanf:"listen" help:"address to serve on, host:port; an empty host is every address, port 0 any free port"`
	Migrate    bool   `koanf:"migrate" help:"bring the schema of the database up to date at the start"`
	RuntimeDir string `koanf:"runtime_dir" help:"folder of the ONNX Runtime, the model and the embedded databases (default: .runtime of the module around the working directory, else beside the folder of the executable)"`

	Log       Log       `koanf:"log"`
	Database  Database  `koanf:"database"`
	Admin     Admin     `koanf:"admin"`
	Search    Search    `koanf:"search"`
	Redis     Redis     `koanf:"redis"`
	Cache     Cache     `koanf:"cache"`
	Queue     Queue     `koanf:"queue"`
	Audit     Audit     `koanf:"audit"`
	Embedding Embedding `koanf:"embedding"`
	HTTP      HTTP      `koanf:"http"`
}

// Log says what is logged, and how.
type Log struct {
	Format string `koanf:"format" help:"text, json, or auto: text on a terminal, else json"`
	Level  string `koanf:"level" help:"debug, info, warn or error"`
}

// Database says how PostgreSQL is reached.
type Database struct {
	URL              SecretURL     `koanf:"url" help:"postgres:// URL of the database"`
	URLFile          string        `koanf:"url_file" help:"file that holds the URL, instead of the URL itself"`
	MaxConnections   int           `koanf:"max_connections" help:"connections at most, all of which are kept open once used"`
	MaxLifetime      time.Duration `koanf:"max_lifetime" help:"age at which a connection is replaced"`
	ConnectTimeout   time.Duration `koanf:"connect_timeout" help:"time for one attempt to connect, in whole seconds"`
	StatementTimeout time.Duration `koanf:"statement_timeout" help:"time for one statement, enforced by the database"`
	LockTimeout      time.Duration `koanf:"lock_timeout" help:"time that a statement waits for a lock"`
}

// Admin says how the work of the owner of the tables reaches PostgreSQL, where the service itself runs as a role with fewer
// rights.
type Admin struct {
	DatabaseURL     SecretURL `koanf:"database_url" help:"postgres:// URL of the role that owns the tables, for migrations, backfill and retention; empty for database.url"`
	DatabaseURLFile string    `koanf:"database_url_file" help:"file that holds the URL, instead of the URL itself"`
}

// Search bounds what a search costs.
type Search struct {
	ExactRows int `koanf:"exact_rows" help:"playbooks that a search compares one by one at most; among more it asks an index, and its answer says that it is not exact"`
}

// Redis says how the Redis protocol server is reached. Without a URL the service works without one.
type Redis struct {
	URL     SecretURL `koanf:"url" help:"redis://, rediss:// or unix:// URL; empty for none"`
	URLFile string    `koanf:"url_file" help:"file that holds the URL, instead of the URL itself"`
}

// Cache bounds what is kept to answer faster. Vectors are cached when redis.url is set.
type Cache struct {
	TTL             time.Duration `koanf:"ttl" help:"for how long a vector is kept on the server of redis.url, shortened by up to a tenth at random"`
	LocalBytes      int           `koanf:"local_bytes" help:"memory of this process for vectors, per node when that server is a cluster"`
	Timeout         time.Duration `koanf:"timeout" help:"time for one call of that server, after which it is done without"`
	MaxWait         time.Duration `koanf:"max_wait" help:"time that a vector is waited for that another process computes, before it is computed here too"`
	LockTTL         time.Duration `koanf:"lock_ttl" help:"time after which a process that has died no longer keeps others from computing a vector"`
	Warm            bool          `koanf:"warm" help:"load what is likely to be asked for into the cache at the start, in the background"`
	RememberQueries bool          `koanf:"remember_queries" help:"keep the texts that are searched for, with counts, for a week, to warm the cache up with"`
	ResultBytes     int           `koanf:"result_bytes" help:"memory of this process for the answers to searches, estimated; 0 keeps none"`
	ResultTTL       time.Duration `koanf:"result_ttl" help:"age at which such an answer is forgotten; a change of the catalog ends it at once"`
}

// Queue says where audit events wait while the database is away. The server must keep what it has confirmed.
type Queue struct {
	RedisURL     SecretURL `koanf:"redis_url" help:"redis://, rediss:// or unix:// URL of the audit queue; empty for that of redis.url"`
	RedisURLFile string    `koanf:"redis_url_file" help:"file that holds the URL, instead of the URL itself"`
}

// Audit says which events are accepted, what those of the service itself hold, how they are chained, and whether they go.
type Audit struct {
	WindowPast   time.Duration `koanf:"window_past" help:"how late an event may be"`
	WindowFuture time.Duration `koanf:"window_future" help:"how far ahead of this machine's clock the time of an event may be"`
	SearchText   bool          `koanf:"search_text" help:"record the text of searches that carry a correlation id; without it only its hash"`
	KeyFile      string        `koanf:"key_file" help:"file that holds the key of the hash chains, the same for all processes and for good; empty for chains without a key"`
	Retention    bool          `koanf:"retention" help:"remove the months of which every event is past its retention_days, once a day; needs the rights of the owner, as of admin.database_url"`
}

// Embedding says which models turn text into vectors.
type Embedding struct {
	EmbeddingModel

	FailureThreshold int           `koanf:"failure_threshold" help:"failures in a row after which the provider is left alone"`
	CoolDown         time.Duration `koanf:"cool_down" help:"for how long it is left alone"`

	// Second lets a process use two models, and so go on answering while the catalog is moved from one to the other.
	Second EmbeddingModel `koanf:"second" help:"of a second model: "`
}

// EmbeddingModel says which model, and how it is reached.
type EmbeddingModel struct {
	Provider       string        `koanf:"provider" help:"onnx (in this process), openai (any /v1/embeddings server) or sidecar"`
	URL            SecretURL     `koanf:"url" help:"base URL without path, for openai and sidecar"`
	Model          string        `koanf:"model" help:"id of the model; onnx has a default"`
	Dimensions     int           `koanf:"dimensions" help:"length of the vectors; 0 lets onnx learn it from its model, the others need it"`
	APIKeyFile     string        `koanf:"api_key_file" help:"file that holds the key, for openai and sidecar"`
	Timeout        time.Duration `koanf:"timeout" help:"time for one call with its retries, for openai and sidecar"`
	Retries        int           `koanf:"retries" help:"repeats of a failed call, for openai and sidecar"`
	MaxBatch       int           `koanf:"max_batch" help:"texts in one call, for openai"`
	SendDimensions bool          `koanf:"send_dimensions" help:"ask for vectors shortened to the dimensions, for openai"`
	Concurrency    int           `koanf:"concurrency" help:"texts (openai: calls) at the same time; 0 is one per processor for onnx, else 4"`
	Threads        int           `koanf:"threads" help:"threads for one text, for onnx"`
}

// HTTP bounds what the server takes on.
type HTTP struct {
	MaxBodyBytes      int           `koanf:"max_body_bytes" help:"size of a request body at most"`
	MaxHeaderBytes    int           `koanf:"max_header_bytes" help:"size of the request line and headers at most"`
	MaxInFlight       int           `koanf:"max_in_flight" help:"requests in work at most; more are answered 503"`
	RequestTimeout    time.Duration `koanf:"request_timeout" help:"time for the work on one request"`
	ReadinessTimeout  time.Duration `koanf:"readiness_timeout" help:"time that readiness waits for the parts"`
	ReadHeaderTimeout time.Duration `koanf:"read_header_timeout" help:"time until the headers are read"`
	ReadTimeout       time.Duration `koanf:"read_timeout" help:"time until the whole request is read"`
	WriteTimeout      time.Duration `koanf:"write_timeout" help:"time from the headers to the end of the answer; 0 is 15 s more than read_timeout and request_timeout together"`
	IdleTimeout       time.Duration `koanf:"idle_timeout" help:"time that a connection may wait for its next request"`
	DrainDelay        time.Duration `koanf:"drain_delay" help:"time from being told to stop to accepting no more requests, not ready meanwhile"`
	ShutdownGrace     time.Duration `koanf:"shutdown_grace" help:"time that requests in work then have to end"`
}

// Default is what holds where nothing else is said.
func Default() Config {
	return Config{
		Listen: ":8080",
		Log:    Log{Format: "auto", Level: "info"},
		Database: Database{
			MaxConnections: 16, MaxLifetime: 30 * time.Minute,
			ConnectTimeout: 5 * time.Second, StatementTimeout: 5 * time.Second, LockTimeout: 3 * time.Second,
		},
		Search: Search{ExactRows: 10_000},
		Cache: Cache{
			TTL: 24 * time.Hour, LocalBytes: 16 << 20, Timeout: 50 * time.Millisecond, MaxWait: 5 * time.Second, LockTTL: time.Second,
			ResultBytes: 64 << 20, ResultTTL: 10 * time.Minute, Warm: true, RememberQueries: true,
		},
		Audit: Audit{WindowPast: 7 * 24 * time.Hour, WindowFuture: time.Hour, SearchText: true},
		Embedding: Embedding{
			EmbeddingModel:   EmbeddingModel{Provider: "onnx", Timeout: 10 * time.Second, Retries: 2, MaxBatch: 32, Threads: 1},
			FailureThreshold: 5, CoolDown: 10 * time.Second,
			Second: noSecondModel(),
		},
		HTTP: HTTP{
			MaxBodyBytes: 8 << 20, MaxHeaderBytes: 64 << 10, MaxInFlight: 256,
			RequestTimeout: 30 * time.Second, ReadinessTimeout: time.Second,
			ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
			ShutdownGrace: 20 * time.Second,
		},
	}
}

// noSecondModel is what holds for a second model until it has a provider.
func noSecondModel() EmbeddingModel {
	return EmbeddingModel{Timeout: 10 * time.Second, Retries: 2, MaxBatch: 32, Threads: 1}
}
