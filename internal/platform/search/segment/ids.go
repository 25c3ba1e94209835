package segment

import "slices"

// names are texts in one piece of memory.
type names struct {
	n      int
	bytes  []byte
	ends   []uint32 // of each in bytes, while they are gathered
	start  starts   // of each in bytes, and the end
	length uint32   // of each, where all have one length, as UUIDs do: they need no starts then
}

func (n *names) add(text []byte) {
	n.bytes = append(n.bytes, text...)
	n.ends = append(n.ends, uint32(len(n.bytes)))
}

// of is a text. All have been gathered.
func (n *names) of(i uint32) []byte {
	if n.length > 0 {
		return n.bytes[i*n.length : (i+1)*n.length]
	}
	return n.bytes[n.start.at(i):n.start.at(i+1)]
}

// fit ends the gathering: it takes no more memory than it needs.
func (n *names) fit() {
	n.bytes, n.n = slices.Clone(n.bytes), len(n.ends)
	if n.length = n.oneLength(); n.length == 0 {
		n.start = startsOf(append([]uint32{0}, n.ends...))
	}
	n.ends = nil
}

// oneLength is that of all texts, 0 when they differ.
func (n *names) oneLength() uint32 {
	if len(n.ends) == 0 {
		return 0
	}
	length := n.ends[0]
	for i, end := range n.ends {
		if end != uint32(i+1)*length {
			return 0
		}
	}
	return length
}

// Hash is FNV-1a, 64 bits.
func Hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// HashID is the hash of a document's ID.
func HashID(id string) uint32 {
	h := Hash(id)
	return uint32(h ^ h>>32)
}

const hexDigits = "0123456789abcdef"

// packID writes an ID in few bytes: a UUID as 16, anything else as it is, behind a byte that says which.
func packID(id string) string {
	var b [17]byte
	b[0] = 1
	n := 0 // half bytes
	if len(id) != 36 {
		return "\x00" + id
	}
	for i := range len(id) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if id[i] != '-' {
				return "\x00" + id
			}
			continue
		}
		v := id[i] - '0'
		if v > 9 {
			if v = id[i] - 'a' + 10; v < 10 || v > 15 {
				return "\x00" + id
			}
		}
		b[1+n/2] = b[1+n/2]<<4 | v
		n++
	}
	return string(b[:])
}

// appendID appends a packed ID as it was.
func appendID(out, packed []byte) []byte {
	if packed[0] == 0 {
		return append(out, packed[1:]...)
	}
	for i, v := range packed[1:] {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out = append(out, '-')
		}
		out = append(out, hexDigits[v>>4], hexDigits[v&15])
	}
	return out
}

// AppendID appends the ID of a document.
func (c *Columns) AppendID(out []byte, d uint16) []byte { return appendID(out, c.ids.of(uint32(d))) }

// ID is the ID of a document.
func (c *Columns) ID(d uint16) string { return string(c.AppendID(make([]byte, 0, 36), d)) }
