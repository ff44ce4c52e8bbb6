package command_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/gen/apiclient"
)

func TestLabelSchemaCommands(t *testing.T) {
	t.Parallel()
	service := []string{"DATASTORAGE_SERVER=" + startService(t)}
	list := runWith(t, service, "", "label-schema", "list")
	require.Zero(t, list.code, list.err)
	require.Regexp(t, `(?m)^1\.0 +9 +Labels of alerts`, list.out)

	get := runWith(t, service, "", "label-schema", "get", "1.0")
	require.Regexp(t, `(?m)^severity +filter +yes +- +critical, high, medium, low +How bad it is\.$`, get.out)
	require.Regexp(t, `(?m)^business_category +preference +no +0\.05 +any text, \* +`, get.out)

	var schema apiclient.LabelSchema
	require.NoError(t, json.Unmarshal([]byte(runWith(t, service, "", "label-schema", "get", "1.0", "-o", "json").out), &schema))
	require.Len(t, schema.Labels, 9)

	unknown := runWith(t, service, "", "label-schema", "get", "9.9")
	require.Equal(t, exitcode.NotFound, unknown.code)
	require.Contains(t, unknown.err, "known are 1.0")
	require.Equal(t, exitcode.Usage, runWith(t, service, "", "label-schema").code)
}
