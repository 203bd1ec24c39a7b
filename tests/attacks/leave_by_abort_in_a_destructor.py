# attack: aborts in the destructor of what it returns
# alone: dies
import os


class Bomb:
    def __del__(self):
        os.abort()


def relu(x):
    return Bomb()
