package demo

import (
	"bytes"
	"encoding/csv"
	"encoding/json"

	"github.com/goccy/go-yaml"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
)

// Care is what goes on around the cards of the fictional territory: what people said of them and proposed, what was imported.
type Care struct {
	Suggestions []Said   `json:"suggestions"`
	Proposals   []Said   `json:"proposals"`
	Edits       []Said   `json:"edits"`
	Flags       []Flag   `json:"flags"`
	Imported    Imported `json:"imported"`
	Claims      []Claim  `json:"claims"`
}

// Claim is somebody who says that a card is theirs, and proves it by a paper alone.
type Claim struct {
	Mail    string `json:"mail"`
	Name    string `json:"name"`
	Days    int    `json:"days"`
	Message string `json:"message"`
	Rival   bool   `json:"rival"` // the card is that of the claim before
}

// Said is what somebody would have a card say.
type Said struct {
	Mail    string          `json:"mail"`
	Name    string          `json:"name"`
	Days    int             `json:"days"` // ago
	About   string          `json:"about"`
	Message string          `json:"message"`
	Content listing.Content `json:"content"`
	Signs   []string        `json:"signs"`   // of spam
	Same    []string        `json:"same"`    // addresses of others who say the same
	Owned   bool            `json:"owned"`   // the card has people
	Like    bool            `json:"like"`    // it has the name and the place of a card that is there
	Becomes string          `json:"becomes"` // "" for what waits
	Reason  string          `json:"reason"`
}

// Fields names the fields of which something is said.
func (s Said) Fields() []string {
	var names []string
	for _, f := range listing.Fields() {
		if !f.Empty(&s.Content) {
			names = append(names, f.Name)
		}
	}
	return names
}

// Flag is what speaks against a card.
type Flag struct {
	Kind listing.FlagKind `json:"kind"`
	Days int              `json:"days"`
}

// Imported is a file that was imported.
type Imported struct {
	File string `json:"file"`
	Days int    `json:"days"`
	Rows []Row  `json:"rows"`
}

// Row is one organisation of the file; one that is Like has the name and the place of a card that is there.
type Row struct {
	ID    string `json:"id"`
	Name  string `json:"nom"`
	City  string `json:"commune"`
	Phone string `json:"telephone"`
	Mail  string `json:"courriel"`
	Does  string `json:"activite"`
	Like  bool   `json:"like"`
}

// LoadCare reads what goes on around the cards.
func LoadCare() (Care, error) {
	var c Care
	source, err := bankFiles.ReadFile("banks/care.yaml")
	if err == nil {
		source, err = yaml.YAMLToJSON(source)
	}
	if err == nil {
		err = json.Unmarshal(source, &c)
	}
	if err != nil {
		return c, errs.Wrap(err, errs.Internal, "demo.banks", nil)
	}
	return c, nil
}

// CSV is the file, whose columns are named as ImportMapping has them.
func (i Imported) CSV() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"id", "nom", "commune", "telephone", "courriel", "activite"}}
	for _, r := range i.Rows {
		rows = append(rows, []string{r.ID, r.Name, r.City, r.Phone, r.Mail, r.Does})
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

// ImportMapping says how the file is read.
func ImportMapping() ([]byte, error) { return bankFiles.ReadFile("banks/care-import.yaml") }
