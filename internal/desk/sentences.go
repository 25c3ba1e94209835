package desk

import (
	"cmp"
	"strings"

	"grappe/internal/platform/audit"
	"grappe/internal/platform/locale"
)

// operator is who runs the command line on the machine, as the trail names them.
const operator = "operator"

// actions are those that the trail can be asked for, each with its name at desk.action and its sentence at desk.audit.
func actions() []string {
	return []string{
		"account.signed_in", "account.proved", "account.session_ended", "account.sessions_ended",
		"account.role_granted", "account.role_changed", "account.role_removed",
		"account.company_role_changed", "account.company_removed", "account.company_left",
		"account.invited", "account.invitation_resent", "account.invitation_revoked", "account.invitation_accepted", "account.invitation_declined",
		"account.consent_given", "account.consent_withdrawn", "account.exported", "account.erasure_asked", "account.erasure_cancelled", "account.erased",
		"account.access_reset", "account.exported_for", "account.erasure_ordered", "oidc.configured", "oidc.removed",
		"account.identity_linked", "account.identity_unlinked", "passkey.enrolled", "passkey.removed", "passkey.suspected",
		"curation.published", "curation.submitted", "curation.withdrawn", "curation.accepted", "curation.partly", "curation.refused", "curation.discarded", "curation.offered", "curation.undone", "curation.trust_set", "curation.seen",
		"claim.asked", "claim.taken", "claim.granted", "claim.refused", "claim.withdrawn", "claim.disputed", "claim.upheld",
		"curation.flag_settled", "curation.duplicate_merged", "curation.people_moved", "curation.duplicate_dismissed", "curation.duplicate_reopened",
		"cards.published", "cards.hidden", "cards.confirmed", "cards.merged", "cards.split", "cards.flag_settled",
		"watch.register_read", "freshness.policy_set",
		"imports.file_given", "imports.file_discarded", "imports.started", "imports.undone", "imports.mapping_saved", "imports.mapping_deleted",
		"desk.job_retried", "desk.job_discarded", "desk.mail_resent", "desk.journal_exported",
	}
}

// keyOf is the last part of the keys of an action's texts.
func keyOf(action string) string { return strings.ReplaceAll(action, ".", "_") }

// actorOf names who did something.
func actorOf(p *locale.Printer, e audit.Entry) string {
	switch e.Actor {
	case "":
		return p.T("desk.actor_platform")
	case operator:
		return p.T("desk.actor_operator")
	}
	return cmp.Or(e.ActorName, p.T("desk.actor_erased"))
}

// sentence says what an entry is about, in the reader's language. An action that nobody wrote a sentence for is named as it is.
func sentence(p *locale.Printer, e audit.Entry, n Names) string {
	args := map[string]any{
		"actor": actorOf(p, e), "action": e.Action,
		"person":  cmp.Or(n.People[personOf(e)], p.T("desk.somebody")),
		"company": cmp.Or(n.Companies[companyOf(e)], p.T("desk.some_company")),
		"where":   cmp.Or(n.Companies[companyOf(e)], p.T("desk.the_team")),
		"role":    code(p, "role", e.Detail["role"]), "before": code(p, "role", e.Detail["before"]),
		"method": code(p, "method", e.Detail["method"]), "trust": code(p, "trust", e.Detail["trust"]),
		"job": named(p, "job", e.Detail["job"]), "mail": named(p, "mail", e.Detail["mail"]),
	}
	if key := "desk.audit." + keyOf(e.Action); p.Has(key) {
		return p.Text(key, args)
	}
	return p.Text("desk.audit.other", args)
}

// code is a value of an entry in words: a role, a method.
func code(p *locale.Printer, group, value string) string {
	if value == "" {
		return p.T("desk.unknown")
	}
	return named(p, group, value)
}

// actionName is what an action is called in lists.
func actionName(p *locale.Printer, action string) string {
	return named(p, "action", action)
}
