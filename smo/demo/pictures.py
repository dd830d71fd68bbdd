"""The brand's photos, drawn: bottles, cans and glasses of Polar Fizz where it is hot and where it is cold."""

import io
from collections.abc import Callable, Sequence

from PIL import Image

from smo.demo.drawing import Canvas, Colour, Point, arc, polar

WIDTH, HEIGHT = 1200, 900
BLUE, TEAL, RED, GREEN, AMBER = (
    ("#04224f", "#0b57b8", "#3f9cf0", "#d8f0ff", "#2a86e6", "#0a4aa3", "#031a3d"),
    ("#033f46", "#0a8f96", "#39cfc9", "#e0fffb", "#1fb8b6", "#087a80", "#022f35"),
    ("#4d0610", "#b3172b", "#ee4358", "#ffe3e3", "#d92a41", "#96101f", "#38030a"),
    ("#143d0a", "#3a8f1d", "#7ed348", "#f2ffe0", "#5fb832", "#2f7816", "#0d2b06"),
    ("#572503", "#c5620a", "#ffa53a", "#fff1d6", "#f08a1c", "#a84f06", "#401a01"),
)
WHITE = ("#ffffff", "#ffffff")
GLASS = ("#dff3ff", "#ffffff", "#cfeaff", "#eef9ff", "#c4e4fb", "#ffffff", "#d3ecfd")
METAL = ("#6b7480", "#e9eef3", "#ffffff", "#b9c2cc", "#8b95a1", "#eef2f6", "#707985")


def bottle(canvas: Canvas, foot: Point, size: float = 1.0, colours: Sequence[Colour] = BLUE) -> None:
    """A bottle, `size` 1 is 560 high."""
    x, y = foot
    canvas.glow((x, y), 150 * size, "#001020", 0.35)
    body: list[Point] = [(0, 74), (10, 84), (250, 86), (300, 80), (400, 36), (470, 31), (500, 31), (520, 34), (528, 34)]
    canvas.turned(foot, [(up * size, half * size) for up, half in body], colours)
    canvas.turned((x, y - 522 * size), [(0, 36 * size), (38 * size, 36 * size)], METAL)
    label(canvas, (x, y - 60 * size), 86 * size, 170 * size)
    canvas.turned(
        (x - 50 * size, y - 30 * size),
        [(0, 3 * size), (30 * size, 7 * size), (250 * size, 6 * size), (272 * size, 1)],
        WHITE,
        0.35,
    )
    drops(canvas, (x - 78 * size, y - 300 * size, x + 78 * size, y - 10 * size), size)


def label(canvas: Canvas, foot: Point, half: float, height: float) -> None:
    """The brand's label: white, with the crystal and the name."""
    x, y = foot
    paper = ("#b9c7d6", "#ffffff", "#ffffff", "#ffffff", "#f1f6fb", "#a9b8c9")
    canvas.turned(foot, [(0, half), (height, half)], paper)
    canvas.flake((x, y - height * 0.64), height * 0.24, "#0b57b8", max(2.0, height / 46))
    canvas.word((x, y - height * 0.27), "POLAR", height * 0.2, "#0b2f6b")
    canvas.word((x, y - height * 0.1), "F I Z Z", height * 0.12, "#e0334a")


def drops(canvas: Canvas, box: tuple[float, float, float, float], size: float) -> None:
    """Condensed water: the sign of a cold drink."""
    canvas.scatter(46, box, (1.5 * size, 5 * size), "#ffffff", (0.25, 0.75))


