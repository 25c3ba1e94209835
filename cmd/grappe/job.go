package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"grappe/internal/app"
	"grappe/internal/platform/errs"
)

// jobCmd is for what the instance does in the background, and for what it gave up.
type jobCmd struct {
	List    jobListCmd    `cmd:"" help:"help_job_list"`
	Retry   jobRetryCmd   `cmd:"" help:"help_job_retry"`
	Discard jobDiscardCmd `cmd:"" help:"help_job_discard"`
}

type jobListCmd struct {
	JSON bool `name:"json" help:"help_json"`
}

// mostJobs is how many dead letters are listed.
const mostJobs = 1000

// jobLines is what --json prints.
type jobLines struct {
	Waiting   int            `json:"waiting"`
	Running   int            `json:"running"`
	Dead      []jobLine      `json:"dead"`
	Schedules []scheduleLine `json:"schedules"`
}

type jobLine struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	Territory string    `json:"territory,omitempty"`
	Attempts  int       `json:"attempts"`
	Died      time.Time `json:"died"`
	Error     string    `json:"error"`
}

type scheduleLine struct {
	Name     string     `json:"name"`
	Next     time.Time  `json:"next"`
	OK       *time.Time `json:"ok,omitempty"`
	Failures int        `json:"failures"`
	Error    string     `json:"error,omitempty"`
}

func (c *jobListCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	stats, err := a.Queue.Stats(ctx)
	if err != nil {
		return err
	}
	dead, err := a.Queue.Dead(ctx, "", mostJobs)
	if err != nil {
		return err
	}
	lines := jobLines{Waiting: stats.Waiting, Running: stats.Running, Dead: []jobLine{}, Schedules: []scheduleLine{}}
	for _, d := range dead {
		lines.Dead = append(lines.Dead, jobLine{d.ID, d.Kind, d.Territory, d.Attempts, d.Died, out.cause(d.Error)})
	}
	for _, s := range stats.Schedules {
		lines.Schedules = append(lines.Schedules, scheduleLine{s.Name, s.Next, some(s.OK), s.Failures, out.cause(s.Error)})
	}
	if c.JSON {
		return out.json(lines)
	}
	return lines.write(out)
}

// cause is why something failed: a sentence where there is one under that key.
func (o *output) cause(key string) string {
	if o.Has(key) {
		return o.T(key)
	}
	return key
}

// write shows what was given up, and the schedules that fail.
func (l jobLines) write(out *output) error {
	w := tabwriter.NewWriter(out.stdout, 0, 4, 2, ' ', 0)
	for _, d := range l.Dead {
		fmt.Fprintln(w, d.ID+"\t"+stamp(d.Died)+"\t"+d.Kind+"\t"+d.Territory+"\t"+d.Error)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	out.say("cli.job_waiting", "n", l.Waiting)
	if l.Running > 0 {
		out.say("cli.job_running", "n", l.Running)
	}
	for _, s := range l.Schedules {
		if s.Failures > 0 {
			out.say("cli.job_schedule_fails", "name", s.Name, "n", s.Failures, "error", s.Error)
		}
	}
	if len(l.Dead) == 0 {
		out.say("cli.job_none")
	} else {
		out.say("cli.job_dead", "n", len(l.Dead))
	}
	return nil
}

// ofJob names a job that was given up.
type ofJob struct {
	ID string `arg:"" help:"help_job_id"`
}

func (c *ofJob) change(ctx context.Context, out *output, cmds *commands, do func(a *app.App, ctx context.Context, id string) error, done string) error {
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	err = do(a, ctx, c.ID)
	if errs.Is(err, errs.NotFound) {
		return errs.Wrap(err, errs.NotFound, "cli.job_unknown", errs.Args{"id": c.ID})
	}
	if err != nil {
		return err
	}
	out.say(done)
	return nil
}

type jobRetryCmd struct{ ofJob }

func (c *jobRetryCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	return c.change(ctx, out, cmds, (*app.App).RetryJob, "cli.job_retried")
}

type jobDiscardCmd struct{ ofJob }

func (c *jobDiscardCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	return c.change(ctx, out, cmds, (*app.App).DiscardJob, "cli.job_discarded")
}
