#!/usr/bin/env bash
# Submits this workflow to SLURM, or what is missing of it; runs, shows, cancels it: see ./submit.sh --help.
# This file and lib/ are the same for every workflow; plan.tsv says what this one is.
set -euo pipefail
# What the environment, or a file that BASH_ENV names, may bring along.
set +o noclobber +o noglob
shopt -u dotglob failglob nocaseglob nocasematch nullglob
unset CDPATH
out=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
[[ -r $out/lib/submit.sh ]] || { printf 'submit.sh: %s is missing, or not all there: compile again\n' "$out/lib" >&2; exit 1; }
# shellcheck source-path=SCRIPTDIR source=lib/submit.sh
source "$out/lib/submit.sh"
flow_main "$@"
