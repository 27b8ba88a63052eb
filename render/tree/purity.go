package tree

import (
	"strings"
	"text/template"
	"text/template/parse"
)

// Purity knows which templates of a set are pure.
type Purity struct {
	set   *template.Template
	found map[string]bool
}

// NewPurity makes one for a set to which nothing is added any more.
func NewPurity(set *template.Template) *Purity { return &Purity{set, map[string]bool{}} }

// Of says whether the template of that name always returns the same for the same
// data, and leaves it as it is: it asks neither chance nor the clock nor the
// world, and calls nothing that is not known before it runs. One that calls
// itself is not pure.
func (p *Purity) Of(name string) bool {
	if pure, known := p.found[name]; known {
		return pure
	}
	p.found[name] = false
	t := p.set.Lookup(name)
	p.found[name] = t != nil && t.Tree != nil && p.node(t.Root)
	return p.found[name]
}

func (p *Purity) node(node parse.Node) bool {
	switch n := node.(type) {
	case *parse.ListNode:
		return n == nil || allPure(p, n.Nodes)
	case *parse.ActionNode:
		return p.node(n.Pipe)
	case *parse.IfNode:
		return p.branch(&n.BranchNode)
	case *parse.RangeNode:
		return p.branch(&n.BranchNode)
	case *parse.WithNode:
		return p.branch(&n.BranchNode)
	case *parse.TemplateNode:
		return p.Of(n.Name) && p.node(n.Pipe)
	case *parse.PipeNode:
		return n == nil || allPure(p, n.Cmds)
	case *parse.CommandNode:
		return p.command(n)
	case *parse.ChainNode:
		return p.node(n.Node)
	case *parse.IdentifierNode:
		return isPureFunction(n.Ident)
	}
	return true
}

func (p *Purity) branch(n *parse.BranchNode) bool {
	return p.node(n.Pipe) && p.node(n.List) && p.node(n.ElseList)
}

func (p *Purity) command(n *parse.CommandNode) bool {
	function, ok := n.Args[0].(*parse.IdentifierNode)
	if !ok || function.Ident != "include" {
		return allPure(p, n.Args)
	}
	if len(n.Args) < 2 {
		return false
	}
	name, ok := n.Args[1].(*parse.StringNode)
	return ok && p.Of(name.Text) && allPure(p, n.Args[2:])
}

func allPure[N parse.Node](p *Purity, nodes []N) bool {
	for _, node := range nodes {
		if !p.node(node) {
			return false
		}
	}
	return true
}

// isPureFunction says whether a function returns the same for the same arguments
// and changes none of them.
func isPureFunction(name string) bool {
	switch name {
	case "set", "unset", "merge", "mustMerge", "mergeOverwrite", "mustMergeOverwrite", "sortAlpha", // change
		"include", "tpl", "call", "lookup", // may do anything
		"now", "ago", "date", "dateInZone", "date_in_zone", "htmlDate", "htmlDateInZone",
		"shuffle", "uuidv4", "bcrypt", "htpasswd", "encryptAES":
		return false
	}
	return !strings.HasPrefix(name, "rand") && !strings.HasPrefix(name, "gen")
}
