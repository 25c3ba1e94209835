package desk

import "grappe/internal/platform/locale"

// Action is what an action of the audit trail is called in lists, "" for one that has no name.
func Action(p *locale.Printer, action string) string {
	if !p.Has("desk.action." + keyOf(action)) {
		return ""
	}
	return actionName(p, action)
}