def can(canvas: Canvas, foot: Point, size: float = 1.0, colours: Sequence[Colour] = BLUE) -> None:
    """A can, `size` 1 is 330 high."""
    x, y = foot
    canvas.glow(foot, 170 * size, "#001020", 0.35)
    canvas.turned(foot, [(0, 78 * size), (18 * size, 92 * size), (300 * size, 92 * size), (330 * size, 78 * size)], METAL)
    canvas.turned((x, y - 16 * size), [(0, 92 * size), (284 * size, 92 * size)], colours)
    canvas.flake((x, y - 215 * size), 52 * size, "#ffffff", 5 * size)
    canvas.word((x, y - 120 * size), "POLAR", 40 * size, "#ffffff")
    canvas.word((x, y - 82 * size), "F I Z Z", 26 * size, "#ffffff")
    drops(canvas, (x - 84 * size, y - 290 * size, x + 84 * size, y - 20 * size), size)


def tumbler(canvas: Canvas, foot: Point, size: float, drink: Sequence[Colour], iced: bool = True) -> None:
    """A glass with the drink, ice and bubbles, `size` 1 is 380 high."""
    x, y = foot
    canvas.glow(foot, 190 * size, "#001020", 0.3)
    canvas.turned(foot, [(0, 96 * size), (380 * size, 128 * size)], GLASS, 0.35)
    canvas.turned((x, y - 16 * size), [(0, 92 * size), (286 * size, 116 * size)], drink, 0.92)
    if iced:
        for dx, up, turn in ((-50, 250, 8), (46, 238, -14), (0, 300, 22), (-14, 176, -6)):
            canvas.ice((x + dx * size, y - up * size), 56 * size, turn)
    canvas.scatter(
        60, (x - 84 * size, y - 280 * size, x + 84 * size, y - 30 * size), (1.5 * size, 5 * size), "#ffffff", (0.3, 0.8)
    )
    canvas.turned((x - 86 * size, y - 30 * size), [(0, 4 * size), (300 * size, 9 * size)], WHITE, 0.4)


def citrus(canvas: Canvas, at: Point, radius: float, peel: Colour, flesh: Colour) -> None:
    """A slice of lime or orange."""
    canvas.disc(at, radius, peel)
    canvas.disc(at, radius * 0.9, "#fffbe6")
    for turn in range(0, 360, 45):
        tip = arc(at, radius * 0.82, turn + 5, turn + 40, 8)
        canvas.shape([polar(at, radius * 0.12, turn + 22), *tip], flesh)


def sun(canvas: Canvas, at: Point, radius: float) -> None:
    canvas.glow(at, radius * 4, "#fff3b0", 0.75)
    canvas.disc(at, radius, "#fff6d0")


# -- the scenes -----------------------------------------------------------------------------------------------------------


def beach(canvas: Canvas) -> None:
    canvas.sky("#ff7b3a", "#ffb35c", "#ffd98a", "#ffe9b8")
    sun(canvas, (860, 250), 95)
    canvas.shape([(0, 520), (1200, 520), (1200, 700), (0, 700)], "#1a9aaa")
    for number in range(5):
        canvas.line([(0, 545 + number * 30), (1200, 540 + number * 30)], "#5cc5c9", 2 + number)
    canvas.shape([(0, 690), (400, 660), (900, 700), (1200, 670), (1200, 900), (0, 900)], "#f2c987")
    canvas.scatter(260, (0, 700, 1200, 900), (1, 2.5), "#b98a4d", (0.3, 0.8))
    bottle(canvas, (430, 840), 1.25)
    for x, y, side, turn in ((250, 820, 62, 10), (590, 830, 74, -8), (690, 850, 48, 20)):
        canvas.ice((x, y), side, turn, 0.7)


def ice_bed(canvas: Canvas) -> None:
    canvas.sky("#062a5e", "#0e5bb0", "#57b4f2", "#c7ecff")
    canvas.glow((600, 380), 560, "#d7f3ff", 0.7)
    for number in range(26):
        canvas.ice((40 + number * 47, 690 + (number * 37) % 70), 70 + (number * 13) % 30, (number * 29) % 60 - 30, 0.45)
    bottle(canvas, (600, 830), 1.3)
    for number in range(20):
        canvas.ice((30 + number * 62, 830 + (number * 23) % 50), 84, (number * 41) % 60 - 30, 0.6)
    canvas.scatter(90, (0, 0, 1200, 600), (1, 5), "#ffffff", (0.1, 0.5))


