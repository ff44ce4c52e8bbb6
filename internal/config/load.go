package config

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
)

// ErrInvalid says that a setting is unknown or impossible. The text names the setting, where it comes from, and the rule.
var ErrInvalid = errors.New("invalid configuration")

// Sources is where settings come from, in rising precedence.
type Sources struct {
	Defaults Config
	File     string         // YAML; empty for none
	Environ  []string       // as os.Environ gives it; an empty value counts as none
	Flags    *pflag.FlagSet // with the flags of Register; only those that were set count
}

// otherVariables are for something else than the settings: the commands that talk to a service, and tests.
var otherVariables = []string{Prefix + "SERVER"}

const testVariables = Prefix + "TEST_"

// Load gives the settings of all sources together, with secrets read from their files. All faults are reported at once,
// as ErrInvalid.
func Load(src Sources) (Config, error) {
	l := &loader{config: src.Defaults, origin: map[string]string{}}
	for _, load := range []func(Sources) error{l.file, l.environment, l.flags} {
		if err := load(src); err != nil {
			return Config{}, fmt.Errorf("%w: %w", ErrInvalid, err)
		}
	}
	l.readFiles()
	if len(l.faults) == 0 {
		l.check()
	}
	if len(l.faults) > 0 {
		return Config{}, fmt.Errorf("%w:\n  %s", ErrInvalid, strings.Join(l.faults, "\n  "))
	}
	return l.config, nil
}

// loader collects settings and faults.
type loader struct {
	config Config
	origin map[string]string // where the value of a key comes from
	faults []string
}

func (l *loader) fault(format string, args ...any) {
	l.faults = append(l.faults, fmt.Sprintf(format, args...))
}

func (l *loader) file(src Sources) error {
	if src.File == "" {
		return nil
	}
	k := koanf.New(".")
	if err := k.Load(file.Provider(src.File), yaml.Parser()); err != nil {
		return fmt.Errorf("%s: %w", src.File, err)
	}
	known := map[string]bool{}
	for _, key := range Keys() {
		known[key.Name] = true
	}
	for _, name := range k.Keys() {
		if !known[name] {
			l.fault("%s: unknown key %s", src.File, name)
		}
	}
	l.take(k, func(Key) string { return src.File })
	return nil
}

func (l *loader) environment(src Sources) error {
	names := map[string]string{}
	for _, key := range Keys() {
		names[key.Env] = key.Name
	}
	unknown := map[string]bool{}
	k := koanf.New(".")
	err := k.Load(env.Provider(".", env.Opt{
		Prefix:      Prefix,
		EnvironFunc: func() []string { return src.Environ },
		TransformFunc: func(variable, value string) (string, any) {
			name, known := names[variable]
			if !known && !slices.Contains(otherVariables, variable) && !strings.HasPrefix(variable, testVariables) {
				unknown[variable] = true
			}
			if value == "" {
				return "", nil
			}
			return name, value
		},
	}), nil)
	if err != nil {
		return err
	}
	for _, variable := range slices.Sorted(maps.Keys(unknown)) {
		l.fault("unknown environment variable %s", variable)
	}
	l.take(k, func(key Key) string { return key.Env })
	return nil
}

func (l *loader) flags(src Sources) error {
	if src.Flags == nil {
		return nil
	}
	names := map[string]string{}
	for _, key := range Keys() {
		names[key.Flag] = key.Name
	}
	k := koanf.New(".")
	err := k.Load(posflag.ProviderWithFlag(src.Flags, ".", nil, func(f *pflag.Flag) (string, any) {
		if !f.Changed {
			return "", nil
		}
		return names[f.Name], f.Value.String()
	}), nil)
	if err != nil {
		return err
	}
	l.take(k, func(key Key) string { return "--" + key.Flag })
	return nil
}

// take sets what one source says.
func (l *loader) take(k *koanf.Koanf, origin func(Key) string) {
	for _, key := range Keys() {
		if !k.Exists(key.Name) {
			continue
		}
		l.origin[key.Name] = origin(key)
		written := k.Get(key.Name)
		if err := set(key.value(&l.config), written); err != nil {
			if key.secret() {
				written = mask
			}
			l.wrong(key.Name, written, err.Error())
		}
	}
}

// set gives a field the value that was written. It never guesses: a number without a unit is no time.
func set(field reflect.Value, written any) error {
	text, isText := written.(string)
	if !isText {
		switch written.(type) {
		case bool, int, int64, uint64, float64:
			text = fmt.Sprint(written)
		default:
			return errors.New("must be a single value")
		}
	}
	switch field.Interface().(type) {
	case time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return errors.New("must be a time with its unit, such as 500ms, 30s or 2m")
		}
		field.SetInt(int64(d))
	case int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return errors.New("must be a whole number")
		}
		field.SetInt(int64(n))
	case bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("must be true or false")
		}
		field.SetBool(b)
	default:
		if !isText {
			return errors.New("must be a text; put it in quotes")
		}
		field.SetString(text)
	}
	return nil
}
