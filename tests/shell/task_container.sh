#!/usr/bin/env bash
# The command lines of images, with stand-ins that write down their arguments; and a real charliecloud where there is one.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin container
mkdir -p "$top/bin" "$top/elsewhere" "$top/scratch"
cat >"$top/bin/apptainer" <<'STANDIN'
#!/usr/bin/env bash
# Writes down its arguments, then runs what stands behind the image.
printf '%s\n' "$@" >"${0%/*}/../arguments"
[[ ${1-} == exec ]] || exit 99
shift
while [[ $1 == --* ]]; do
  [[ $1 != --pwd ]] || cd "$2" || exit 98
  shift 2
done
[[ $1 != *broken* ]] || exit 255
shift
exec "$@"
STANDIN
chmod +x "$top/bin/apptainer"
ln -s apptainer "$top/bin/singularity"
PATH=$top/bin:$PATH
touch "$project/annz.sif" "$project/broken.sif"
echo x >"$top/elsewhere/in.txt"
echo y >"$project/in.txt"
images() { # JOB RUNTIME IMAGE
  job "$1" <<JOB
flow_call ${1#*-}
flow_item far File
flow_file near File in.txt
flow_output o File o.txt
flow_image $2 '$3'
flow_bind '$top/scratch' '/data:/mnt'
flow_script bash <<'FLOW'
cat "\$far" "\$near" >"\$o"
FLOW
JOB
  work "$1" 0 "${1#*-}" n=1 near=1,far=1 "$(stat -c %s:%Y "$top/elsewhere/in.txt"),$(stat -c %s:%Y "$project/in.txt")" "$top/elsewhere/in.txt"
  task "$1" 0
}
images 01-sif apptainer annz.sif
is "$status" 0 'apptainer: status'
attempt=$(cut -f 15 "$run/work/sif/n=1/.flow")
is "$(cat "$top/arguments")" "exec
--bind
$run
--bind
$project
--bind
$top/elsewhere/in.txt
--bind
$top/scratch
--bind
/data:/mnt
--pwd
$run/work/.tmp/$attempt
$project/annz.sif
bash
.command.sh" 'apptainer: arguments'
images 02-docker singularity docker://python:3.12-slim
is "$status" 0 'singularity: status'
grep -qxF docker://python:3.12-slim "$top/arguments" || fail 'docker:// is passed on as it is'
images 03-broken apptainer broken.sif
is "$(last broken n=1 1)" failed 'broken image'
logged 'bash cannot be started in broken.sif'
images 04-missing apptainer none.sif
is "$(last missing n=1 1)" failed 'missing image'
logged "the image $project/none.sif is not there"

# For real: a directory image with what the script needs, and the mount points.
if command -v ch-run >/dev/null; then
  image=$project/image
  mkdir -p "$image"/{bin,etc,dev,proc,sys,tmp,home,usr,data,mnt}
  for command in bash cat; do
    cp -L "$(command -v "$command")" "$image/bin/"
    ldd "$(command -v "$command")" | grep -oE '/[^ ]+' | while IFS= read -r file; do
      mkdir -p "$image${file%/*}"
      cp -L "$file" "$image$file"
    done
  done
  printf 'root:x:0:0::/root:/bin/bash\n' >"$image/etc/passwd"
  printf 'root:x:0:\n' >"$image/etc/group"
  [[ $top == /tmp/* ]] || mkdir -p "$image$project" "$image$top/scratch"
  : >"$image/only-here"
  job 05-real <<'JOB'
flow_call real
flow_file near File in.txt
flow_output o File o.txt
flow_image charliecloud image
flow_script bash <<'FLOW'
cat "$near" >"$o"
[[ -e /only-here && $PWD == */run/work/.tmp/* ]]
FLOW
JOB
  work 05-real 0 real . near=1 "$(stat -c %s:%Y "$project/in.txt")"
  # Without user namespaces there is nothing to try.
  if USER=${USER:-root} ch-run "$image" -- bash -c : 2>/dev/null; then
    (unset USER; task 05-real 0)
    is "$(last real . 1)" 'done' 'charliecloud: status'
    is "$(cat "$run/work/real/o.txt")" y 'charliecloud: result'
    rm "$image/bin/bash"
    rm -r "$run/work/real"
    task 05-real 0
    logged 'bash cannot be started in image'
  fi
fi
nothing_left
end
