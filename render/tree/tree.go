package tree

import (
	"maps"
	"slices"
	"text/template"
	"text/template/parse"
)

// ShowName is the function that what is printed goes through: it takes a value and
// returns it, or an error. No template can call it, because the parser does not
// know it.
const ShowName = "show"

// Parse returns the trees of a text and of what it defines by their names; known
// are the functions that it may call. Every action hands
// what it prints to the function of ShowName first, and every template and every
// turn of a loop begins with an empty write, at which the sink can end them.
func Parse(name, text string, known map[string]any) (map[string]*parse.Tree, error) {
	trees, err := parse.Parse(name, text, "", "", known)
	for _, tree := range trees {
		if tree.Root != nil {
			guard(tree, tree.Root)
			beginWrite(tree.Root)
		}
	}
	return trees, err
}

func beginWrite(list *parse.ListNode) {
	list.Nodes = slices.Insert(list.Nodes, 0, parse.Node(&parse.TextNode{NodeType: parse.NodeText}))
}

// guard prepares the nodes of a list and of the lists in them.
func guard(tree *parse.Tree, list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			show(tree, n)
		case *parse.IfNode:
			guard(tree, n.List)
			guard(tree, n.ElseList)
		case *parse.WithNode:
			guard(tree, n.List)
			guard(tree, n.ElseList)
		case *parse.RangeNode:
			guard(tree, n.List)
			guard(tree, n.ElseList)
			beginWrite(n.List)
		}
	}
}

// show appends the function of ShowName to an action that prints.
func show(tree *parse.Tree, action *parse.ActionNode) {
	if len(action.Pipe.Decl) > 0 || printsText(action.Pipe) {
		return
	}
	name := parse.NewIdentifier(ShowName).SetPos(action.Pos).SetTree(tree)
	action.Pipe.Cmds = append(action.Pipe.Cmds, &parse.CommandNode{NodeType: parse.NodeCommand, Pos: action.Pos, Args: []parse.Node{name}})
}

// printsText says whether the last function of a pipeline is one of those that
// charts end most with, all of which return a text.
func printsText(pipe *parse.PipeNode) bool {
	last := pipe.Cmds[len(pipe.Cmds)-1]
	name, ok := last.Args[0].(*parse.IdentifierNode)
	if !ok {
		return false
	}
	switch name.Ident {
	case "include", "tpl", "quote", "squote", "indent", "nindent", "toYaml", "toJson", "printf", "print", "b64enc",
		"trim", "trunc", "trimSuffix", "replace", "upper", "lower", "join", "sha256sum":
		return true
	}
	return false
}

// Known are the functions that Parse is told of: those given, those of
// text/template itself, and include and tpl, which differ from set to set. Only
// the names matter.
func Known(functions template.FuncMap) map[string]any {
	out := maps.Clone(functions)
	for _, name := range []string{
		"and", "call", "html", "index", "slice", "js", "len", "not", "or", "print", "printf", "println", "urlquery",
		"eq", "ge", "gt", "le", "lt", "ne", "include", "tpl",
	} {
		out[name] = name
	}
	return out
}