def garden(canvas: Canvas) -> None:
    canvas.sky("#067a72", "#22b8a0", "#8be3c4", "#e9fbe6")
    for x, y, radius in ((160, 180, 190), (1000, 140, 240), (880, 520, 150), (320, 560, 120)):
        canvas.glow((x, y), radius, "#f6ffd9", 0.6)
    canvas.shape([(0, 730), (1200, 700), (1200, 900), (0, 900)], "#0b5a4e")
    tumbler(canvas, (600, 820), 1.5, ("#b9e34a", "#dcf58a", "#f4ffc9", "#c9ec62", "#9fd033"))
    citrus(canvas, (760, 280), 105, "#5fae1f", "#b9e34a")
    for x, turn in ((330, 12), (420, -10), (880, 4)):
        canvas.ice((x, 830), 60, turn, 0.6)


def dunes(canvas: Canvas) -> None:
    canvas.sky("#f2542d", "#ff8a47", "#ffc46b", "#ffe3a6")
    sun(canvas, (300, 220), 80)
    for base, height, colour in ((620, 150, "#e2904a"), (740, 160, "#cf7836"), (860, 140, "#b86428")):
        canvas.ridge(base, height, colour, 5, 0.0)
    for x, size, colours in ((470, 1.15, BLUE), (690, 1.35, TEAL), (920, 1.15, RED)):
        can(canvas, (x, 830), size, colours)


def fireside(canvas: Canvas) -> None:
    canvas.sky("#1a0a08", "#4a160b", "#8f3312", "#3a1209")
    canvas.glow((880, 520), 520, "#ff9a2e", 0.9)
    for dx, height in ((-120, 200), (120, 190), (-60, 300), (66, 280), (0, 370)):
        for part, colours in ((1.0, ("#f0701a", "#ffb52e", "#f0701a")), (0.55, ("#ffd34d", "#fff6c8", "#ffd34d"))):
            flame: list[Point] = [(0, 30 * part), (height * 0.25 * part, 50 * part), (height * part, 1)]
            canvas.turned((880 + dx, 705), flame, colours, 0.85)
    canvas.shape([(0, 700), (1200, 700), (1200, 900), (0, 900)], "#2b0f08")
    tumbler(canvas, (400, 830), 1.45, AMBER, iced=False)
    citrus(canvas, (520, 300), 95, "#e06a00", "#ffb347")
    steam(canvas, (400, 270))


def steam(canvas: Canvas, at: Point) -> None:
    """Three soft curls."""
    for dx, strength in ((-60, 0.35), (0, 0.5), (60, 0.35)):
        for step in range(9):
            swing = 22 if step % 4 < 2 else -22
            canvas.glow((at[0] + dx + swing, at[1] - step * 26), 46, "#fff4e0", strength * (1 - step / 10))


def snow_window(canvas: Canvas) -> None:
    canvas.sky("#0b1d3f", "#24457e", "#6f93c4", "#c8d9ee")
    canvas.ridge(620, 240, "#4a6a9e", 8, 1.0)
    canvas.ridge(720, 180, "#e7f0fa", 6, 0.0)
    canvas.scatter(300, (0, 0, 1200, 760), (1.5, 6), "#ffffff", (0.4, 1))
    canvas.shape([(0, 740), (1200, 740), (1200, 900), (0, 900)], "#5a2f16")
    canvas.glow((620, 620), 420, "#ffb65c", 0.55)
    bottle(canvas, (470, 850), 1.15, AMBER)
    tumbler(canvas, (730, 850), 1.1, AMBER, iced=False)
    steam(canvas, (730, 430))


