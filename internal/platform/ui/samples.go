package ui

import "time"

func (s sampler) buttons() []Button {
	return []Button{
		{Label: s.t("find"), Kind: Main, Icon: "search"},
		{Label: s.t("edit")},
		{Label: s.t("cancel"), Kind: Quiet},
		{Label: s.t("delete"), Kind: Danger, Icon: "trash-2"},
		{Label: s.t("link_button"), URL: s.here, Icon: "arrow-right"},
		{Label: s.t("unavailable"), Disabled: true},
		{Label: s.t("sending"), Kind: Main, Busy: true},
		{Label: s.t("full_width"), Wide: true},
	}
}

func (s sampler) fields() []Field {
	return []Field{
		{Name: "sample-name", Label: s.t("name"), Value: "Les Ateliers du Lagon", Autocomplete: "organization"},
		{Name: "sample-phone", Label: s.t("phone"), Hint: s.t("phone_hint"), Type: "tel", Autocomplete: "tel", Short: true, Optional: true},
		{Name: "sample-mail", Label: s.t("mail"), Type: "email", Value: "contact@", Autocomplete: "email", Error: s.t("mail_error")},
		{Name: "sample-size", Label: s.t("size"), Short: true, Options: []Option{{Value: "", Label: s.t("choose")}, {Value: "1", Label: s.t("size_small"), Selected: true}, {Value: "2", Label: s.t("size_large")}}},
		{Name: "sample-text", Label: s.t("need"), Hint: s.t("need_hint"), Rows: 4, Max: 300, Value: s.t("need_value")},
		{Name: "sample-off", Label: s.t("field_off"), Value: "0 123 456", Disabled: true, Short: true},
		{Name: "sample-read", Label: s.t("field_read"), Value: "0 123 456.001", ReadOnly: true, Short: true},
	}
}

func (s sampler) suggest(frame Frame) Field {
	return Field{Name: "sample-trade", Label: s.t("trade"), Hint: s.t("trade_hint"), Suggest: frame.Path(SuggestionsPath)}
}

func (s sampler) kinds(chosen int) []Option {
	options := []Option{
		{Value: "company", Label: s.t("kind_company"), Detail: s.t("kind_company_detail")},
		{Value: "alone", Label: s.t("kind_alone"), Detail: s.t("kind_alone_detail")},
		{Value: "public", Label: s.t("kind_public"), Detail: s.t("kind_public_detail"), Disabled: true},
	}
	if chosen >= 0 {
		options[chosen].Selected = true
	}
	return options
}

func (s sampler) radios() Choices {
	return Choices{Name: "sample-who", Legend: s.t("who"), Hint: s.t("who_hint"), Options: s.kinds(0)}
}

func (s sampler) boxes() Choices {
	return Choices{Name: "sample-days", Legend: s.t("days"), Multiple: true, Row: true, Options: []Option{
		{Value: "am", Label: s.t("morning"), Selected: true}, {Value: "pm", Label: s.t("afternoon")}, {Value: "eve", Label: s.t("evening")},
	}}
}

func (s sampler) badChoice() Choices {
	return Choices{Name: "sample-kind", Legend: s.t("who_again"), Error: s.t("choice_error"), Options: s.kinds(-1)[:2]}
}

func (s sampler) chips() Chips {
	return Chips{Label: s.t("chips"), Clear: s.here, Items: []Chip{{s.t("tag_web"), s.here}, {"Nouméa", s.here}, {s.t("tag_training"), s.here}}}
}

func (s sampler) tags() []Tag {
	return []Tag{{Label: s.t("tag_web"), URL: s.here}, {Label: s.t("tag_training"), URL: s.here}, {Label: s.t("tag_security")}}
}

func (s sampler) badges() []Badge {
	return []Badge{
		{Label: s.t("state_draft")},
		{Label: s.t("state_ok"), Tone: OK},
		{Label: s.t("state_wait"), Tone: Warn},
		{Label: s.t("state_no"), Tone: Bad},
		{Label: s.t("state_new"), Tone: Info},
		{Label: s.t("state_checked"), Tone: OK, Icon: "badge-check"},
	}
}

func (s sampler) notices() []Notice {
	return []Notice{
		{Tone: Info, Title: s.t("notice_info"), Text: s.t("notice_info_text")},
		{Tone: OK, Title: s.t("notice_ok"), Text: s.t("notice_ok_text")},
		{Tone: Warn, Title: s.t("notice_warn"), Text: s.t("notice_warn_text")},
		{Tone: Bad, Title: s.t("notice_bad"), Text: s.t("notice_bad_text")},
		{Text: s.t("notice_plain")},
	}
}

