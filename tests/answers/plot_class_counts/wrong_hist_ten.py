# diagnosis: bins-follow-the-labels
import matplotlib.pyplot as plt


def plot_class_counts(labels):
    fig = plt.figure()
    plt.hist(labels.numpy(), bins=10)
    return fig
