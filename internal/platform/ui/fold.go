package ui

import (
	"html/template"
	"strings"
	"text/template/parse"

	"grappe/internal/platform/locale"
)

// folded are templates in which what the reader's language decides, and nothing of the page, is written once: {{t "key"}},
// {{icon "map"}} and {{asset "name"}} of constants become the text that they give. A page has many of them, and each call from
// a template allocates several times. It runs before the templates are escaped, which then looks
// at the written text as at any other.
func folded(tmpl *template.Template, p *locale.Printer, assets *Assets) *template.Template {
	f := folder{p, assets}
	for _, t := range tmpl.Templates() {
		if t.Tree != nil {
			f.list(t.Tree.Root)
		}
	}
	return tmpl
}

type folder struct {
	p      *locale.Printer
	assets *Assets
}

func (f folder) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	nodes := l.Nodes[:0]
	for _, n := range l.Nodes {
		n = f.node(n)
		text, ok := n.(*parse.TextNode)
		if ok && len(nodes) > 0 {
			if before, ok := nodes[len(nodes)-1].(*parse.TextNode); ok {
				before.Text = append(before.Text[:len(before.Text):len(before.Text)], text.Text...)
				continue
			}
		}
		nodes = append(nodes, n)
	}
	l.Nodes = nodes
}

func (f folder) node(n parse.Node) parse.Node {
	switch n := n.(type) {
	case *parse.ActionNode:
		if text, ok := f.constant(n.Pipe); ok {
			return &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: []byte(text)}
		}
	case *parse.IfNode:
		f.list(n.List)
		f.list(n.ElseList)
	case *parse.WithNode:
		f.list(n.List)
		f.list(n.ElseList)
	case *parse.RangeNode:
		f.list(n.List)
		f.list(n.ElseList)
	}
	return n
}

// constant is what the pipe writes, where it is one call of one of the three with nothing but texts. What would fail is left to
// fail where it is used.
func (f folder) constant(pipe *parse.PipeNode) (string, bool) {
	if len(pipe.Decl) > 0 || len(pipe.Cmds) != 1 || len(pipe.Cmds[0].Args) < 2 {
		return "", false
	}
	call, ok := pipe.Cmds[0].Args[0].(*parse.IdentifierNode)
	if !ok {
		return "", false
	}
	var args []string
	for _, a := range pipe.Cmds[0].Args[1:] {
		text, ok := a.(*parse.StringNode)
		if !ok {
			return "", false
		}
		args = append(args, text.Text)
	}
	switch {
	case call.Ident == "t" && f.p.Has(args[0]):
		pairs := make([]any, 0, len(args))
		for _, a := range args[1:] {
			pairs = append(pairs, a)
		}
		return escaped(f.p.T(args[0], pairs...)), true
	case call.Ident == "icon" && len(args) == 1:
		icon, err := f.assets.Icon(args[0])
		return string(icon), err == nil
	case call.Ident == "asset" && len(args) == 1:
		u, err := f.assets.URL(args[0])
		return u, err == nil && strings.Trim(u, addressLetters) == ""
	}
	return "", false
}

// addressLetters need no escaping wherever an address may stand.
const addressLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-"