func (s sampler) summary() Summary {
	return Summary{Rows: []SummaryRow{
		{Name: s.t("name"), Value: "Les Ateliers du Lagon", Change: s.here},
		{Name: s.t("site"), Value: "ateliers-du-lagon.example", URL: "https://ateliers-du-lagon.example/", Change: s.here},
		{Name: s.t("phone"), Change: s.here},
		{Name: s.t("number"), Value: "0 123 456.001"},
	}}
}

func (s sampler) hours() Summary {
	return Summary{Rows: []SummaryRow{{Name: s.t("hours_week"), Value: s.t("hours_week_open")}, {Name: s.t("hours_end"), Value: s.t("hours_closed")}}}
}

func (s sampler) index() []Link {
	var links []Link
	for i, word := range sampleTrades(s.p) {
		links = append(links, Link{Label: word, URL: s.here, Count: 40 - 3*i})
	}
	return links
}

func (s sampler) table() Table {
	return Table{
		Caption: s.t("table"),
		Columns: []Column{
			{Label: s.t("session"), Sort: s.here + "?tri=atelier", Sorted: "ascending"},
			{Label: s.t("when")},
			{Label: s.t("seats"), Number: true, Sort: s.here + "?tri=places"},
			{Label: s.t("state")},
		},
		Rows: []Row{
			{{Text: s.t("session_1"), URL: s.here}, {Text: s.t("when_1")}, {Text: "12"}, {Badge: &Badge{Label: s.t("state_open"), Tone: OK}}},
			{{Text: s.t("session_2"), URL: s.here}, {Text: s.t("when_2")}, {Text: "3"}, {Badge: &Badge{Label: s.t("state_last"), Tone: Warn}}},
			{{Text: s.t("session_3"), URL: s.here}, {Text: s.t("when_3")}, {Text: "0"}, {Badge: &Badge{Label: s.t("state_full"), Tone: Bad}}},
		},
	}
}

func (s sampler) tabs() Tabs {
	return Tabs{Label: s.t("tabs"), Items: []Link{{Label: s.t("tab_card"), URL: s.here, Current: true}, {Label: s.t("tab_needs"), URL: s.here, Count: 3}, {Label: s.t("tab_history"), URL: s.here}}}
}

func (s sampler) stepper() Stepper {
	return Stepper{Label: s.t("stepper"), Steps: []string{s.t("step_1"), s.t("step_2"), s.t("step_3"), s.t("step_4")}, Current: 2}
}

func (s sampler) stepLinks() StepLinks {
	return StepLinks{Label: s.t("stepper"), Steps: []StepLink{
		{Name: s.t("step_1"), URL: s.here, Changed: true}, {Name: s.t("step_2"), URL: s.here, Current: true}, {Name: s.t("step_3"), URL: s.here, Faulty: true}, {Name: s.t("step_4"), URL: s.here},
	}}
}

func (s sampler) timeline() Timeline {
	return Timeline{
		{When: s.t("when_1"), Title: s.t("event_1"), Detail: s.t("event_1_detail"), State: "done"},
		{When: s.t("when_2"), Title: s.t("event_2"), Detail: s.t("event_2_detail"), State: "current"},
		{When: s.t("event_3_when"), Title: s.t("event_3")},
	}
}

func (s sampler) facets() Facets {
	check := func(name, id, label, count string, depth int, checked bool) Check {
		return Check{ID: "facet-" + id, Name: name, Value: id, Label: label, Count: count, Depth: depth, Checked: checked}
	}
	return Facets{
		ID: "sample-facets", Action: s.here, Open: s.t("facets_open", "n", 128), Send: s.t("facets_send", "n", 128), Clear: s.here,
		Groups: []FacetGroup{
			{Legend: s.t("facet_zone"), Checks: []Check{
				check("zone", "sud", s.t("zone_south"), "96", 0, true), check("zone", "noumea", "Nouméa", "81", 1, true), check("zone", "dumbea", "Dumbéa", "9", 1, false),
				check("zone", "nord", s.t("zone_north"), "24", 0, false),
			}},
			{Legend: s.t("facet_trade"), Checks: []Check{
				check("metier", "web", s.t("tag_web"), "41", 0, false), check("metier", "formation", s.t("tag_training"), "28", 0, false),
			}, More: []Check{check("metier", "cyber", s.t("tag_security"), "12", 0, false)}},
		},
	}
}

