package territory

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"grappe/internal/platform/errs"
)

// folder is where presets keep their territories.
const folder = "territories"

// maxYAML is the largest territory file that Parse takes, in bytes.
const maxYAML = 16 << 20

// Load reads a territory from a folder of presets. It returns errs.NotFound, which names those that exist, for an
// unknown code.
func Load(presets fs.FS, code string) (*Territory, error) {
	data, err := presetSource(presets, code)
	if err != nil {
		return nil, err
	}
	t, err := Parse(data)
	if err != nil {
		return nil, err
	}
	if t.Code != code {
		return nil, errs.New(errs.Invalid, "territory.misnamed", errs.Args{"file": code + ".yaml", "code": t.Code})
	}
	return t, nil
}

// presetSource reads the file of a built-in territory.
func presetSource(presets fs.FS, code string) ([]byte, error) {
	known, err := Codes(presets)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(known, code) {
		return nil, unknown(code, known)
	}
	data, err := fs.ReadFile(presets, path.Join(folder, code+".yaml"))
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "territory.unreadable", errs.Args{"code": code})
	}
	return data, nil
}

func unknown(code string, known []string) *errs.E {
	return errs.New(errs.NotFound, "territory.unknown", errs.Args{"code": clip(code), "known": strings.Join(known, ", ")})
}

// clip keeps what somebody typed short enough to be shown.
func clip(s string) string {
	r := []rune(strings.ToValidUTF8(s, "\uFFFD"))
	if len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return string(r)
}

// LoadAll reads every territory of a folder of presets, in the order of their codes.
func LoadAll(presets fs.FS) ([]*Territory, error) {
	codes, err := Codes(presets)
	if err != nil {
		return nil, err
	}
	out := make([]*Territory, 0, len(codes))
	for _, code := range codes {
		t, err := Load(presets, code)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// Codes lists the territories of a folder of presets, in alphabetical order.
func Codes(presets fs.FS) ([]string, error) {
	files, err := fs.Glob(presets, folder+"/*.yaml")
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "territory.unreadable", errs.Args{"code": folder})
	}
	codes := make([]string, 0, len(files))
	for _, f := range files {
		codes = append(codes, strings.TrimSuffix(path.Base(f), ".yaml"))
	}
	slices.Sort(codes)
	return codes, nil
}

// Parse reads a territory from YAML and checks all of it. It returns errs.Invalid: with the line for what is no YAML or
// has a field that no territory has, and with one entry in Fields for each fault of the content.
func Parse(data []byte) (*Territory, error) {
	if len(data) > maxYAML {
		return nil, errs.New(errs.TooLarge, "territory.too_large", errs.Args{"megabytes": maxYAML >> 20})
	}
	var t Territory
	err := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))), yaml.Strict()).Decode(&t)
	if errors.Is(err, io.EOF) {
		return nil, errs.New(errs.Invalid, "territory.empty", nil)
	}
	if err != nil {
		args := errs.Args{"line": 0, "detail": err.Error()}
		var at yaml.Error
		if errors.As(err, &at) {
			args["detail"] = at.GetMessage()
			if tok := at.GetToken(); tok != nil && tok.Position != nil {
				args["line"] = tok.Position.Line
			}
		}
		return nil, errs.Wrap(err, errs.Invalid, "territory.yaml", args)
	}
	if faults := t.faults(); len(faults) > 0 {
		e := errs.New(errs.Invalid, "territory.invalid", errs.Args{"code": clip(t.Code), "n": len(faults)})
		e.Fields = faults
		return nil, e
	}
	t.tree = NewTree(t.Zones)
	if t.location, err = time.LoadLocation(t.TimeZone); err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "territory.fault.time_zone", errs.Args{"value": t.TimeZone})
	}
	return &t, nil
}
