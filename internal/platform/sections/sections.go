// Package sections keeps lists of numbers and texts in a file that is read much faster than what it holds could be made again. A file is
// written whole or not at all, and is made of sections, each with its length and a checksum that goes on from that of the section
// before: what is damaged, cut off or put together of two files is never taken for what was written. It must not know what the
// lists mean.
package sections

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
)

// A file begins with a mark. A section is the length of what it holds (8 bytes), what it holds, and a checksum (CRC-32C, 4 bytes);
// numbers stand with their lowest byte first. An empty section is the last.
const (
	mark       = "sections"
	lengthSize = 8
	sumSize    = 4
)

// HalfWritten is how the names of files end that were not written to their end. Whoever was killed leaves them behind.
const HalfWritten = ".tmp"

// ErrDamaged says that a file is not what was written.
var ErrDamaged = errors.New("sections: the file is damaged")

// castagnoli is the polynomial that processors know.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Number is what lists are made of.
type Number interface {
	uint8 | uint16 | uint32 | uint64 | int32
}

// Writer writes a file. It gathers a section until End: whoever has written all they know of a thing ends it. An error of the file
// stays to the end, and Write returns it.
type Writer struct {
	file    *os.File
	section []byte
	sum     uint32
	err     error
}

// Write makes a file of what fill writes. It comes under its name when all of it lies on the disk, in place of a file that had the
// name: until then, and when anything fails, that one stays. Only the user of the process may read it.
func Write(path string, fill func(*Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*"+HalfWritten)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	w := &Writer{file: file}
	_, w.err = file.WriteString(mark)
	err = fill(w)
	w.section = w.section[:0]
	w.End()
	if err = errors.Join(err, w.err); err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// End ends a section.
func (w *Writer) End() {
	if w.err != nil {
		return
	}
	w.sum = crc32.Update(w.sum, castagnoli, w.section)
	_, w.err = w.file.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(w.section))))
	if w.err == nil {
		_, w.err = w.file.Write(binary.LittleEndian.AppendUint32(w.section, w.sum))
	}
	w.section = w.section[:0]
}

// Number writes a number.
func (w *Writer) Number(n int) { w.section = binary.LittleEndian.AppendUint64(w.section, uint64(n)) }

// Text writes a text.
func (w *Writer) Text(text string) {
	w.Number(len(text))
	w.section = append(w.section, text...)
}

// Texts writes texts.
func (w *Writer) Texts(list []string) {
	w.Number(len(list))
	for _, text := range list {
		w.Text(text)
	}
}

// Put writes a list of numbers.
func Put[N Number](w *Writer, list []N) {
	w.Number(len(list))
	w.section, _ = binary.Append(w.section, binary.LittleEndian, list) // fails for no list of numbers
}
