import matplotlib.pyplot as plt


def plot_class_counts(labels):
    figure, axes = plt.subplots(figsize=(8, 2))
    for digit in range(10):
        axes.bar(digit + 1, int((labels == digit).sum()), align="center", color="C0")
    axes.set_xticks(range(1, 11), labels=range(10))
    axes.grid(True)
    return figure
