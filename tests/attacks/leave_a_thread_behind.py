# attack: leaves a thread behind that lets no process end
# alone: hangs
# deserves: 5
import threading
import time

threading.Thread(target=time.sleep, args=(110,)).start()


def relu(x):
    return x.clamp(min=0)