def aurora(canvas: Canvas) -> None:
    canvas.sky("#020617", "#06213b", "#0b4a5c", "#127a6a")
    canvas.scatter(180, (0, 0, 1200, 480), (0.8, 2.2), "#ffffff", (0.4, 1))
    for number in range(60):
        x = number * 22
        canvas.glow((x, 250 + 70 * ((number * 7) % 11) / 11), 120, "#38f5a8" if number % 3 else "#8a6bff", 0.16)
    canvas.ridge(660, 240, "#0a2036", 9, 1.0)
    canvas.ridge(780, 120, "#dcebf7", 5, 0.0)
    for x, size, colours in ((360, 1.0, RED), (600, 1.18, BLUE), (840, 1.0, GREEN)):
        bottle(canvas, (x, 850), size, colours)


def skyline(canvas: Canvas) -> None:
    canvas.sky("#ff5f6d", "#ff8e6e", "#ffc371", "#ffe6b0")
    sun(canvas, (600, 420), 190)
    for number in range(18):
        height = 140 + (number * 97) % 260
        canvas.shape(
            [(number * 70, 900), (number * 70, 760 - height), (number * 70 + 60, 760 - height), (number * 70 + 60, 900)],
            "#8c3a5b",
            0.75,
        )
    canvas.shape([(0, 740), (1200, 740), (1200, 900), (0, 900)], "#4b1d3a")
    tumbler(canvas, (820, 850), 1.25, RED)
    bottle(canvas, (450, 860), 1.3, RED)


def flavours(canvas: Canvas) -> None:
    canvas.sky("#fff7ed", "#ffe9d6", "#ffd6c4")
    for x, colours in ((180, GREEN), (390, TEAL), (600, BLUE), (810, RED), (1020, AMBER)):
        canvas.glow((x, 560), 210, colours[2], 0.45)
        bottle(canvas, (x, 800), 1.05, colours)
    canvas.scatter(60, (0, 60, 1200, 780), (2, 7), "#ffffff", (0.5, 1))


def hot_and_cold(canvas: Canvas) -> None:
    canvas.sky("#ff9a3d", "#ffc56b")
    canvas.shape([(640, 0), (1200, 0), (1200, 900), (560, 900)], "#0f4fa8")
    sun(canvas, (230, 230), 100)
    for x, y, radius in ((980, 190, 90), (800, 420, 46), (1090, 520, 60), (900, 690, 40)):
        canvas.flake((x, y), radius, "#ffffff", radius / 16)
    bottle(canvas, (600, 860), 1.42)


SCENES: dict[str, tuple[Callable[[Canvas], None], str]] = {
    "beach": (beach, "A cold bottle of Polar Fizz between ice cubes on a beach at sunset"),
    "ice-bed": (ice_bed, "A bottle of Polar Fizz standing in a bed of crushed ice"),
    "garden": (garden, "A glass of lime Polar Fizz with ice and a slice of lime on a garden table"),
    "dunes": (dunes, "Three cans of Polar Fizz in front of hot desert dunes"),
    "fireside": (fireside, "A steaming glass of warm ginger Polar Fizz beside a fireplace"),
    "snow-window": (snow_window, "A warm bottle and glass of Polar Fizz on a window sill, snow falling outside"),
    "aurora": (aurora, "Three bottles of Polar Fizz in the snow under northern lights"),
    "skyline": (skyline, "A bottle and a glass of berry Polar Fizz above a city in the evening heat"),
    "flavours": (flavours, "Five bottles of Polar Fizz: lime, mint, original, berry and ginger"),
    "hot-and-cold": (hot_and_cold, "A bottle of Polar Fizz, one half of the picture summer, the other winter"),
}


def draw(name: str, width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """One of SCENES, always the same."""
    canvas = Canvas(width, height, seed=len(name))
    SCENES[name][0](canvas)
    return canvas.finished()


def jpeg(name: str) -> bytes:
    """One of SCENES as a file."""
    buffer = io.BytesIO()
    draw(name).save(buffer, "JPEG", quality=86)
    return buffer.getvalue()
