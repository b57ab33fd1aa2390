#!/bin/bash -l
#SBATCH -J fit-spectra
#SBATCH -a 1-3
#SBATCH -t 1-12
#SBATCH --mem-per-cpu=2000
#SBATCH -c 4

# every line of spectra.txt is a spectrum
SPECTRUM=$(sed -n "${SLURM_ARRAY_TASK_ID}p" spectra.txt)
./fit_lines --threads $SLURM_CPUS_PER_TASK "$SPECTRUM" > fits/fit_${SLURM_ARRAY_TASK_ID}.txt
