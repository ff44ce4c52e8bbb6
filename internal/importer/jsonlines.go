package importer

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// AddJSONLines reads one record per line; empty lines are passed over. A line that is no record becomes a refusal, and
// the next one is read; so does a fault of the reader, which ends the reading. Errors: those of the temporary file, and
// the end of the context.
func (b *Batch) AddJSONLines(ctx context.Context, name string, r io.Reader) error {
	reader := bufio.NewReaderSize(r, 1<<16)
	var line []byte
	for number := 1; ; number++ {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		var tooLong bool
		var err error
		line, tooLong, err = readLine(reader, line[:0])
		origin, last := Origin{File: name, Line: number}, errors.Is(err, io.EOF)
		if err != nil && !last {
			b.refuse(origin, fmt.Errorf("cannot be read, nor what follows: %w", err))
			return nil //nolint:nilerr // the fault is in the account
		}
		if number == 1 {
			line = bytes.TrimPrefix(line, byteOrderMark)
		}
		if tooLong {
			b.refuse(origin, errTooLarge)
		} else if record := bytes.TrimSpace(line); len(record) > 0 {
			if err := b.add(origin, record); err != nil {
				return err
			}
		}
		if last {
			return nil
		}
	}
}

var errTooLarge = fmt.Errorf("is larger than %d bytes", MaxRecordSize)

// readLine appends the next line to the buffer. Of a line that is too long it reads and drops the rest. The error is
// io.EOF after the last line.
func readLine(r *bufio.Reader, buffer []byte) (line []byte, tooLong bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if len(buffer)+len(part) > MaxRecordSize+1 { // the line feed does not count
			tooLong = true
			buffer = buffer[:0]
		}
		if !tooLong {
			buffer = append(buffer, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return buffer, tooLong, err
		}
	}
}
