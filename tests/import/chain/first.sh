#!/bin/bash
#SBATCH --array=1-4
#SBATCH --time=10:00
echo $((SLURM_ARRAY_TASK_ID * 2)) > part_$SLURM_ARRAY_TASK_ID.txt
