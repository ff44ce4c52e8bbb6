package cache

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/redis/rueidis"
)

// The scripts move entries. A script is one step for everybody else, and is in the append-only file as a whole or not at
// all. What moves an entry deletes first: from then on the server lets the script write even when its memory is full.

// claimScript takes entries one by one until there are enough: what is pending and either its own or idle, oldest first, so
// that a parent comes before or with its children, then new ones. XCLAIM raises the count of deliveries.
//
// When nobody has claimed anything and there is nothing new, but the stream is not empty, entries were lost from sight:
// somebody has removed a consumer that owned them. Then the group begins anew.
//
// KEYS: the stream. ARGV: group, consumer, limit, idle time in ms, limit in bytes. Gives the id of the first entry that was
// left to another consumer, empty for none, and {id, deliveries, payload}…
var claimScript = rueidis.NewLuaScript(`
local stream, group, me, limit, idle, room = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local taken, left = {}, nil
local function add(entry, deliveries)
  taken[#taken + 1] = {entry[1], deliveries, entry[2][2]}
  room = room - #entry[2][2]
end
local function enough() return #taken >= limit or room <= 0 end
local function claim(pending)
  for _, p in ipairs(pending) do
    if enough() then return end
    if p[2] == me or p[3] >= idle then
      local got = redis.call('XCLAIM', stream, group, me, 0, p[1])
      if got[1] then add(got[1], p[4] + 1) end
    else
      left = left or p[1]
    end
  end
end
local function fresh()
  while not enough() do
    local got = redis.call('XREADGROUP', 'GROUP', group, me, 'COUNT', 1, 'STREAMS', stream, '>')
    if not got then return end
    add(got[1][2][1], 1)
  end
end
local from = '-'
while from and not enough() do
  local pending = redis.call('XPENDING', stream, group, from, '+', limit)
  claim(pending)
  from = pending[limit] and '(' .. pending[limit][1]
end
fresh()
if #taken == 0 and redis.call('XPENDING', stream, group)[1] == 0 and redis.call('XLEN', stream) > 0 then
  redis.call('XGROUP', 'SETID', stream, group, '0')
  fresh()
end
return {left or '', taken}
`)

// createScript makes the group, from the first entry on. It deletes nothing first, so that a full server makes it too.
// KEYS: the stream. ARGV: group.
var createScript = rueidis.NewLuaScript(`
redis.call('XDEL', KEYS[1], '0-1')
return redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
`)

// releaseScript gives back those entries that the consumer still owns.
// KEYS: the stream. ARGV: group, consumer, idle time in ms, then id and deliveries of each entry.
var releaseScript = rueidis.NewLuaScript(`
for i = 4, #ARGV, 2 do
  if redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])[1] then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'IDLE', ARGV[3], 'RETRYCOUNT', ARGV[i + 1], 'JUSTID')
  end
end
`)

// handOverScript gives back all that a consumer owns, with their deliveries counted, and forgets one that owns nothing.
// KEYS: the stream. ARGV: group, consumer, idle time in ms.
var handOverScript = rueidis.NewLuaScript(`
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1000, ARGV[2])
for _, p in ipairs(pending) do
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, p[1], 'IDLE', ARGV[3], 'JUSTID')
end
if #pending == 0 then redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2]) end
`)

// forgetScript removes consumers that own nothing and have been silent. One that owns something must not be removed: its
// entries would be lost from sight.
// KEYS: the stream. ARGV: group, the consumer that stays, silence in ms.
var forgetScript = rueidis.NewLuaScript(`
for _, fields in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local c = {}
  for i = 1, #fields, 2 do c[fields[i]] = fields[i + 1] end
  if c.pending == 0 and c.idle >= tonumber(ARGV[3]) and c.name ~= ARGV[2] then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], c.name)
  end
end
`)

// doneScript removes entries. KEYS: the stream. ARGV: group, then ids.
var doneScript = rueidis.NewLuaScript(`
for i = 2, #ARGV do
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])
  redis.call('XDEL', KEYS[1], ARGV[i])
end
`)

// parkScript moves an entry as it is, with what is known about it put before it.
// KEYS: the stream, the parked. ARGV: group, id, reason, deliveries. Gives 1, or 0 when there is no such entry.
var parkScript = rueidis.NewLuaScript(`
local entry = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])[1]
redis.call('XDEL', KEYS[1], ARGV[2])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
if not entry then return 0 end
redis.call('XADD', KEYS[2], '*', 'reason', ARGV[3], 'attempts', ARGV[4], unpack(entry[2]))
return 1
`)

// retryScript moves a parked entry back, without what was put before it.
// KEYS: the stream, the parked. ARGV: id. Gives 1, or 0 when there is no such entry.
var retryScript = rueidis.NewLuaScript(`
local entry = redis.call('XRANGE', KEYS[2], ARGV[1], ARGV[1])[1]
if not entry then return 0 end
redis.call('XDEL', KEYS[2], ARGV[1])
redis.call('XADD', KEYS[1], '*', unpack(entry[2], 5))
return 1
`)

// statsScript gives the number of entries, the age of the oldest in ms, and the number of parked entries. The oldest is
// looked at on the server, since it may be large.
// KEYS: the stream, the parked.
var statsScript = rueidis.NewLuaScriptReadOnly(`
local age, oldest = 0, redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
if oldest then
  local now = redis.call('TIME')
  age = now[1] * 1000 + math.floor(now[2] / 1000) - tonumber(string.match(oldest[1], '^%d+'))
end
return {redis.call('XLEN', KEYS[1]), age, redis.call('XLEN', KEYS[2])}
`)

// streamID is the id of a stream's entry: the time in ms when it was added, by the server's clock, and a number.
type streamID struct{ ms, seq uint64 }

func parseStreamID(text string) (streamID, bool) {
	ms, seq, found := strings.Cut(text, "-")
	if !found {
		return streamID{}, false
	}
	var id streamID
	var msErr, seqErr error
	id.ms, msErr = strconv.ParseUint(ms, 10, 64)
	id.seq, seqErr = strconv.ParseUint(seq, 10, 64)
	return id, msErr == nil && seqErr == nil
}

func (id streamID) String() string {
	return strconv.FormatUint(id.ms, 10) + "-" + strconv.FormatUint(id.seq, 10)
}

func (id streamID) compare(other streamID) int {
	return cmp.Or(cmp.Compare(id.ms, other.ms), cmp.Compare(id.seq, other.seq))
}

func (id streamID) time() time.Time {
	const most = 1 << 62                                 // of what a made-up id may say
	return time.UnixMilli(int64(min(id.ms, most))).UTC() //nolint:gosec // it fits
}

func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
