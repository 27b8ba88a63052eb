// Package indextest makes indexes for tests and benchmarks, as large as they are
// wanted, in the form and with the texts that index.yaml files have. The same
// numbers make the same index.
package indextest

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
)

// Write writes an index of so many charts, each in so many versions. An entry has
// about 2,500 bytes. Chart i is called Name(i).
func Write(w io.Writer, charts, versions int) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "apiVersion: v1\nentries:\n")
	random := rand.New(rand.NewPCG(1, 2))
	for i := range charts {
		fmt.Fprintf(out, "  %s:\n", Name(i))
		about := words(random, 8)
		for v := range versions {
			entry(out, random, i, versions-v, about)
		}
	}
	fmt.Fprint(out, "generated: \"2026-01-02T03:04:05.678901234Z\"\n")
	return out.Flush()
}

// Name is the name of a chart: two words and its number.
func Name(i int) string {
	list := vocabulary()
	return fmt.Sprintf("%s-%s-%d", list[i%len(list)], list[(i*7+3)%len(list)], i)
}

func entry(out io.Writer, random *rand.Rand, i, version int, about string) {
	name := Name(i)
	number := fmt.Sprintf("%d.%d.%d", version/100, version/10%10, version%10)
	fmt.Fprintf(out, `  - annotations:
      artifacthub.io/changes: |
        - kind: changed
          description: %s
        - kind: fixed
          description: %s
      artifacthub.io/images: |
        - name: %[3]s
          image: registry.example.com/%[3]s/%[3]s:%[4]s
      artifacthub.io/license: Apache-2.0
    apiVersion: v2
    appVersion: %[4]s
    created: "2025-0%d-%02dT10:11:12.131415161Z"
    dependencies:
    - condition: %[7]s.enabled
      name: %[7]s
      repository: https://charts.example.com/stable
      tags:
      - storage
      version: 2.x.x
    description: %[8]s
    digest: %016x%016x%016x%016x
    home: https://example.com/%[3]s
    icon: https://example.com/%[3]s/icon.png
    keywords:
    - %[3]s
`, words(random, 60), words(random, 60), name, number, 1+random.IntN(9), 1+random.IntN(28), words(random, 1), about,
		random.Uint64(), random.Uint64(), random.Uint64(), random.Uint64())
	for range 4 {
		fmt.Fprintf(out, "    - %s\n", words(random, 1))
	}
	fmt.Fprintf(out, `    kubeVersion: '>=1.25.0-0'
    maintainers:
    - email: %[1]s@example.com
      name: %[1]s
    name: %[2]s
    sources:
    - https://example.com/%[2]s/source
    - https://example.com/%[2]s/images?of=%[4]s
    type: application
    urls:
    - https://charts.example.com/packages/%[2]s-%[3]s.tgz
    version: %[3]s
`, words(random, 1), name, number, strings.ReplaceAll(words(random, 30), " ", "+"))
}

func words(random *rand.Rand, count int) string {
	list := vocabulary()
	out := make([]string, count)
	for i := range out {
		out[i] = list[random.IntN(len(list))]
	}
	return strings.Join(out, " ")
}

func vocabulary() []string {
	return strings.Fields(`agent alert analytics api archive backup balancer batch bridge broker cache catalog certificate
		cluster collector compute config connector console container controller database dashboard deploy directory discovery
		dispatch dns document elastic engine event exporter federation forward gateway graph grid guard index ingress
		inventory job kernel kubernetes ledger library load log mail mesh message metrics mirror monitor network node notify
		object observer operator orchestrator pipeline platform policy pool portal prometheus provider proxy queue registry
		relay report repository rollout router rule runner scheduler search secret sensor server service session shard
		sidecar stack storage stream sync telemetry tenant token trace traffic tunnel vault vector volume warehouse watcher
		web webhook worker workflow workload zone postgres redis kafka nginx grafana jenkins`)
}
