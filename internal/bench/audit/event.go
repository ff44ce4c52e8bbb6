package main

import (
	"bytes"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// data is the event_data of each event that is measured, 122 bytes as it is sent.
const data = `{"fingerprint":"a1b2c3d4","count":3,"ratio":0.25,"labels":{"app":"payment-api","team":"payments"},"nodes":["n-1","n-2"]}`

// appendEvent appends an event as a caller sends it: of now, with an id of its own, one of 1,000 correlations and one
// of 500 resources.
func appendEvent(b *bytes.Buffer, n int) {
	id := uuid.Must(uuid.NewV7())
	b.WriteString(`{"event_id":"`)
	b.WriteString(id.String())
	b.WriteString(`","event_version":"1.0","event_timestamp":"`)
	b.Write(time.Now().UTC().AppendFormat(b.AvailableBuffer(), time.RFC3339Nano))
	b.WriteString(`","event_type":"gateway.signal.received","event_category":"signal","event_action":"received",` +
		`"event_outcome":"success","actor_type":"service","actor_id":"gateway","resource_type":"Pod","resource_id":"pod-`)
	b.WriteString(strconv.Itoa(n % 500))
	b.WriteString(`","correlation_id":"rr-2026-`)
	b.WriteString(strconv.Itoa(n % 1000))
	b.WriteString(`","namespace":"payments","severity":"critical","event_data":` + data + `}`)
}

// batch gives the body of a POST of size events.
func batch(size, n int) []byte {
	var b bytes.Buffer
	for i := range size {
		b.WriteByte("[,"[min(i, 1)])
		appendEvent(&b, n*size+i)
	}
	b.WriteByte(']')
	return b.Bytes()
}

func single(n int) []byte {
	var b bytes.Buffer
	appendEvent(&b, n)
	return b.Bytes()
}
