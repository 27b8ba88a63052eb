#!/bin/sh
# Deploys a first chart on the embedded Kubernetes, shows each command and its
# output, and says what to type next. It can be run again at any time.
#
# HELM_BIN is the folder of the programs, by default bin at the top of the source.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
bin=${HELM_BIN:-$top/bin}
for program in helm helm-manager helm-local; do
	if [ ! -x "$bin/$program" ]; then
		echo "quickstart: $bin/$program is missing: run make build" >&2
		exit 1
	fi
done
PATH=$bin:$PATH
export PATH

say() {
	printf '\n# %s\n' "$*"
}

run() {
	printf '$ %s\n' "$*"
	"$@"
}

say 'Start a Kubernetes of your own, with Helm/DM on it:'
run helm local up

cd "$top"
if helm deployment list --quiet hello | grep -qx hello; then
	say 'There is a deployment called hello from an earlier run. Delete it:'
	run helm delete hello
fi

say 'Deploy a chart from a folder. The manager does the work, as you:'
run helm deploy -n hello ./examples/charts/hello

say 'See how it is:'
run helm status hello

say 'See all there is:'
run helm deployment list -o wide

cat <<END

# Next, put the programs in your PATH and try

  export PATH=$bin:\$PATH
  kubectl get cd -A                          # deployments are Kubernetes objects
  helm deploy -n mine --set replicas=3 ./examples/charts/hello
  helm deploy ./path/to/a/chart/of/yours     # it is given a name
  helm delete hello mine
  helm local down                            # stop the cluster; --purge removes it
END
