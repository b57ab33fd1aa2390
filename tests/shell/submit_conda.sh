#!/usr/bin/env bash
# Environments of conda: made once before anything is submitted, activated in tasks without conda. tests/shell/conda_stand_in stands
# in for the tools.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
flowc=${FLOWC:-$repository/target/debug/flowc}
fresh
export RAN=$base/ran CONDA_STAND_IN=$base/conda ACTIVATED_BEFORE=by.
unset MAMBA_EXE CONDA_EXE CONDA_PREFIX FLOW_CONDA
mkdir -p -- "$base/conda" "$base/bin"
# NAME…: these tools are on PATH, and no others.
path=$(tr : '\n' <<<"$PATH" | while IFS= read -r dir; do
  [[ -x $dir/micromamba || -x $dir/mamba || -x $dir/conda ]] || printf '%s:' "$dir"
done)
tools() {
  rm -rf -- "${base:?}/tools"
  mkdir -- "$base/tools"
  for tool; do ln -s -- "$repository/tests/shell/conda_stand_in" "$base/tools/$tool"; done
  PATH=$base/bin:$base/tools:${path%:}
}
made() { if [[ -f $base/conda/calls ]]; then grep -c ' create ' "$base/conda/calls" || true; else echo 0; fi; }
compile() { "$flowc" p.flow "$@" -o out >"$base/said" 2>&1 || not_ok 'it does not compile'; }
# Waits until a file has a text, however slow the machine is.
until_has() { until grep -qsF -- "$2" "$1"; do sleep 0.1; done; }

mkdir envs
environment() { # NAME PACKAGE
  printf '%s\n' "name: $1" 'channels: [conda-forge]' dependencies: "  - $2" variables: "  my_var: the \$1 of '$1'" >"envs/$1.yml"
}
environment first python=3.12
environment second python=3.11
printf '# platform: linux-64\n@EXPLICIT\nname: third\n' >envs/third.txt
cat >p.flow <<'FLOW'
param seeds: [Int] = 0..3
process a(seed: Int) -> (o: File = "o.txt") {
  conda "envs/first.yml"
  cost  1s
  script """
    echo "a.$seed" >>"$RAN"
    echo "$seed: $(which_environment) $MY_VAR $ACTIVATED $CONDA_SHLVL" >"$o"
  """
}
process b(o: File) -> (p: File = "p.txt") {
  conda "envs/second.yml"
  cost  1s
  script python """
    import os
    print("b", file=open(os.environ["RAN"], "a"))
    with open(p, "w") as file:
        file.write(open(o).read().strip() + " / " + os.environ["FROM_PYTHON"] + " " + os.environ["MY_VAR"] + "\n")
  """
}
process c(ps: [File]) -> (all: File = "all.txt") {
  cost 1s
  script """
    echo c >>"$RAN"
    echo "${CONDA_PREFIX-none} ${MY_VAR-none} $(type -P which_environment)" | cat "${ps[@]}" - >"$all"
  """
}
process d(all: File) -> (e: File = "e.txt") {
  conda "envs/third.txt"
  cost  1s
  script """
    echo d >>"$RAN"
    which_environment >"$e"
  """
}
workflow {
  for seed in seeds {
    x = a(seed)
    y = b(o: x.o)
  }
  z = c(ps: y.p)
  w = d(all: z.all)
  publish z.all
  publish w.e
}
FLOW
wanted=$(for i in 0 1 2; do echo "$i: first the \$1 of 'first' by.first 1 / second the \$1 of 'second'"; done; echo 'none none ')

# ---- what cannot be made --------------------------------------------------------------------------------------------

tools
compile
says 0 ./out/submit.sh --dry-run
has 'the environment of envs/first.yml cannot be made: there is no micromamba, mamba or conda here'
says 1 ./out/submit.sh --local
has 'envs/first.yml describes an environment, and there is no micromamba, mamba or conda on PATH'
has 'Nothing was submitted'
[[ -z $(ls "$run/state/submissions") ]] || not_ok 'something was submitted'
ok 'without a tool: a line, and nothing is submitted'

rm -r -- "$run"
tools micromamba
says 0 ./out/submit.sh --dry-run
has 'the environment of envs/third.txt would be made first, by micromamba'
same "$(made)" 0
[[ ! -e $run ]] || not_ok 'a dry run made something'
ok 'a dry run says what would be made'

touch "$base/conda/fail"
says 1 ./out/submit.sh --local
has 'the environment of envs/first.yml could not be made (exit status 1'
has '    Downloading 90%'
has '    Could not solve for environment specs: nothing provides numpi'
has 'nothing was submitted'
same "$(ran .)" 0
same "$(find "$run/conda" -name bin)" '' 'half an environment'
ok 'a failure is told by its last lines'

touch "$base/conda/die"
says 137 ./out/submit.sh --local
[[ -n $(find "$run/conda" -name bin) ]] || not_ok 'it left nothing half'
[[ -z $(find "$run/conda" -name made) ]] || not_ok 'half an environment counts'
same "$(ran .)" 0
ok 'killed midway'

