package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"grappe/bench/instance"
)

type options struct {
	binary, data string
	live         int
	idle         time.Duration
}

func main() {
	o := options{os.Args[1], os.Args[2], 10000, 60 * time.Second}
	if _, err := os.Stat(o.data + "/grappe.db"); err != nil {
		fmt.Println(instance.Fill(context.Background(), instance.Base{Data: o.data}))
	}
	fmt.Println(measureLive(context.Background(), o))
}
