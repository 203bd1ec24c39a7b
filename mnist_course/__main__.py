"""`python -m mnist_course` is `mnist-course`."""

from mnist_course.cli import main

raise SystemExit(main())