# ---- made once, used by all -----------------------------------------------------------------------------------------

says 0 ./out/submit.sh --local
same "$(cat "$run/results/all.txt")" "$wanted"
same "$(cat "$run/results/e.txt")" third
same "$(made)" 5 'one that failed, one that was killed, and three'
same "$(find "$run/conda" -mindepth 2 -maxdepth 2 -type d | wc -l)" 3 'what was half made is gone'
says 0 ./out/submit.sh --local
has 'Nothing to do'
same "$(made)" 5
ok 'made again behind what was killed, then nothing'

cp -R -- "$project" "$base/moved"
(
  cd "$base/moved"
  rm -r out/run/work/d
  says 0 ./out/submit.sh --local
  grep -q "$base/moved/out/run/conda" out/run/work/d/.command.sh || not_ok 'the environment of another project is used'
)
same "$(made)" 6
: >"$base/conda/calls"
ok 'in a copy it is made again: environments cannot be moved'

mkdir -p -- "$base/a:b"
cp -R p.flow envs "$base/a:b"
(
  cd "$base/a:b"
  compile
  says 1 ./out/submit.sh --local
  has "there is a colon in $base/a:b/out/run/conda, which PATH cannot hold"
)
same "$(made)" 0
ok 'below a folder with a colon in its name nothing is made'

# The same files and records at the other level, from a folder that runs share.
export FLOW_CONDA=$base/shared
mkdir "$base/other"
cp -R p.flow envs "$base/other"
(
  cd "$base/other"
  compile -O0
  says 0 ./out/submit.sh --local
  same "$(cat out/run/results/all.txt)" "$wanted"
  [[ ! -e out/run/conda ]] || not_ok 'not where FLOW_CONDA says'
)
same "$(made)" 3
mv -- "$base/other/out/run" "$base/other/old"
(cd "$base/other" && says 0 ./out/submit.sh --local)
same "$(made)" 3 'another run takes those that are there'
unset FLOW_CONDA
ok 'at the other level; shared by runs'

# ---- what changes ---------------------------------------------------------------------------------------------------

: >"$RAN"
cp envs/second.yml second.before
environment second python=3.13
says 1 ./out/submit.sh --local
has 'envs/second.yml'
has 'compile again'
compile
says 0 ./out/submit.sh --dry-run
has 'a: 3 of 3 done, 0 would run'
has 'b: 0 of 3 done, 3 would run'
has 'the environment of envs/second.yml would be made first'
lacks 'envs/first.yml'
says 0 ./out/submit.sh --local
same "$(sort "$RAN" | tr '\n' ' ')" 'b b b c d '
same "$(made)" 4
mv second.before envs/second.yml
compile
says 0 ./out/submit.sh --local
same "$(made)" 4 'what it was before is still there'
says 0 ./out/submit.sh --local
has 'Nothing to do'
ok 'a changed file runs again what uses it'

