package segment

import "slices"

// names are texts in one piece of memory.
type names struct {
	start  []uint32 // nil where all are of one length, as UUIDs are
	length uint32   // of each of those
	bytes  []byte
}

func (n *names) add(text []byte) {
	n.start = append(n.start, uint32(len(n.bytes)))
	n.bytes = append(n.bytes, text...)
}

func (n *names) of(i uint32) []byte {
	if n.start == nil {
		return n.bytes[i*n.length : (i+1)*n.length]
	}
	if end := i + 1; int(end) < len(n.start) {
		return n.bytes[n.start[i]:n.start[end]]
	}
	return n.bytes[n.start[i]:]
}

// fit ends the building: it takes no more memory than it needs.
func (n *names) fit() {
	n.bytes = slices.Clone(n.bytes)
	if len(n.start) < 2 {
		return
	}
	n.length = n.start[1]
	for i, at := range n.start {
		if at != uint32(i)*n.length {
			return
		}
	}
	if uint32(len(n.bytes)) == uint32(len(n.start))*n.length {
		n.start = nil
	}
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
