package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kubernaut/datastorage/examples"
	"github.com/kubernaut/datastorage/internal/client"
	"github.com/kubernaut/datastorage/internal/importer"
)

// sampleQuery is the alert that the welcome searches for.
const sampleQuery = "pod keeps getting OOMKilled after the last deploy"

// welcome publishes the samples and says where everything is. What goes wrong with samples is a warning: the service
// works without them. The error is that nobody can be told.
func (r devRun) welcome(ctx context.Context, url, model string) error {
	var samples string
	if r.options.samples {
		summary, err := publishSamples(ctx, url)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		samples = fmt.Sprintf("%d versions of %d playbooks, %d of them new", summary.Created+summary.Identical, summary.Playbooks, summary.Created)
		r.warnOfSamples(summary, err)
	}
	return r.print(r.addresses(url, model, samples))
}

// publishSamples uses the service's own API, so that samples are checked like any other playbook.
func publishSamples(ctx context.Context, url string) (importer.Summary, error) {
	c, err := client.New(url, 2)
	if err != nil {
		return importer.Summary{}, err
	}
	batch, err := importer.NewBatch()
	if err != nil {
		return importer.Summary{}, err
	}
	defer batch.Close()
	if err := batch.AddFS(ctx, examples.Playbooks); err != nil {
		return importer.Summary{}, err
	}
	return batch.Publish(ctx, importer.Config{Client: c, Concurrency: 2, Actor: "datastorage-dev"})
}

func (r devRun) warnOfSamples(s importer.Summary, err error) {
	if err != nil {
		r.note("warning: not all sample playbooks could be published: %v", err)
	}
	for _, refused := range s.Refused {
		r.note("warning: sample playbook %s %s was not published: %s", refused.PlaybookID, refused.Version, oneLine(refused.Reason))
	}
}

func (r devRun) addresses(url, model, samples string) string {
	var text strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&text, "  %-11s %s\n", name, value)
		}
	}
	fmt.Fprintf(&text, "\nReady after %s.\n\n", time.Since(r.start).Round(10*time.Millisecond))
	line("API", url+"/api/v1/playbooks")
	line("Swagger UI", url+"/docs")
	postgres := r.config.Database.URL.String()
	if r.db != nil && r.db.PsqlCommand() != "" {
		postgres = r.db.PsqlCommand()
	}
	line("PostgreSQL", postgres)
	line("Redis", r.config.Redis.URL.String())
	if r.db != nil {
		line("Audit queue", r.db.QueueURL())
	}
	line("Model", r.config.Embedding.Provider+", "+model)
	if r.db != nil {
		line("Data", r.options.dataDir)
	}
	line("Samples", samples)
	fmt.Fprintf(&text, `
Search for the right playbook:

  curl -sS --get %s/api/v1/playbooks/search \
    --data-urlencode 'query=%s' --data-urlencode 'top_k=3'

Stop with Ctrl-C.
`, url, sampleQuery)
	return text.String()
}
