"""What goes wrong through no fault of the program."""


class CourseError(ValueError):
    """Something that the user can mend, told in one clear sentence and without a traceback."""
