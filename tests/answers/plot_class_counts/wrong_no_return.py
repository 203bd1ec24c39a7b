# diagnosis: figure-not-returned
import matplotlib.pyplot as plt


def plot_class_counts(labels):
    plt.bar(range(10), [(labels == k).sum() for k in range(10)])
    plt.show()
