import torch
import torch.nn.functional as F
from mnist_course.augmentation import rotate, shift


def scaled(image, scale):
    """Enlarge about the centre."""
    theta = torch.tensor([[[1 / scale, 0, 0], [0, 1 / scale, 0]]])
    grid = F.affine_grid(theta, image.shape, align_corners=True)
    return F.grid_sample(image, grid, align_corners=True)


def random_affine(images, max_shift, max_degrees, scale_range, generator):
    """Image by image: scale, turn, then shift by whole pixels."""
    out = []
    for image in images:
        u = torch.rand(2, generator=generator).tolist()
        dx, dy = torch.randint(-max_shift, max_shift + 1, (2,), generator=generator).tolist()
        scale = scale_range[0] + u[0] * (scale_range[1] - scale_range[0])
        angle = -max_degrees + u[1] * 2 * max_degrees
        out.append(shift(rotate(scaled(image[None], scale), angle), dx, dy))
    return torch.cat(out)
