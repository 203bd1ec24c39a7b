# diagnosis: none
def shift(images, dx, dy):
    """The values are right, but the caller's images are gone."""
    moved = images.roll((dy, dx), (2, 3))
    rows = (0, min(dy, 28)) if dy > 0 else (max(0, 28 + dy), 28)
    columns = (0, min(dx, 28)) if dx > 0 else (max(0, 28 + dx), 28)
    moved[:, :, rows[0] : rows[1]] = 0
    moved[:, :, :, columns[0] : columns[1]] = 0
    return images.copy_(moved)
