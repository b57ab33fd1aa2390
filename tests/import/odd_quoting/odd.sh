#!/bin/bash
#SBATCH --job-name='for'
#SBATCH --array=0-98:2

for name in 'it''s' "a \"quoted\" {word}" $'tab\there'; do
  printf '%s\n' "$name"
done
awk '{ print $1 "\t" ENVIRON["SLURM_ARRAY_TASK_ID"] }' <<'EOF'
a """ b
EOF
bash -c 'echo $SLURM_ARRAY_TASK_ID' >> log.txt
EOF=1
if [[ -s log.txt ]]; then sort log.txt > sorted.txt; else : > empty.txt; fi
while read -r line; do echo "$line"; done < log.txt > lines_$SLURM_ARRAY_TASK_ID.txt
