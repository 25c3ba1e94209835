package ui

import (
	"bytes"
	"html/template"
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// firstHeading is the level of a text's own top heading: h1 and h2 belong to the page.
const firstHeading = 3

// rel of every link in a text that somebody wrote: search engines give it no weight, the other page no handle.
const rel = "nofollow ugc noopener"

// whole is the class of a link whose words are its address: on paper it is not written a second time.
const whole = "whole"

type markdownKit struct {
	converter goldmark.Markdown
	policy    *bluemonday.Policy
}

var markdown = sync.OnceValue(func() markdownKit {
	policy := bluemonday.UGCPolicy()
	policy.AllowAttrs("rel").Matching(regexp.MustCompile(`^` + rel + `$`)).OnElements("a")
	policy.AllowAttrs("class").Matching(regexp.MustCompile(`^` + whole + `$`)).OnElements("a")
	policy.AllowURLSchemes("tel")
	converter := goldmark.New(
		goldmark.WithExtensions(extension.Strikethrough, extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}))),
		goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(tame{}, 1000))),
	)
	return markdownKit{converter, policy}
})

// Markdown renders a text that somebody wrote: CommonMark without raw HTML, headings from h3 down, images as links to them
// (no page loads anything from elsewhere), links marked as the writer's own, all of it passed through a list of allowed
// elements. Text that cannot be converted is shown as it stands.
func Markdown(src string) template.HTML {
	kit := markdown()
	var out bytes.Buffer
	if err := kit.converter.Convert([]byte(src), &out); err != nil {
		return template.HTML("<p>" + template.HTMLEscapeString(src) + "</p>") //nolint:gosec // escaped
	}
	return template.HTML(kit.policy.SanitizeBytes(out.Bytes())) //nolint:gosec // sanitised
}

// tame rewrites the tree before it is rendered.
type tame struct{}

// Transform implements parser.ASTTransformer.
func (tame) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	var images []*ast.Image
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the visitor never fails
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			n.Level = min(n.Level+firstHeading-1, 6)
		case *ast.Link:
			n.SetAttributeString("rel", []byte(rel))
			address, _ := bytes.CutPrefix(n.Destination, []byte("mailto:"))
			if bytes.Equal(plainText(n, reader.Source()), address) {
				n.SetAttributeString("class", []byte(whole))
			}
		case *ast.AutoLink:
			n.SetAttributeString("rel", []byte(rel))
			n.SetAttributeString("class", []byte(whole))
		case *ast.Image:
			images = append(images, n)
		}
		return ast.WalkContinue, nil
	})
	for _, image := range images {
		linkTo(image, reader.Source())
	}
}

// linkTo puts a link in the place of an image; inside a link, where no other may stand, only its words.
func linkTo(image *ast.Image, source []byte) {
	parent := image.Parent()
	var inLink bool
	for p := parent; p != nil; p = p.Parent() {
		inLink = inLink || p.Kind() == ast.KindLink
	}
	words := plainText(image, source)
	if len(words) == 0 {
		words = image.Destination
	}
	label := ast.NewString(words)
	if inLink {
		parent.ReplaceChild(parent, image, label)
		return
	}
	link := ast.NewLink()
	link.Destination = image.Destination
	link.SetAttributeString("rel", []byte(rel))
	link.AppendChild(link, label)
	parent.ReplaceChild(parent, image, link)
}

// plainText is the words under a node.
func plainText(n ast.Node, source []byte) []byte {
	var words []byte
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the visitor never fails
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			words = append(words, n.Value(source)...)
		case *ast.String:
			words = append(words, n.Value...)
		}
		return ast.WalkContinue, nil
	})
	return words
}
