"""The lessons and what each asks for, in plain words: to know that, nothing heavy is imported."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """What is known of an exercise without looking at its checks."""

    name: str
    points: int
    minutes: int


class Lesson:
    """A lesson: the package of its exercises, its title, and a line an exercise, in order."""

    def __init__(self, package: str, title: str, table: str) -> None:
        self.package, self.title = package, title
        rows = (line.split() for line in table.strip().splitlines())
        self.exercises = [Asked(name, int(points), int(minutes)) for name, points, minutes in rows]


# Each exercise with its points (which are those of its checks) and the minutes it takes.
LESSONS = {
    "01_data": Lesson(
        "data",
        "From files to tensors",
        """
        read_idx 9 15
        to_tensors 6 5
        channel_stats 6 5
        normalize 6 5
        train_val_split 9 15
        make_loader 10 10
    """,
    ),
    "02_visualization": Lesson(
        "visualization",
        "Look before you train",
        """
        tile 9 12
        show_digits 9 15
        class_counts 11 8
        plot_class_counts 5 8
        mean_digits 6 8
        nearest_mean 7 12
    """,
    ),
    "03_conv_layers": Lesson(
        "conv_layers",
        "Build the layers",
        """
        conv_output_size 9 8
        conv2d 10 15
        max_pool2d 9 10
        relu 5 5
        dropout 10 10
        Conv2d 7 12
        count_parameters 6 5
        DigitCNN 8 15
    """,
    ),
    "04_training": Lesson(
        "training",
        "Make it learn",
        """
        cross_entropy 12 12
        SGD 13 12
        Adam 11 15
        train_step 7 8
        fit 8 15
        train_digit_cnn 6 12
    """,
    ),
    "05_evaluation": Lesson(
        "evaluation",
        "How good is it, really?",
        """
        accuracy 6 5
        evaluate 8 12
        confusion_matrix 8 10
        precision_recall 7 8
        predict_probabilities 7 7
        hardest_mistakes 7 10
        prepare_photo 9 15
    """,
    ),
    "06_augmentation": Lesson(
        "augmentation",
        "Make it robust",
        """
        shift 8 8
        rotate 8 15
        random_affine 10 15
        batch_norm 11 15
        learning_rate_sweep 6 12
        train_robust_cnn 6 15
    """,
    ),
    "07_capstone": Lesson(
        "capstone",
        "Your own network",
        """
        build_model 8 15
        train 7 15
        hunt_1 6 8
        hunt_2 6 6
        hunt_3 6 8
        hunt_4 6 8
        hunt_5 7 8
        diagnosis 5 5
    """,
    ),
}


def names_of(lesson: str) -> list[str]:
    """Return what a lesson asks for."""
    return [asked.name for asked in LESSONS[lesson].exercises]


def asked_for() -> dict[str, Asked]:
    """Return every exercise of the course, in order, by its name."""
    return {asked.name: asked for lesson in LESSONS.values() for asked in lesson.exercises}


def lesson_of(name: str) -> str:
    """Return the lesson that asks for an exercise."""
    return next(lesson for lesson in LESSONS if name in names_of(lesson))
