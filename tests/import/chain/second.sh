#!/bin/bash
#SBATCH --time=5
#SBATCH --dependency=singleton
cat part_*.txt > all.txt
