package demo

import (
	"embed"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed banks
var bankFiles embed.FS

// banks are all the phrases, read from the YAML files of the folder of that name.
type banks struct {
	frames        map[string][]string
	places        map[string][]string // by sort of place
	clients       map[string][]string // by code of the sector
	names         map[string][]string
	trades        map[string]trade        // by name of the trade
	organisations map[string]organisation // by category
	order         []string                // names of trades, sorted
	byCode        map[string][]string     // names of trades by code of competence
	sectors       []string                // of clients, sorted
}

// trade is what a company says whose main competence is Code; a competence has one trade or two.
type trade struct {
	Code   string   `yaml:"code"`   // of the taxonomy of competences
	Weight int      `yaml:"weight"` // how common it is
	NAF    []string `yaml:"naf"`
	Near   []string `yaml:"near"`  // codes of competences that go with it
	Words  []string `yaml:"words"` // parts of names
	Kinds  []string `yaml:"kinds"` // "f agence web": gender, then the noun phrase
	Heads  []string `yaml:"heads"`
	Does   []string `yaml:"does"`  // verb phrases in the infinitive
	List   []string `yaml:"list"`  // noun phrases without article
	Gains  []string `yaml:"gains"` // sentences: what the client gains
	Ways   []string `yaml:"ways"`  // sentences: how the work is done
	Tags   []string `yaml:"tags"`
}

// organisation is what an organisation that is no company says.
type organisation struct {
	NAF   []string `yaml:"naf"`
	Names []string `yaml:"names"` // "f La Ruche": gender, then the name
	Heads []string `yaml:"heads"`
	Open  []string `yaml:"open"`
	List  []string `yaml:"list"`
	Gains []string `yaml:"gains"`
	Ways  []string `yaml:"ways"`
	Tags  []string `yaml:"tags"`
	Codes []string `yaml:"competences"`
}

func loadBanks() (banks, error) {
	b := banks{trades: map[string]trade{}, organisations: map[string]organisation{}, byCode: map[string][]string{}}
	for file, into := range map[string]any{
		"frames": &b.frames, "places": &b.places, "clients": &b.clients, "names": &b.names,
	} {
		if err := readBank("banks/"+file+".yaml", into); err != nil {
			return b, err
		}
	}
	if err := readFolder("banks/trades", b.trades); err != nil {
		return b, err
	}
	if err := readFolder("banks/organisations", b.organisations); err != nil {
		return b, err
	}
	b.order = slices.Sorted(maps.Keys(b.trades))
	for _, name := range b.order {
		b.byCode[b.trades[name].Code] = append(b.byCode[b.trades[name].Code], name)
	}
	b.sectors = slices.Sorted(maps.Keys(b.clients))
	return b, nil
}

// readFolder reads each file of a folder under its name without extension.
func readFolder[T any](folder string, into map[string]T) error {
	files, err := bankFiles.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, f := range files {
		var bank T
		if err := readBank(path.Join(folder, f.Name()), &bank); err != nil {
			return err
		}
		into[strings.TrimSuffix(f.Name(), ".yaml")] = bank
	}
	return nil
}

func readBank(name string, into any) error {
	data, err := bankFiles.ReadFile(name)
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalWithOptions(data, into, yaml.Strict()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// gendered splits "f agence web" into its mark and its words.
func gendered(entry string) (feminine bool, words string) {
	mark, words, _ := strings.Cut(entry, " ")
	return mark == "f", words
}