# Deleted behind the submission: nothing runs with what else is called python.
cat >p.flow <<'FLOW'
process first() -> (o: File = "o.txt") {
  script """
    echo first >>"$RAN"
    if [[ -e $RAN.delete ]]; then rm -r "$(<"$RAN.delete")"; fi
    echo 1 >"$o"
  """
}
process second(o: File) -> (p: File = "p.txt") {
  conda "envs/second.yml"
  retry 2
  script python """
    print("second", file=open(p, "w"))
  """
}
workflow {
  x = first()
  y = second(o: x.o)
}
FLOW
compile -O0
says 0 ./out/submit.sh --dry-run
lacks 'would be made'
place=$(find "$run/conda" -name second.yml -o -name made | while IFS= read -r file; do
  [[ ${file%/made} != */"$(sha envs/second.yml | cut -c1-16)" ]] || echo "${file%/made}"
done)
cp -- "$place/made" "$RAN.delete"
FLOW_WAIT=0 says 1 ./out/submit.sh --local
has 'no-environment'
grep -q "flow: the environment of envs/second.yml is gone from $(printf '%s' "$(<"$RAN.delete")" | sed 's/[$]/\\&/g')" "$run"/logs/* || not_ok 'the log does not say it'
same "$(grep -c '::flow begin second' <(cat "$run"/logs/*second*.log))" 1 'it is not tried again'
rm -- "$RAN.delete"
says 0 ./out/submit.sh --local
same "$(cat "$run/work/second/p.txt")" second
same "$(made)" 5
ok 'one that was deleted behind the submission'

# ---- what is there already ------------------------------------------------------------------------------------------

mkdir -p -- "$base/conda/envs/astro/conda-meta" "$base/conda/envs/astro/bin" "$base/conda/envs/astro/etc/conda/env_vars.d" \
  "$base/active/conda-meta" "$base/active/bin" "$base/active/etc/conda/deactivate.d" tools/env
cp -R -- "$base/conda/envs/astro/." tools/env
echo '{"PKG_DATA": "/data", "MINE": "of a package"}' >"$base/conda/envs/astro/etc/conda/env_vars.d/pkg.json"
printf '%s\n' '{"env_vars": {"mine": "caf\u00e9 \\ \"x\" 100%", "N": 5, "GONE": "***unset***"}}' >"$base/conda/envs/astro/conda-meta/state"
touch "$base/active/bin/of_the_active"
chmod +x "$base/active/bin/of_the_active"
echo 'unset ACTIVE_DATA' >"$base/active/etc/conda/deactivate.d/x.sh"
cat >p.flow <<'FLOW'
process named() -> (o: File = "o.txt") {
  module "gcc/12"
  conda  "astro"
  env    N = 6
  script """
    echo "$CONDA_DEFAULT_ENV|$MINE|$PKG_DATA|$N|${GONE-}|${ACTIVE_DATA-}|$(type -P of_the_active)|${PATH%%/bin:*}|$(type -P of_gcc)" >"$o"
  """
}
process placed() -> (o: File = "o.txt") {
  conda "tools/env"
  script """
    echo "$CONDA_PREFIX" >"$o"
  """
}
workflow {
  x = named()
  y = placed()
  publish x.o as "named.txt"
  publish y.o as "placed.txt"
}
FLOW
compile
mkdir "$base/gcc"
touch "$base/gcc/of_gcc"
chmod +x "$base/gcc/of_gcc"
module() { PATH=$GCC:$PATH; }
export -f module
export GCC=$base/gcc
tools conda
CONDA_SHLVL=1 CONDA_PREFIX=$base/active ACTIVE_DATA=1 PATH=$base/active/bin:$PATH says 0 ./out/submit.sh --local
same "$(cat "$run/results/named.txt")" "astro|café \\ \"x\" 100%|/data|6||||$base/conda/envs/astro|$base/gcc/of_gcc"
same "$(cat "$run/results/placed.txt")" "$(pwd -P)/tools/env"
same "$(made)" 5
sed -i 's/"astro"/"asdro"/' p.flow
compile
says 1 ./out/submit.sh --local
has 'no environment is called asdro'
sed -i 's/"asdro"/"astro"/; s/tools.env/tools\/enw/' p.flow
compile
says 1 ./out/submit.sh --local
has "there is no environment in $(pwd -P)/tools/enw: nothing was submitted"
ok 'by name and by folder, behind modules, instead of the active one'

# ---- tools, and two at once -----------------------------------------------------------------------------------------

cat >p.flow <<'FLOW'
process a() -> (o: File = "o.txt") {
  conda "envs/first.yml"
  script """
    which_environment >"$o"
  """
}
process b() -> (o: File = "o.txt") {
  conda "envs/third.txt"
  script """
    which_environment >"$o"
  """
}
workflow {
  x = a()
  y = b()
  publish x.o as "a.txt"
  publish y.o as "b.txt"
}
FLOW
compile
for names in 'conda' 'mamba conda' 'micromamba mamba conda'; do
  rm -rf -- "$run"
  : >"$base/conda/calls"
  # shellcheck disable=SC2086 # words
  tools $names
  says 0 ./out/submit.sh --local
  has "by ${names%% *}, which may take minutes"
  same "$(cut -d ' ' -f 1 "$base/conda/calls" | sort -u)" "${names%% *}"
  same "$(cat "$run"/results/{a,b}.txt | tr '\n' ' ')" 'first third '
done
rm -rf -- "$run"
tools
ln -s -- "$repository/tests/shell/conda_stand_in" "$base/micromamba"
MAMBA_EXE=$base/micromamba says 0 ./out/submit.sh --local
tools micromamba
ok 'micromamba, else mamba, else conda, else what the shell calls so'

export FLOW_CONDA=$base/together
mkdir -p -- "$base/one" "$base/two"
: >"$base/conda/calls"
touch "$base/conda/wait"
for each in one two; do
  cp -R p.flow envs "$base/$each"
  (
    cd "$base/$each"
    "$flowc" p.flow -o out >/dev/null
    ./out/submit.sh --local >"$base/$each.said" 2>&1 && echo fine >>"$base/$each.said"
  ) &
  [[ $each == two ]] || until_has "$base/conda/calls" create
done
until_has "$base/two.said" "is being made by"
rm -- "$base/conda/wait"
wait
for each in one two; do
  until_has "$base/$each.said" fine
  same "$(cat "$base/$each"/out/run/results/{a,b}.txt | tr '\n' ' ')" 'first third '
done
same "$(made)" 2 'once for both'
unset FLOW_CONDA
ok 'two submissions at once: one makes it, the other waits'

# ---- on SLURM -------------------------------------------------------------------------------------------------------

# shellcheck disable=SC2119
slurm_cluster
rm -rf -- "$run"
touch "$base/conda/fail"
says 1 ./out/submit.sh
same "$(squeue --noheader | wc -l)" 0
says 0 ./out/submit.sh
has 'Making the environment of envs/third.txt'
has 'Submitted 2 tasks'
# What tasks need of it is none of the tools.
tools
drained
says 0 ./out/submit.sh --status
same "$(cat "$run"/results/{a,b}.txt | tr '\n' ' ')" 'first third '
says 0 ./out/submit.sh
has 'Nothing to do'
ok 'on SLURM'
