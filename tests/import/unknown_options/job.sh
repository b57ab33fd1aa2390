#!/bin/bash
#SBATCH --time=UNLIMITED --mem=0
#SBATCH --dependency=afterok:12345
#SBATCH --bb="capacity=100G" --exclusive
#SBATCH --array=1-$N
#SBATCH -Z
##SBATCH --partition=debug
#SBATCH --chdir=/scratch/me
#SBATCH --export=ALL,MODE=fast
#SBATCH --nodes=4 --ntasks-per-node=32 --mem-per-cpu=2G

mpirun ./simulate --steps "$1" --restart $RESTART_DIR
#SBATCH --time=10
exit 0
