from mnist_course.capstone import CODES

GRADIENTS, AUGMENTATION, MODE, SOFTMAX, LEAK = (CODES[i] for i in (1, 0, 3, 5, 6))


def diagnosis() -> dict[int, str]:
    answer = {}
    answer[5], answer[4], answer[3] = LEAK, SOFTMAX, MODE
    answer.update({2: AUGMENTATION, 1: GRADIENTS})
    return answer
