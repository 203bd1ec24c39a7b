import matplotlib.pyplot as plt


def plot_class_counts(labels):
    _fig, ax = plt.subplots()
    bars = ax.barh(range(10), [(labels == k).sum().item() for k in range(10)])
    ax.bar_label(bars)
    ax.invert_yaxis()
    return plt.gcf()