func (s sampler) desk() Office {
	return Office{Label: s.t("desk"), Menu: []Link{
		{Label: s.t("desk_today"), URL: s.here, Icon: "inbox", Count: 4, Current: true},
		{Label: s.t("desk_team"), URL: s.here, Icon: "users"},
		{Label: s.t("desk_health"), URL: s.here, Icon: "activity", Count: 1},
	}}
}

func (s sampler) empty() Empty {
	return Empty{
		Icon: "search-x", Title: s.t("empty_title"), Text: s.t("empty_text"), Level: 3,
		Actions: []Button{{Label: s.t("empty_action"), URL: s.here, Kind: Main}, {Label: s.t("empty_other"), URL: s.here}},
	}
}

func (s sampler) tiles() []Tile {
	return []Tile{
		{Value: s.p.Number(1640), Label: s.t("tile_1"), Source: s.t("tile_1_source"), URL: s.here},
		{Value: s.p.Percent(0.42), Label: s.t("tile_2"), Source: s.t("tile_2_source")},
		{Value: s.p.Money(12_500, "XPF"), Label: s.t("tile_3"), Source: s.t("tile_3_source")},
	}
}

func (s sampler) chart() Chart {
	bar := func(label string, value int, quiet bool) Bar {
		return Bar{Label: label, Value: float64(value), Text: s.p.Number(value), Quiet: quiet}
	}
	return Chart{
		Point: s.t("chart"), Label: s.t("chart_label"), Measure: s.t("chart_measure"), Source: s.t("tile_1_source"),
		Bars: []Bar{
			bar(s.t("zone_south"), 1204, false), bar(s.t("zone_north"), 318, true), bar(s.t("zone_islands"), 118, true), bar(s.t("zone_none"), 0, true),
		},
	}
}

func (s sampler) course() Course {
	c := Course{Point: s.t("course"), Label: s.t("course_label")}
	upTo, behind := Series{Label: s.t("course_fresh")}, Series{Label: s.t("course_old"), Quiet: true}
	for month := range 12 {
		n, old := 900+40*month+60*(month%3), 420-12*month
		c.Times = append(c.Times, s.p.Month(time.Date(2026, time.January+time.Month(month), 15, 0, 0, 0, 0, time.UTC)))
		upTo.Values, upTo.Texts = append(upTo.Values, float64(n)), append(upTo.Texts, s.p.Number(n))
		behind.Values, behind.Texts = append(behind.Values, float64(old)), append(behind.Texts, s.p.Number(old))
	}
	c.Series = []Series{upTo, behind}
	return c
}

func (s sampler) results() []sampleResult {
	return []sampleResult{
		{
			Name: "Les Ateliers du Lagon", Headline: s.t("result_1"), Place: "Nouméa", Fresh: s.t("result_fresh"), Why: s.t("result_why"),
			Tags: s.tags(), Avatar: Avatar{Name: "Les Ateliers du Lagon"},
		},
		{
			Name: "Niaouli Données", Headline: s.t("result_2"), Place: "Koné", Fresh: s.t("result_old"), Why: s.t("result_why_place"),
			Tags: s.tags()[1:], Avatar: Avatar{Name: "Niaouli Données"},
		},
	}
}

func (s sampler) doors() []sampleDoor {
	return []sampleDoor{
		{Link: s.t("door_1"), Detail: s.t("door_1_detail"), Icon: "search"},
		{Link: s.t("door_2"), Detail: s.t("door_2_detail"), Icon: "clipboard-check"},
		{Link: s.t("door_3"), Detail: s.t("door_3_detail"), Icon: "calendar"},
	}
}

func (s sampler) differences() Differences {
	text := Difference{Label: s.t("need"), Note: s.t("diff_note")}
	text.Before, text.After = CompareTexts(s.t("diff_before"), s.t("diff_after"))
	list := Difference{Check: &Check{ID: "sample-diff", Name: "sample-diff", Value: "phone", Label: s.t("phone"), Checked: true}}
	list.Before, list.After = CompareLists([]string{"25 23 11", "27 00 00"}, []string{"25 23 11", "77 12 34"})
	return Differences{Items: []Difference{text, list, {Label: s.t("name"), After: PlainSide("Les Ateliers du Lagon")}}}
}
