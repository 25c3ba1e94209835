package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"grappe/bench/instance"
)

// makeBase makes an empty base, and gives what takes it away again.
func makeBase(ctx context.Context, server string) (instance.Base, func() error, error) {
	folder, err := os.MkdirTemp("", "grappe-soak-*")
	if err != nil {
		return instance.Base{}, nil, err
	}
	clear := func() error { return os.RemoveAll(folder) }
	if server == "" {
		return instance.Base{Data: folder}, clear, nil
	}
	address, err := url.Parse(server)
	if err != nil {
		return instance.Base{}, nil, errors.Join(err, clear())
	}
	name := fmt.Sprintf("grappe_soak_%d", time.Now().UnixNano())
	if err := maintain(ctx, server, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return instance.Base{}, nil, errors.Join(err, clear())
	}
	address.Path = "/" + name
	drop := func() error {
		return errors.Join(maintain(context.WithoutCancel(ctx), server, "DROP DATABASE "+name+" WITH (FORCE)"), clear())
	}
	return instance.Base{Data: folder, Database: address.String()}, drop, nil
}

func maintain(ctx context.Context, server, statement string) error {
	d, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.ExecContext(ctx, statement)
	return err
}

func engineOf(b instance.Base) string {
	if b.Database != "" {
		return "PostgreSQL"
	}
	return "SQLite"
}

// mustBeQuiet fails when the log of the instance, which holds warnings and worse, holds anything.
func mustBeQuiet(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if len(text) == 0 {
		return nil
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return fmt.Errorf("the log has %d lines of warnings and errors:\n%s", len(lines), strings.Join(lines[:min(len(lines), 10)], "\n"))
}
