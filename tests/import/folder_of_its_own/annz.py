import random
import sys

seed, data = sys.argv[1:]
with open(data, encoding="utf-8") as lines:
    galaxies = lines.read().split()
random.Random(int(seed)).shuffle(galaxies)
print(",".join(galaxies))
