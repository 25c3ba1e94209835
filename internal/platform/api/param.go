package api

// Kind is how a parameter is written.
type Kind string

// The kinds.
const (
	Text    Kind = "text"    // at most MaxLength characters (0: 200), none of them a control character
	Integer Kind = "integer" // from Min to Max
	Number  Kind = "number"  // from Min to Max, finite
	Flag    Kind = "flag"    // 1 or true, 0 or false
	Choice  Kind = "choice"  // one of Enum
	List    Kind = "list"    // several of Enum, or texts where Enum is empty, with commas between them
	Box     Kind = "box"     // west,south,east,north in degrees; west > east crosses the date line
	Point   Kind = "point"   // latitude,longitude in degrees
)

// Param is one parameter of an operation. In a query an empty Text counts as none, as forms send it for a field that was left
// out; an empty value of any other kind is a fault.
type Param struct {
	Name      string
	Path      bool // in the path, and so required; else in the query
	Kind      Kind
	Many      bool // may be repeated (Text and Choice)
	MaxItems  int  // of Many and List; 0: 50
	Enum      []string
	Min, Max  float64 // of Integer and Number, both included
	MaxLength int     // in characters, of each text
	Default   string  // what counts where the parameter is missing; Values gives it
	Required  bool
	Text      string // last part of the key of its description; "" for Name
}
