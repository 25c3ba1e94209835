package sections

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// sample are the lists of one section.
type sample struct {
	number int
	text   string
	texts  []string
	small  []uint8
	pairs  []uint16
	places []int32
	long   []uint64
}

func samples() []sample {
	return []sample{
		{number: 1 << 40, text: "Nouméa", texts: []string{"a", "", "bé"}, small: []uint8{1, 2, 255}, pairs: []uint16{65535, 1}, places: []int32{-1, 7}, long: []uint64{1 << 63}},
		{},
		{number: -1, small: make([]uint8, 1000)},
	}
}

func (s sample) write(w *Writer) {
	w.Number(s.number)
	w.Text(s.text)
	w.Texts(s.texts)
	Put(w, s.small)
	Put(w, s.pairs)
	Put(w, s.places)
	Put(w, s.long)
	w.End()
}

// read reads the samples, and gives the first error.
func read(path string) ([]sample, error) {
	r, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var got []sample
	for range samples() {
		r.Next()
		got = append(got, sample{r.Number(), r.Text(), r.Texts(), List[uint8](r), List[uint16](r), List[int32](r), List[uint64](r)})
	}
	return got, r.End()
}

func written(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	err := Write(path, func(w *Writer) error {
		for _, s := range samples() {
			s.write(w)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadIsWhatWasWritten(t *testing.T) {
	path := written(t)
	got, err := read(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range samples() {
		g := got[i]
		if g.number != want.number || g.text != want.text || !slices.Equal(g.texts, want.texts) || !slices.Equal(g.small, want.small) ||
			!slices.Equal(g.pairs, want.pairs) || !slices.Equal(g.places, want.places) || !slices.Equal(g.long, want.long) {
			t.Errorf("read is %+v\nof %+v", g, want)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is open to others: %v, %v", info.Mode(), err)
	}
}

// Whatever is damaged, cut off, appended to or put together is known as such, and never takes much memory or panics.
func TestDamagedFiles(t *testing.T) {
	path := written(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	try := func(what string, at int, bytes []byte) {
		t.Helper()
		if err := os.WriteFile(path, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := read(path); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s at %d: %v", what, at, err)
		}
	}
	for i := range whole {
		for _, flip := range []byte{1, 128, 255} {
			bytes := slices.Clone(whole)
			bytes[i] ^= flip
			try("a flipped bit", i, bytes)
		}
		try("the end", i, whole[:i])
	}
	try("more behind the end", len(whole), append(slices.Clone(whole), 0))
	other := len(whole) - lengthSize - sumSize // a section again
	try("a section twice", other, append(slices.Clone(whole), whole[other:]...))
}

// What asks for other lists than were written gets an error, not lists.
func TestReadOtherwise(t *testing.T) {
	r, err := Open(written(t))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	r.Next()
	if list := List[uint64](r); list != nil || !errors.Is(r.Err(), ErrDamaged) || r.Text() != "" || r.Number() != 0 || r.Texts() != nil {
		t.Errorf("%v, %v", list, r.Err())
	}
}

// A file that is not written to its end leaves the former one, and nothing else.
func TestWritingThatFails(t *testing.T) {
	path, failed := written(t), errors.New("no more")
	err := Write(path, func(w *Writer) error {
		w.Text("half")
		w.End()
		return failed
	})
	if _, broken := read(path); !errors.Is(err, failed) || broken != nil {
		t.Errorf("%v; the former file: %v", err, broken)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind are %v, %v", entries, err)
	}
	if err := Write(filepath.Join(t.TempDir(), "nowhere", "file"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a folder: %v", err)
	}
}
