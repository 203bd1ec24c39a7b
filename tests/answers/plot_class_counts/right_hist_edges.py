import matplotlib.pyplot as plt


def plot_class_counts(labels):
    fig = plt.figure()
    plt.hist(labels.tolist(), bins=range(11))
    plt.xlabel("digit")
    return fig
