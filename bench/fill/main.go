// Command fill makes a base with as many cards as one likes, fast, so that starting, searching and serving can be measured at
// the size of a country. It is no import: what it writes is made up by a seed, and it writes nothing into a base that has cards.
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
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

// perTransaction is how many cards one transaction writes: few enough for SQLite's write-ahead log to stay short.
const perTransaction = 10_000

func main() {
	n := flag.Int("n", 1_000_000, "how many `cards`")
	data := flag.String("data", "", "the `folder` of the embedded base, for grappe serve --data")
	database := flag.String("database", "", "a postgres:// `address`, instead of the embedded base")
	code := flag.String("territory", "nc", "the `code` of the built-in territory that the cards are in")
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
	if err := fill(context.Background(), url, *code, *n, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "fill:", err)
		os.Exit(1)
	}
}

// fill makes the base. Cards are made in one goroutine and written in another.
func fill(ctx context.Context, url, code string, n int, seed uint64) error {
	d, err := db.Open(ctx, db.Options{URL: url, Migrations: schema.FS})
	if err != nil {
		return err
	}
	defer d.Close()
	t, _, err := territory.NewService(d, presets.FS).Ensure(ctx, code)
	if err != nil {
		return err
	}
	held, err := listing.Reader{}.Count(ctx, d.Read(), code)
	if err != nil {
		return err
	}
	if held > 0 {
		return fmt.Errorf("the base has %d cards already; name an empty one", held)
	}
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	if err != nil {
		return err
	}
	sectors, err := taxonomy.Load(presets.FS, taxonomy.Sectors)
	if err != nil {
		return err
	}
	author := newAuthor(t, competences, sectors, seed)
	batches := make(chan []listing.Record, 1)
	go func() {
		defer close(batches)
		for left := n; left > 0; {
			batch := make([]listing.Record, min(left, perTransaction))
			for i := range batch {
				batch[i] = author.card()
			}
			left -= len(batch)
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
