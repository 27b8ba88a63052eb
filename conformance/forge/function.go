package forge

import "strings"

// signature is a function that templates may call: what its arguments are and
// what it gives.
//
// s text, i integer of the type int, n any number, b boolean, l list, d map,
// v anything
type signature struct {
	name string
	args string
	give byte
}

// signatures lists the functions whose results do not depend on chance or time.
func signatures() []signature {
	var out []signature
	for line := range strings.Lines(functions) {
		fields := strings.Fields(line)
		for _, name := range fields[1:] {
			args, give, _ := strings.Cut(fields[0], ">")
			out = append(out, signature{name: name, args: args, give: give[0]})
		}
	}
	return out
}

// functions has a line for each signature, and the names of its functions.
const functions = `s>s trim upper lower title untitle snakecase camelcase kebabcase swapcase nospace initials quote squote b64enc b64dec
s>s sha256sum sha1sum adler32sum b32enc base dir ext clean html js urlquery regexQuoteMeta osBase toString
ss>s trimAll trimSuffix trimPrefix cat print println regexFind default
is>s repeat indent nindent trunc wrap
iis>s substr
sss>s replace regexReplaceAll regexReplaceAllLiteral
v>s toYaml toJson toPrettyJson toRawJson toString kindOf typeOf mustToJson mustToYaml toYamlPretty quote squote print
l>s toYaml toJson
d>s toYaml toJson toToml
sl>s join
sv>s printf
v>b empty not
ss>b contains hasPrefix hasSuffix eq ne lt regexMatch
i>s seq
ii>s seq
ii>b eq ne lt le gt ge
vv>b deepEqual
sv>b kindIs typeIs
vl>b has
ds>b hasKey
s>i len atoi
l>i len
n>n int64 add1 float64 floor ceil toString
nn>n add sub mul max min addf subf mulf divf maxf minf
nnn>n add mul
ni>n round
i>l until
iii>l untilStep
s>l toStrings fromYamlArray fromJsonArray
ss>l splitList
l>l rest initial reverse uniq compact sortAlpha toStrings
lv>l append prepend without
ll>l concat
v>l list
vv>l list tuple
vvv>l list
s>d fromYaml fromJson
s>v fromToml
sv>d dict
svsv>d dict
dd>d merge mergeOverwrite
ds>d omit
ds>d pick
dsv>d set
ds>d unset
d>d deepCopy
ss>v split
sis>v splitn
l>v first last
ds>v get index
nn>v div mod
vv>v default coalesce and or
vvb>v ternary
ssvd>v dig
s>v urlParse
`
