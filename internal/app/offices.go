package app

import (
	"grappe/internal/signin"
)

// people adds the pages of persons and of the team.
func (h *house) people() error {
	pages, err := signin.NewPages(h.app.SignIn, h.address)
	if err != nil {
		return err
	}
	pages.Routes(h.inside)
	return nil
}
