package sections

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
)

// Reader reads a file, section by section. What is asked for beyond the end of a section is nothing, and from then on Err says that
// the file is damaged. No more memory is taken than the file is long.
type Reader struct {
	file    *os.File
	left    int64 // bytes of the file behind the section
	section []byte
	rest    []byte // of the section, still to be read
	sum     uint32
	err     error
}

// Open opens a file. The errors are those of os.Open, and ErrDamaged; whoever has the reader closes it.
func Open(path string) (*Reader, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &Reader{file: file}
	info, err := file.Stat()
	if err == nil {
		r.left = info.Size()
		err = r.mark()
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return r, nil
}

func (r *Reader) mark() error {
	begin, err := r.take(int64(len(mark)))
	if err == nil && string(begin) != mark {
		err = ErrDamaged
	}
	return err
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

// Err says what went wrong so far.
func (r *Reader) Err() error { return r.err }

// Want says that the file is damaged unless something holds.
func (r *Reader) Want(holds bool) {
	if r.err == nil && !holds {
		r.err = ErrDamaged
	}
}

// Next goes to the next section. All of the section before must have been read.
func (r *Reader) Next() {
	r.Want(len(r.rest) == 0)
	if r.err != nil {
		return
	}
	if r.err = r.next(); r.err != nil {
		r.rest = nil
	}
}

func (r *Reader) next() error {
	length, err := r.take(lengthSize)
	if err != nil {
		return err
	}
	n := binary.LittleEndian.Uint64(length)
	if n > uint64(r.left) { // before anything is added to it
		return ErrDamaged
	}
	all, err := r.take(int64(n) + sumSize)
	if err != nil {
		return err
	}
	r.rest = all[:n]
	if r.sum = crc32.Update(r.sum, castagnoli, r.rest); r.sum != binary.LittleEndian.Uint32(all[n:]) {
		return ErrDamaged
	}
	return nil
}

// take reads bytes of the file, which hold until the next are read.
func (r *Reader) take(n int64) ([]byte, error) {
	if n > r.left {
		return nil, ErrDamaged
	}
	if int64(cap(r.section)) < n {
		r.section = make([]byte, n)
	}
	r.section = r.section[:n]
	r.left -= n
	_, err := io.ReadFull(r.file, r.section)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) { // it became shorter
		err = ErrDamaged
	}
	return r.section, err
}

// End says what went wrong, and whether the file has more than was read.
func (r *Reader) End() error {
	r.Next()
	r.Want(len(r.rest) == 0 && r.left == 0)
	return r.err
}

// Number reads a number.
func (r *Reader) Number() int {
	bytes := r.bytes(1, lengthSize)
	if bytes == nil {
		return 0
	}
	return int(binary.LittleEndian.Uint64(bytes))
}

// bytes are those of n things of a size, nil where the section has fewer.
func (r *Reader) bytes(n, size int) []byte {
	r.Want(n >= 0 && n <= len(r.rest)/size)
	if r.err != nil {
		return nil
	}
	bytes := r.rest[:n*size]
	r.rest = r.rest[n*size:]
	return bytes
}

// Text reads a text.
func (r *Reader) Text() string { return string(r.bytes(r.Number(), 1)) }

// Texts reads texts.
func (r *Reader) Texts() []string {
	n := r.Number()
	r.Want(n >= 0 && n <= len(r.rest)/lengthSize) // each has a length at least
	if r.err != nil || n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = r.Text()
	}
	return list
}

// List reads a list of numbers; it is nil where it is empty.
func List[N Number](r *Reader) []N {
	var zero N
	n := r.Number()
	bytes := r.bytes(n, binary.Size(zero))
	if len(bytes) == 0 {
		return nil
	}
	list := make([]N, n)
	_, _ = binary.Decode(bytes, binary.LittleEndian, list) // there are as many bytes as it needs
	return list
}
