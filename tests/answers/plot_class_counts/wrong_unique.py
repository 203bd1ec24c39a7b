# diagnosis: missing-digits-have-no-bar
import matplotlib.pyplot as plt


def plot_class_counts(labels):
    digits, counts = labels.unique(return_counts=True)
    fig, ax = plt.subplots()
    ax.bar(digits, counts)
    return fig
