"""Show a test image with what the network says of it."""

import argparse

from mnist_course.commands import options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--random", action="store_true", help="any image (this is what happens anyway)"
    )
    which.add_argument("--index", type=int, metavar="N", help="the Nth image of the test set")
    parser.add_argument(
        "--seed", type=options.whole, metavar="N", help="to see the same random image again"
    )
    options.add_data(parser)
    options.add_weights(parser)
    parser.add_argument(
        "--plot", type=options.figure_file, metavar="FILE", help="save it as a figure, too"
    )


def run(args: argparse.Namespace) -> int:
    """Print the image, the truth, the prediction and the probabilities."""
    import random

    from mnist_course.commands.terminal import bars, picture
    from mnist_course.data import load
    from mnist_course.errors import CourseError
    from mnist_course.evaluation import predict_probabilities
    from mnist_course.runs import output_names

    network, what = options.load_weights(args.weights)
    data = load(args.data)
    classes, count = output_names(data), len(data.test_labels)
    index = random.Random(args.seed).randrange(count) if args.index is None else args.index
    if not 0 <= index < count:
        raise CourseError(f"The test set has images 0 to {count - 1}, not {index}.")
    image, truth = data.test_images[index], classes[data.test_labels[index]]
    probabilities = predict_probabilities(network, image[None])[0]
    prediction = classes[int(probabilities.argmax())]
    print(picture(image))
    print(f"Test image {index}: the truth is {truth}; {what} says {prediction}.")
    print(bars(probabilities, classes))
    if args.plot:
        from mnist_course.plots import plot_predictions

        title = f"truth {truth}, prediction {prediction}"
        plot_predictions([image], [probabilities.tolist()], classes, [title]).savefig(args.plot)
        print(f"Saved {args.plot}.")
    return 0
