"""The grader: checks what learners build, and says what is wrong, and why."""
