package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"grappe/internal/directory"
)

// keepEvery is how often it is looked whether so much changed that the indexes should be written to disk again.
const keepEvery = 10 * time.Minute

// keep has the indexes written to disk: at once those that are not there, from time to time those of which much changed, and these
// once more when ctx ends.
func (a *App) keep(ctx context.Context) {
	again := time.NewTicker(keepEvery)
	defer again.Stop()
	for ctx.Err() == nil {
		a.Directory.Keep(ctx)
		select {
		case <-again.C:
		case <-ctx.Done():
		}
	}
	a.Directory.Keep(context.WithoutCancel(ctx))
}

// keeping says where the indexes are kept: in the data folder. Beside PostgreSQL nothing else may need one, and none is made for them.
func (o Options) keeping() directory.Keeping {
	if o.Data == "" {
		return directory.Keeping{}
	}
	if o.Database != "" {
		if _, err := os.Stat(o.Data); err != nil {
			return directory.Keeping{}
		}
	}
	return directory.Keeping{Folder: filepath.Join(o.Data, "index"), Program: program, Fewest: o.fewestKept}
}

// program tells the program that runs from every other by a hash of its file. It is the file that was started, whatever lies in its
// place by now, where the system has a name for that.
var program = sync.OnceValues(func() (string, error) {
	file, err := os.Open("/proc/self/exe")
	if err != nil {
		path, err := os.Executable()
		if err != nil {
			return "", err
		}
		if file, err = os.Open(path); err != nil {
			return "", err
		}
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
})
