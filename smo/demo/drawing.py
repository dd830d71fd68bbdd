"""Drawing with Pillow as on glass: gradients, glows, shaded round bodies, ice, snow. Units: the finished picture's pixels."""

import math
import random
from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageColor, ImageDraw, ImageFont

Colour = str | tuple[int, int, int]
Point = tuple[float, float]
SCALE = 2  # drawn twice as large and made smaller at the end: smooth edges


def rgb(colour: Colour) -> tuple[int, int, int]:
    """`#0b5fff` or a tuple as a tuple."""
    found = ImageColor.getrgb(colour) if isinstance(colour, str) else colour
    return found[0], found[1], found[2]


class Canvas:
    """A picture in the making."""

    def __init__(self, width: int, height: int, seed: int = 1) -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * SCALE, height * SCALE))
        self.random = random.Random(seed)

    def finished(self) -> Image.Image:
        """The picture in its own size."""
        return self.image.reduce(SCALE)

    # -- surfaces ---------------------------------------------------------------------------------------------------------

    def sky(self, *colours: Colour) -> None:
        """Fill all with a gradient from the top to the bottom."""
        self.image.paste(_strip(colours, upright=True).resize(self.image.size, Image.Resampling.BICUBIC))

    def glow(self, at: Point, radius: float, colour: Colour, strength: float = 1.0) -> None:
        """Light that fades outwards."""
        side = int(2 * radius * SCALE)
        mask = (
            Image.radial_gradient("L")
            .resize((side, side), Image.Resampling.BILINEAR)
            .point(lambda value: int(max(0, 255 - value * 1.4) * strength))
        )
        corner = (int((at[0] - radius) * SCALE), int((at[1] - radius) * SCALE))
        self.image.paste(Image.new("RGB", (side, side), rgb(colour)), corner, mask)

    def shape(self, points: Sequence[Point], colour: Colour, alpha: float = 1.0) -> None:
        """A filled polygon, see-through with `alpha` below 1."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        if alpha >= 1:
            ImageDraw.Draw(self.image).polygon(scaled, fill=rgb(colour))
            return
        left, top = (int(min(point[axis] for point in scaled)) for axis in (0, 1))
        size = [int(max(point[axis] for point in scaled)) - corner + 1 for axis, corner in ((0, left), (1, top))]
        mask = Image.new("L", (size[0], size[1]))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in scaled], fill=int(255 * alpha))
        self.image.paste(rgb(colour), (left, top), mask)

    def disc(self, at: Point, radius: float, colour: Colour, alpha: float = 1.0) -> None:
        """A filled circle."""
        self.shape(arc(at, radius, 0, 360, 12 if radius < 8 else 48), colour, alpha)

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """A line with round joints."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        ImageDraw.Draw(self.image).line(scaled, fill=rgb(colour), width=int(width * SCALE), joint="curve")

    def word(self, at: Point, text: str, size: float, colour: Colour) -> None:
        """Text around a point."""
        font = ImageFont.load_default(size * SCALE)
        ImageDraw.Draw(self.image).text((at[0] * SCALE, at[1] * SCALE), text, rgb(colour), font, anchor="mm")

    # -- bodies -----------------------------------------------------------------------------------------------------------

    def turned(self, at: Point, profile: Sequence[Point], colours: Sequence[Colour], alpha: float = 1.0) -> None:
        """A body as from a lathe, standing on `at`: profile of (height above it, half width), shaded from side to side."""
        outline = smooth(profile)
        side = max(half for _, half in outline)
        height = max(up for up, _ in outline)
        size = (int(2 * side * SCALE), int(height * SCALE))
        mask = Image.new("L", size)
        right = [((side + half) * SCALE, (height - up) * SCALE) for up, half in outline]
        left = [((side - half) * SCALE, (height - up) * SCALE) for up, half in reversed(outline)]
        ImageDraw.Draw(mask).polygon([*right, *left], fill=int(255 * alpha))
        corner = (int((at[0] - side) * SCALE), int((at[1] - height) * SCALE))
        self.image.paste(_strip(colours).resize(size, Image.Resampling.BICUBIC), corner, mask)

    def ice(self, at: Point, size: float, turn: float = 0.0, alpha: float = 0.55) -> None:
        """A cube of ice seen from a corner."""
        x, y = at
        top, left, right = (
            [
                (x + size * math.cos(math.radians(turn + a)) * r, y + size * math.sin(math.radians(turn + a)) * r)
                for a, r in face
            ]
            for face in (
                ((-90, 1), (-30, 1), (0, 0), (-150, 1)),
                ((-150, 1), (0, 0), (90, 1), (150, 1)),
                ((-30, 1), (30, 1), (90, 1), (0, 0)),
            )
        )
        self.shape(top, "#ffffff", min(1, alpha * 1.5))
        self.shape(left, "#bfe6ff", alpha)
        self.shape(right, "#8cc9f5", alpha)
        self.line([left[0], left[1], left[2]], "#ffffff", size / 24)
        self.line([right[0], (x, y)], "#ffffff", size / 24)

    def flake(self, at: Point, radius: float, colour: Colour = "#ffffff", width: float = 3) -> None:
        """A snow crystal."""
        for turn in range(0, 360, 60):
            tip = polar(at, radius, turn)
            self.line([at, tip], colour, width)
            for part, length in ((0.5, 0.32), (0.78, 0.2)):
                knot = polar(at, radius * part, turn)
                for side in (-45, 45):
                    self.line([knot, polar(knot, radius * length, turn + side)], colour, width * 0.8)

    # -- many small things ------------------------------------------------------------------------------------------------

    def scatter(self, count: int, box: tuple[float, float, float, float], sizes: Point, colour: Colour, alphas: Point) -> None:
        """Discs at random places in a box (left, top, right, bottom): bubbles, snow, stars, drops."""
        for _ in range(count):
            at = self.random.uniform(box[0], box[2]), self.random.uniform(box[1], box[3])
            self.disc(at, self.random.uniform(*sizes), colour, self.random.uniform(*alphas))

    def ridge(self, base: float, height: float, colour: Colour, steps: int = 9, rough: float = 0.6) -> None:
        """Hills or mountains along the lower edge; `rough` 0 are dunes, 1 are peaks."""
        heights = [self.random.uniform(0.25, 1) * height for _ in range(steps + 1)]
        points = [(self.width * number / steps, base - up) for number, up in enumerate(heights)]
        soft = [(x, y) for y, x in smooth([(y, x) for x, y in points])] if rough < 0.5 else points
        self.shape([(0, self.height), *soft, (self.width, self.height)], colour)


def _strip(colours: Sequence[Colour], upright: bool = False) -> Image.Image:
    """One pixel per colour; made larger it is a gradient."""
    strip = Image.new("RGB", (1, len(colours)) if upright else (len(colours), 1))
    strip.putdata([rgb(colour) for colour in colours])
    return strip


def polar(at: Point, radius: float, degrees: float) -> Point:
    """The point in this direction; 0 is right, 90 is down."""
    return at[0] + radius * math.cos(math.radians(degrees)), at[1] + radius * math.sin(math.radians(degrees))


def arc(at: Point, radius: float, start: float, end: float, steps: int = 48) -> list[Point]:
    """Points on a circle."""
    return [polar(at, radius, start + (end - start) * step / steps) for step in range(steps + 1)]


def smooth(points: Sequence[Point], steps: int = 14) -> list[Point]:
    """Points with soft steps between them: the first value goes evenly, the second by half a cosine wave."""
    found: list[Point] = []
    for (a, b), (c, d) in pairwise(points):
        for step in range(steps):
            part = step / steps
            found.append((a + (c - a) * part, b + (d - b) * (1 - math.cos(math.pi * part)) / 2))
    return [*found, points[-1]]
