"""The lessons and what each asks for, by name alone: to know that, nothing heavy is imported."""

# By lesson: the package of its exercises, and their names in the order in which it asks for them.
LESSONS = {
    "01_data": (
        "data", "read_idx to_tensors channel_stats normalize train_val_split make_loader",
    ),
    "02_visualization": (
        "visualization",
        "tile show_digits class_counts plot_class_counts mean_digits nearest_mean",
    ),
    "03_conv_layers": (
        "conv_layers",
        "conv_output_size conv2d max_pool2d relu dropout Conv2d count_parameters DigitCNN",
    ),
    "04_training": ("training", "cross_entropy SGD Adam train_step fit train_digit_cnn"),
    "05_evaluation": (
        "evaluation",
        "accuracy evaluate confusion_matrix precision_recall predict_probabilities "
        "hardest_mistakes prepare_photo",
    ),
    "06_augmentation": (
        "augmentation",
        "shift rotate random_affine batch_norm learning_rate_sweep train_robust_cnn",
    ),
    "07_capstone": (
        "capstone", "build_model train hunt_1 hunt_2 hunt_3 hunt_4 hunt_5 diagnosis",
    ),
}  # fmt: skip


def names_of(lesson: str) -> list[str]:
    """Return what a lesson asks for."""
    return LESSONS[lesson][1].split()
