"""Other people's graders, Gradescope and GitHub Classroom, with this engine in them."""
