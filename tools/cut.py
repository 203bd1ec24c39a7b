"""Cut lessons/ from solutions/: `make lessons`."""

from autograder.release import cut

if __name__ == "__main__":
    changed = cut()
    for path in changed:
        print(f"wrote {path.name}")
    print(f"{len(changed)} lessons changed.")
