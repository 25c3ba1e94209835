// Command fill makes a base with as many cards as one likes, fast, so that starting, searching and serving can be measured at
// the size of a country. It is no import: what it writes is the bench's corpus, made up by a seed, and it never writes into a base that has cards.
//
//	go run ./fill -n 1000000 -data /tmp/grappe-1m
//	go run ./fill -n 100000 -database postgres://…
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/schema"
	"grappe/internal/territory"
	"grappe/presets"
)

// perTransaction is how many cards one transaction writes: few enough for SQLite's write-ahead log to stay short.
const perTransaction = 10_000

func main() {
	n := flag.Int("n", 1_000_000, "how many `cards`")
	data := flag.String("data", "", "the `folder` of the embedded base, for grappe serve --data")
	database := flag.String("database", "", "a postgres:// `address`, instead of the embedded base")
	seed := flag.Uint64("seed", 1853, "the `seed`: the same makes the same cards")
	flag.Parse()
	url := *database
	if url == "" && *data != "" {
		url = db.SQLiteURL(filepath.Join(*data, "grappe.db"))
	}
	if url == "" || *n < 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := fill(context.Background(), url, *n, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "fill:", err)
		os.Exit(1)
	}
}

// fill makes the base. Cards are made in one goroutine and written in another.
func fill(ctx context.Context, url string, n int, seed uint64) error {
	d, err := db.Open(ctx, db.Options{URL: url, Migrations: schema.FS})
	if err != nil {
		return err
	}
	defer d.Close()
	author, err := newAuthor(seed, n)
	if err != nil {
		return err
	}
	code := author.corpus.Territory.Code
	if _, _, err := territory.NewService(d, presets.FS).Ensure(ctx, code); err != nil {
		return err
	}
	held, err := listing.Reader{}.Count(ctx, d.Read(), code)
	if err != nil {
		return err
	}
	if held > 0 {
		return fmt.Errorf("the base has %d cards already; name an empty one", held)
	}
	batches := make(chan []listing.Record, 1)
	go func() {
		defer close(batches)
		for first := 0; first < n; first += perTransaction {
			batch := make([]listing.Record, min(n-first, perTransaction))
			for i := range batch {
				batch[i] = author.card(first + i)
			}
			batches <- batch
		}
	}()
	return write(ctx, d, batches, n)
}

func write(ctx context.Context, d *db.DB, batches <-chan []listing.Record, n int) error {
	began, written := time.Now(), 0
	for batch := range batches {
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := listing.Store{}.SaveBatch(ctx, tx, batch, time.Now())
			return err
		})
		if err != nil {
			return err
		}
		written += len(batch)
		fmt.Fprintf(os.Stderr, "\r%d of %d cards, %.0f a second ", written, n, float64(written)/time.Since(began).Seconds())
	}
	fmt.Fprintln(os.Stderr)
	return nil
}
