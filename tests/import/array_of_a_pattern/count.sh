#!/bin/bash
#SBATCH --array=0-2
#SBATCH --time=00:10:00
FILES=(data/*.txt)
wc -l "${FILES[$SLURM_ARRAY_TASK_ID]}" > results/count_$SLURM_ARRAY_TASK_ID.txt
