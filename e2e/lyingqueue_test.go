package e2e

import (
	"bufio"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// startLiar gives the address of a proxy before a queue's server that claims for it what the service asks for before it
// trusts a server: that there is an append-only file, and that writes are in it. The service itself has no switch for
// that.
func startLiar(t *testing.T, queueURL string) string {
	t.Helper()
	target, err := url.Parse(queueURL)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { relay(client, target.Path) })
		}
	})
	t.Cleanup(func() {
		require.NoError(t, listener.Close())
		wg.Wait()
	})
	return "redis://" + listener.Addr().String()
}

// forgetOnKill makes a queue's server hold everything in memory only.
func forgetOnKill(t *testing.T, queueURL string) {
	t.Helper()
	target, err := url.Parse(queueURL)
	require.NoError(t, err)
	conn, err := net.Dial("unix", target.Path)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	_, err = io.WriteString(conn, "CONFIG SET appendonly no\r\n")
	require.NoError(t, err)
	answer, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "+OK\r\n", answer)
}

func relay(client net.Conn, socket string) {
	server, err := net.Dial("unix", socket)
	if err != nil {
		_ = client.Close()
		return
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	})
	lie(client, server)
	_ = client.Close()
	wg.Wait()
}

// lie passes on what a server says, line by line, but for two answers.
func lie(client io.Writer, server io.Reader) {
	reader, writer := bufio.NewReader(server), bufio.NewWriter(client)
	value := false // what comes next is the value of appendonly
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return
		}
		switch {
		case value && line == "$2\r\n":
			line = "$3\r\n"
		case value:
			line, value = "yes\r\n", false
		case line == "appendonly\r\n":
			value = true
		case strings.HasPrefix(line, "-ERR WAITAOF cannot be used"):
			line = "*2\r\n:1\r\n:0\r\n"
		}
		if _, err := writer.WriteString(line); err != nil {
			return
		}
		if reader.Buffered() == 0 {
			if writer.Flush() != nil {
				return
			}
		}
	}
}
