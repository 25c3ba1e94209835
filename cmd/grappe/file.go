package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"grappe/internal/platform/errs"
)

// unreadable says why a file that the person named cannot be read.
func unreadable(err error, path string) *errs.E {
	args := errs.Args{"file": path, "error": systemReason(err)}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errs.Wrap(err, errs.Usage, "cli.file_missing", args)
	case errors.Is(err, fs.ErrPermission):
		return errs.Wrap(err, errs.Usage, "cli.file_forbidden", args)
	case errors.Is(err, syscall.EISDIR):
		return errs.Wrap(err, errs.Usage, "cli.file_is_folder", args)
	}
	return errs.Wrap(err, errs.Usage, "cli.file_unreadable", args)
}

// unwritable says why a file that the person named cannot be written: what they can name better is a wrong call, a full
// disk is a failure.
func unwritable(err error, path string) *errs.E {
	args := errs.Args{"file": path, "error": systemReason(err)}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return errs.Wrap(err, errs.Usage, "cli.folder_missing", args)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return errs.Wrap(err, errs.Usage, "cli.file_write_forbidden", args)
	case errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.EEXIST):
		return errs.Wrap(err, errs.Usage, "cli.file_is_folder", args)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return errs.Wrap(err, errs.Unavailable, "cli.disk_full", args)
	}
	return errs.Wrap(err, errs.Unavailable, "cli.file_unwritable", args)
}

// openFile opens a file that the person named; a folder is none.
func openFile(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, unreadable(err, path)
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = syscall.EISDIR
	}
	if err != nil {
		f.Close()
		return nil, 0, unreadable(err, path)
	}
	return f, info.Size(), nil
}

// writeFile writes a file beside its final name and moves it there when it is whole, so that a broken run leaves nothing
// that looks finished.
func writeFile(path string, mode os.FileMode, write func(io.Writer) error) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return unwritable(syscall.EISDIR, path)
	}
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return unwritable(err, path)
	}
	defer os.Remove(part)
	defer f.Close()
	if err := write(f); err != nil {
		if errors.Is(err, syscall.ENOSPC) {
			return unwritable(err, path)
		}
		return err
	}
	if err := f.Sync(); err != nil {
		return unwritable(err, path)
	}
	if err := os.Rename(part, path); err != nil {
		return unwritable(err, path)
	}
	return nil
}

// systemReason is why the system refused a file, without its path, which the sentence names already.
func systemReason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}
