package config

import (
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// Prefix begins the name of every environment variable of the service.
const Prefix = "DATASTORAGE_"

// Key is one setting.
type Key struct {
	Name string // in a file, such as database.url
	Env  string // such as DATASTORAGE_DATABASE_URL
	Flag string // such as database-url
	Help string

	field []int
	kind  reflect.Type
}

// Keys lists every setting in the order of the struct.
func Keys() []Key { return keysOf(reflect.TypeFor[Config](), "", "", nil) }

// keysOf lists the settings of a struct whose names and helps begin with the given texts. An embedded struct adds nothing
// to them.
func keysOf(t reflect.Type, prefix, about string, at []int) []Key {
	var keys []Key
	for field := range t.Fields() {
		name, help := prefix+field.Tag.Get("koanf"), about+field.Tag.Get("help")
		path := append(at[:len(at):len(at)], field.Index...)
		switch {
		case field.Anonymous:
			keys = append(keys, keysOf(field.Type, prefix, about, path)...)
			continue
		case field.Type.Kind() == reflect.Struct:
			keys = append(keys, keysOf(field.Type, name+".", help, path)...)
			continue
		}
		keys = append(keys, Key{
			Name:  name,
			Env:   Prefix + strings.ToUpper(strings.ReplaceAll(name, ".", "_")),
			Flag:  strings.NewReplacer(".", "-", "_", "-").Replace(name),
			Help:  help,
			field: path,
			kind:  field.Type,
		})
	}
	return keys
}

func (k Key) secret() bool { return k.kind == reflect.TypeFor[SecretURL]() }

// value is the field of a key in a configuration.
func (k Key) value(c *Config) reflect.Value { return reflect.ValueOf(c).Elem().FieldByIndex(k.field) }

// Register adds a flag, which shows the given default, for each of the named settings; for all when none is named.
func Register(flags *pflag.FlagSet, defaults Config, names ...string) {
	for _, k := range Keys() {
		if len(names) > 0 && !slices.Contains(names, k.Name) {
			continue
		}
		help := k.Help + " [" + k.Env + "]"
		switch v := k.value(&defaults).Interface().(type) {
		case bool:
			flags.Bool(k.Flag, v, help)
		case int:
			flags.Int(k.Flag, v, help)
		case time.Duration:
			flags.Duration(k.Flag, v, help)
		case SecretURL:
			flags.String(k.Flag, string(v), help)
		case string:
			flags.String(k.Flag, v, help)
		}
	}
}

// LogValue gives every setting under its name, secrets masked.
func (c Config) LogValue() slog.Value {
	keys := Keys()
	attributes := make([]slog.Attr, 0, len(keys))
	for _, k := range keys {
		attributes = append(attributes, slog.Any(k.Name, k.value(&c).Interface()))
	}
	return slog.GroupValue(attributes...)
}
