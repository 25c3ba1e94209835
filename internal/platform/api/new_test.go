package api_test

import (
	"strings"
	"testing"

	"grappe/internal/platform/api"
)

type (
	loud    struct{ A func() }
	private struct {
		B struct {
			C int `json:"c"`
		} `json:"b"`
	}
	Thing struct{}
)

type selfmade struct{}

func (selfmade) MarshalJSON() ([]byte, error) { return nil, nil }

// A description that contradicts itself is refused when the program starts, not when somebody asks.
func TestNewRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(*api.Description)
		want  string
	}{
		"no version":           {func(d *api.Description) { d.Version = "" }, "Version"},
		"the same id":          {func(d *api.Description) { d.Operations[1].ID = "things" }, "another's"},
		"an id in capitals":    {func(d *api.Description) { d.Operations[0].ID = "Things" }, "small letters"},
		"no handler":           {func(d *api.Description) { d.Operations[0].Handle = nil }, "nothing answers"},
		"no answer":            {func(d *api.Description) { d.Operations[0].Answer = nil }, "nothing answers"},
		"no example":           {func(d *api.Description) { d.Operations[0].Examples = nil }, "no example"},
		"an unknown status":    {func(d *api.Description) { d.Operations[0].Errors = []int{418} }, "418"},
		"a path with a space":  {func(d *api.Description) { d.Operations[0].Path = "/a b" }, "path"},
		"a path of all":        {func(d *api.Description) { d.Operations[0].Path = "/a/{id...}" }, "path"},
		"a hole without words": {func(d *api.Description) { d.Operations[0].Path = "/a/{other}" }, `"other" of the path is not described`},
		"words without a hole": {func(d *api.Description) { d.Operations[1].Path = "/a" }, `parameter "id"`},
		"a choice of nothing":  {func(d *api.Description) { d.Operations[0].Params[1].Enum = nil }, "choice of nothing"},
		"no bounds":            {func(d *api.Description) { d.Operations[0].Params[8].Max = 0 }, "without bounds"},
		"an unknown kind":      {func(d *api.Description) { d.Operations[0].Params[0].Kind = "colour" }, "colour"},
		"a box twice":          {func(d *api.Description) { d.Operations[0].Params[2].Many = true }, "repeated"},
		"a wrong default":      {func(d *api.Description) { d.Operations[0].Params[8].Default = "0" }, "api.bad_integer"},
		"a wrong example":      {func(d *api.Description) { d.Operations[0].Examples[1].Values["near"] = []string{"1"} }, "api.bad_point"},
		"an example of more":   {func(d *api.Description) { d.Operations[0].Examples[1].Values["colour"] = []string{"1"} }, "that the operation does not"},
		"an example of less":   {func(d *api.Description) { d.Operations[1].Examples[0].Values = nil }, "api.required"},
		"a function":           {func(d *api.Description) { d.Operations[2].Answer = loud{} }, "cannot be written"},
		"no name":              {func(d *api.Description) { d.Operations[2].Answer = private{} }, "needs a name"},
		"JSON of its own":      {func(d *api.Description) { d.Operations[2].Answer = selfmade{} }, "by itself"},
		"two of one name":      {func(d *api.Description) { d.Operations[2].Answer = Thing{} }, "both called Thing"},
	} {
		d := sample()
		tt.spoil(&d)
		if _, err := api.New(d); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}
