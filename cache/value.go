package cache

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"math"
)

// A value is, in this order and little endian:
//
//	format, 1 byte, valueFormat
//	length of the model's id, 4 bytes, and the id
//	dimensions, 4 bytes
//	SHA-256 of the embedded text, 32 bytes
//	the components, 4 bytes each, as IEEE 754
//	CRC-32C of all that, 4 bytes
//
// What stands before the components says what the vector is of: a value that begins in another way is not the one that
// is looked for.
const (
	valueFormat  = 1
	checksumSize = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// valueHead gives the beginning of the value for a text.
func valueHead(model string, dimensions int, text string) string {
	hash := sha256.Sum256([]byte(text))
	head := make([]byte, 0, 9+len(model)+len(hash))
	head = append(head, valueFormat)
	head = binary.LittleEndian.AppendUint32(head, uint32(len(model))) //nolint:gosec // no id is that long
	head = append(head, model...)
	head = binary.LittleEndian.AppendUint32(head, uint32(dimensions)) //nolint:gosec // no vector is that long
	return string(append(head, hash[:]...))
}

// encodeValue puts a vector behind its head.
func encodeValue(head string, vector []float32) []byte {
	value := make([]byte, 0, valueSize(head, len(vector)))
	value = append(value, head...)
	for _, x := range vector {
		value = binary.LittleEndian.AppendUint32(value, math.Float32bits(x))
	}
	return binary.LittleEndian.AppendUint32(value, crc32.Checksum(value, castagnoli))
}

// decodeValue gives the vector of a value with this head. It reports false for a value of anything else, and for a
// damaged one.
func decodeValue(head string, dimensions int, value []byte) ([]float32, bool) {
	if len(value) != valueSize(head, dimensions) || string(value[:len(head)]) != head {
		return nil, false
	}
	body := value[:len(value)-checksumSize]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(value[len(body):]) {
		return nil, false
	}
	components := body[len(head):]
	vector := make([]float32, dimensions)
	for i := range vector {
		vector[i] = math.Float32frombits(binary.LittleEndian.Uint32(components[4*i:]))
	}
	return vector, true
}

func valueSize(head string, dimensions int) int { return len(head) + 4*dimensions + checksumSize }
