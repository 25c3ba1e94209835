package results

import (
	"fmt"
	"slices"
	"strings"
)

// Markdown shows a file as a page.
func Markdown(f File) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Measured\n\nWritten by `make bench` and `make bench-http`; not edited by hand. What the columns mean: [README](../README.md).\n\n")
	fmt.Fprintf(&b, "- machine: %s\n- date: %s\n", f.Machine, f.Date)
	for _, group := range groups(f.Search) {
		searchTable(&b, group)
	}
	ownTable(&b, f.Search)
	httpTable(&b, f.HTTP)
	return b.String()
}

// groups parts the rows by corpus and size.
func groups(rows []Search) [][]Search {
	var out [][]Search
	for _, row := range rows {
		at := slices.IndexFunc(out, func(g []Search) bool { return g[0].Corpus == row.Corpus && g[0].Listings == row.Listings })
		if at < 0 {
			out = append(out, []Search{row})
		} else {
			out[at] = append(out[at], row)
		}
	}
	return out
}

func searchTable(b *strings.Builder, rows []Search) {
	fmt.Fprintf(b, "\n## %s listings, %s\n\n", thousands(rows[0].Listings), rows[0].Corpus)
	b.WriteString("| engine | p50 ms | p95 ms | p99 ms | recall | well spelt / misspelt | precision | build s | resident MB | bytes a listing | queries (stopped, judged) |\n")
	b.WriteString("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range rows {
		fmt.Fprintf(b, "| %s | %s | %s | %s | %.3f | %.3f / %.3f | %.3f | %.1f | %.0f | %.0f, %s | %d (%d, %d) |\n", r.Version, ms(r.P50), ms(r.P95), ms(r.P99),
			r.Recall, r.RecallPlain, r.RecallTypos, r.Precision20, r.BuildS, r.ResidentMB, r.BytesPerListing, r.BytesAre, r.Queries, r.Timeouts, r.Judged)
		for _, v := range r.Variants {
			fmt.Fprintf(b, "| – %s | %s | | %s | %.3f | | | | | | %d |\n", v.Setup, ms(v.P50), ms(v.P99), v.Recall, v.Queries)
		}
	}
	ours := slices.IndexFunc(rows, func(r Search) bool { return r.Engine == "grappe" })
	if ours < 0 || rows[ours].P50 == 0 || rows[ours].P99 == 0 {
		return
	}
	var ratios []string
	for _, r := range rows {
		if r.Engine != "grappe" && r.Run == rows[ours].Run {
			ratios = append(ratios, fmt.Sprintf("%s p50 × %.1f, p99 × %.1f", r.Engine, r.P50/rows[ours].P50, r.P99/rows[ours].P99))
		}
	}
	if len(ratios) > 0 {
		fmt.Fprintf(b, "\nTimes of the others, in ours (same run): %s.\n", strings.Join(ratios, "; "))
	}
}

func ownTable(b *strings.Builder, rows []Search) {
	var own []Search
	for _, r := range rows {
		if r.Only != nil {
			own = append(own, r)
		}
	}
	if len(own) == 0 {
		return
	}
	b.WriteString("\n## Our index alone\n\n")
	b.WriteString("| listings | indexed a second | suggestions p50 / p99 ms | clusters p50 / p99 ms | an edit is found after, p50 / p99 ms | objects a query | heap a listing | of it texts as they came | text a listing |\n")
	b.WriteString("|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range own {
		o := r.Only
		fmt.Fprintf(b, "| %s, %s | %s | %s / %s | %s / %s | %s / %s | %.0f | %.0f | %.0f | %.0f |\n", thousands(r.Listings), r.Corpus, thousands(int(o.ListingsPerSecond)),
			ms(o.SuggestP50), ms(o.SuggestP99), ms(o.ClustersP50), ms(o.ClustersP99), ms(o.EditP50), ms(o.EditP99), o.Allocations, r.BytesPerListing, o.KeptText, o.TextBytes)
	}
}

func httpTable(b *strings.Builder, rows []HTTP) {
	if len(rows) == 0 {
		return
	}
	nginx := slices.IndexFunc(rows, func(h HTTP) bool { return h.Case == "nginx" })
	b.WriteString("\n## Pages\n\n| case | requests a second | of nginx | p99 ms | note |\n|---|--:|--:|--:|---|\n")
	for _, r := range rows {
		share := ""
		if nginx >= 0 && rows[nginx].RPS > 0 && rows[nginx].Run == r.Run {
			share = fmt.Sprintf("%.0f %%", 100*r.RPS/rows[nginx].RPS)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %.1f | %s |\n", r.Case, thousands(int(r.RPS)), share, r.P99Ms, r.Note)
	}
}

// ms writes microseconds as milliseconds with three digits that count.
func ms(us float64) string {
	switch v := us / 1000; {
	case v < 1:
		return fmt.Sprintf("%.3f", v)
	case v < 10:
		return fmt.Sprintf("%.2f", v)
	case v < 100:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.0f", v)
	}
}

func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
