package space

import (
	"cmp"
	"html/template"
	"net/http"
	"slices"

	"grappe/internal/account"
	"grappe/internal/office"
	"grappe/internal/platform/ui"
)

// homePage is the first page of the space: what waits for the person, what goes on, their companies.
type homePage struct {
	base
	Greeting  string
	Waiting   []task
	Ongoing   []task
	Companies []companyCard
	Empty     *ui.Empty     // where there is no company
	Cards     template.HTML // the section of their cards
}

// task is one thing that waits for the person.
type task struct {
	ID      string // of its heading
	Title   string
	Detail  string
	Icon    string
	Urgent  bool
	Actions []action
}

// action is a button of a task: a link, or a form that sends nothing but itself.
type action struct {
	Button ui.Button
	Send   string // where it posts; "" for a link
}

// companyCard is a company of the person.
type companyCard struct{ Name, Role, Since, URL, Place string }

func (p *Pages) home(w http.ResponseWriter, r *http.Request) error { return p.showHome(w, r, nil) }

func (p *Pages) showHome(w http.ResponseWriter, r *http.Request, refused error) error {
	by := account.Of(r.Context())
	page := homePage{base: p.begin(r, office.Space, ui.Of(r).P.T("space.home"))}
	status, ok := page.refused(refused)
	if !ok {
		return refused
	}
	page.Greeting = page.Title
	if by.Name != "" {
		page.Greeting = page.P.T("space.greeting", "name", by.Name)
	}
	var err error
	if page.Waiting, err = p.waiting(r, page.Frame, by); err != nil {
		return err
	}
	if page.Ongoing, err = gather(r, page.Frame, by, p.Ongoing); err != nil {
		return err
	}
	for i := range page.Ongoing {
		page.Ongoing[i].ID = "suite-" + page.P.Number(i+1)
	}
	if p.Cards != nil {
		if page.Cards, err = p.Cards.Panel(r); err != nil {
			return err
		}
	}
	if page.Companies, err = p.companies(r, page.Frame, by); err != nil {
		return err
	}
	if len(page.Companies) == 0 {
		page.Empty = &ui.Empty{
			Icon: "building-2", Title: page.P.T("space.no_company"), Text: page.P.T("space.no_company_text"), Level: 3,
			Actions: []ui.Button{{Label: page.P.T("space.find_company"), URL: page.Path("/annuaire"), Icon: "search"}},
		}
	}
	return p.views.Render(w, r, status, "accueil", page)
}

// waiting gathers what waits for the person, the urgent first.
func (p *Pages) waiting(r *http.Request, f ui.Frame, by account.Actor) ([]task, error) {
	t := f.P.T
	var tasks []task
	if !by.EraseAt.IsZero() {
		tasks = append(tasks, task{
			Title: t("space.task_erase"), Detail: t("space.task_erase_text", "day", by.EraseAt), Icon: "trash-2", Urgent: true,
			Actions: []action{{ui.Button{Label: t("space.keep_account"), Kind: ui.Main}, f.Path("/espace/effacement/annulation")}},
		})
	}
	invited, err := p.Accounts.WaitingFor(r.Context(), by)
	if err != nil {
		return nil, err
	}
	for _, i := range invited {
		tasks = append(tasks, task{
			Title: p.invitedTo(f, i), Icon: "mail-plus",
			Detail: t("space.task_invited", "inviter", cmp.Or(i.Inviter, t("space.inviter_gone")), "role", t("account.role."+string(i.Role)), "day", i.ExpiresAt),
			Actions: []action{
				{ui.Button{Label: t("space.accept"), Kind: ui.Main}, f.Path("/espace/invitations/" + i.ID + "/acceptation")},
				{ui.Button{Label: t("space.decline")}, f.Path("/espace/invitations/" + i.ID + "/refus")},
			},
		})
	}
	others, err := gather(r, f, by, p.Waiters)
	if err != nil {
		return nil, err
	}
	tasks = append(tasks, others...)
	if by.Name == "" {
		tasks = append(tasks, task{
			Title: t("space.task_name"), Detail: t("space.task_name_text"), Icon: "user-pen",
			Actions: []action{{Button: ui.Button{Label: t("space.say_name"), URL: f.Path("/espace/profil")}}},
		})
	}
	slices.SortStableFunc(tasks, func(a, b task) int {
		return cmp.Compare(btoi(b.Urgent), btoi(a.Urgent))
	})
	for i := range tasks {
		tasks[i].ID = "attente-" + f.P.Number(i+1)
	}
	return tasks, nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// gather asks the features what they have for the person.
func gather(r *http.Request, f ui.Frame, by account.Actor, from func() []office.Waiter) ([]task, error) {
	if from == nil {
		return nil, nil
	}
	var tasks []task
	for _, waiter := range from() {
		list, err := waiter.Waiting(r.Context(), by, f.Lang)
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			made := task{Title: x.Title, Detail: x.Detail, Icon: x.Icon, Urgent: x.Urgent}
			if x.Path != "" {
				made.Actions = []action{{Button: ui.Button{Label: x.Action, URL: f.Path(x.Path)}}}
			}
			tasks = append(tasks, made)
		}
	}
	return tasks, nil
}

// companies lists those of the person; of other territories the name alone, as their pages stand elsewhere.
func (p *Pages) companies(r *http.Request, f ui.Frame, by account.Actor) ([]companyCard, error) {
	mine, err := p.Accounts.Mine(r.Context(), by)
	if err != nil {
		return nil, err
	}
	var cards []companyCard
	for _, b := range mine {
		card := companyCard{Name: b.Name, Role: capital(f.P.T("account.role." + string(b.Role))), Since: f.P.T("space.since_day", "day", b.Since)}
		if b.Territory == by.Territory {
			card.URL = f.Path("/espace/entreprises/" + b.Company)
		} else {
			card.Place = p.place(r, b.Territory, f.Lang)
		}
		cards = append(cards, card)
	}
	return cards, nil
}

// place names a territory.
func (p *Pages) place(r *http.Request, territory, lang string) string {
	if p.Place == nil {
		return territory
	}
	return cmp.Or(p.Place(r.Context(), territory, lang), territory)
}
