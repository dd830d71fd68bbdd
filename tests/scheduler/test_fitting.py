"""Files brought into a network's limits: real pictures through Pillow, real videos through ffmpeg."""

import io
import subprocess
from dataclasses import replace
from pathlib import Path

import imageio_ffmpeg
import pytest
from PIL import Image

from connectors.data import GIF, JPEG, MOV, MP4, PNG, WEBM, FileLimits, Media
from connectors.problems import file_problems
from scheduler.library.fitting import pictures, videos
from scheduler.library.fitting.pictures import Unfit
from scheduler.library.fitting.plan import CROP, PAD, Profile, choices, plan, planned

MEGABYTES = 1_000_000
PORTRAIT = FileLimits(frozenset({JPEG}), max_bytes=8 * MEGABYTES, min_ratio=0.5, max_ratio=0.5625)  # a story's shape
CLIP = FileLimits(
    frozenset({MP4, MOV}),
    max_bytes=512 * MEGABYTES,
    max_seconds=140,
    max_width=1280,
    max_height=1280,
    codecs=frozenset({"h264"}),
    sound=frozenset({"aac"}),
)


# -- what must change -----------------------------------------------------------------------------------------------------


def photo(width: int = 1200, height: int = 900, mime_type: str = JPEG, size: int = 500_000) -> Media:
    return Media("p", mime_type, size, "bottle.jpg", width=width, height=height)


def clip(width: int = 1280, height: int = 720, mime_type: str = MP4, size: int = MEGABYTES, seconds: float = 6) -> Media:
    return Media("v", mime_type, size, "ad.mp4", width=width, height=height, seconds=seconds)


def test_what_fits_is_left_alone() -> None:
    assert plan(FileLimits(frozenset({JPEG}), max_bytes=MEGABYTES), photo()) is None
    assert plan(CLIP, clip()) is None


@pytest.mark.parametrize("fit", [PAD, CROP])
@pytest.mark.parametrize("measures", [(1200, 900), (900, 1200), (3001, 999), (333, 1001), (100, 100)])
@pytest.mark.parametrize(("least", "most"), [(0.8, 1.91), (1, 1), (9 / 16, 9 / 16), (0.01, 0.6)])
@pytest.mark.parametrize("largest", [0, 1080])
def test_any_shape_gets_within_the_limits(fit: str, measures: tuple[int, int], least: float, most: float, largest: int) -> None:
    limits = FileLimits(min_ratio=least, max_ratio=most, max_width=largest, max_height=largest)
    for media in (photo(*measures), clip(*measures)):
        profile = plan(limits, media, fit)
        found = planned(media, profile) if profile else media
        assert list(file_problems("N", limits, found)) == []
        assert not profile or not media.is_video or (profile.width % 2, profile.height % 2) == (0, 0)


def test_padding_keeps_the_picture_and_cropping_keeps_its_scale() -> None:
    square = FileLimits(min_ratio=1, max_ratio=1)
    assert plan(square, photo(1200, 900), PAD) == Profile(JPEG, 1200, 1200, PAD)
    assert plan(square, photo(1200, 900), CROP) == Profile(JPEG, 900, 900, CROP)


def test_a_small_picture_is_enlarged_a_little_and_a_tiny_one_stays_a_problem() -> None:
    limits = FileLimits(min_width=600, min_height=600)
    assert plan(limits, photo(400, 400)) == Profile(JPEG, 600, 600)
    tiny = planned(photo(100, 100), plan(limits, photo(100, 100)) or Profile(JPEG))
    assert [one.field for one in file_problems("N", limits, tiny)] == ["media"]


def test_a_video_that_lasts_too_long_is_not_cut() -> None:
    assert plan(CLIP, clip(seconds=300)) is None
    wide = clip(1920, 1080, seconds=300)
    (problem,) = file_problems("N", CLIP, planned(wide, plan(CLIP, wide) or Profile(MP4)))
    assert "cut it" in str(problem)


def test_a_gif_that_may_move_is_not_stopped_where_gifs_are_taken() -> None:
    assert plan(FileLimits(frozenset({JPEG, GIF}), max_bytes=MEGABYTES), photo(mime_type=GIF, size=9 * MEGABYTES)) is None
    assert plan(FileLimits(frozenset({JPEG})), photo(mime_type=GIF)) == Profile(JPEG, 1200, 900)


def test_the_least_change_is_offered_first() -> None:
    limits = FileLimits(frozenset({JPEG}), min_ratio=0.8, max_ratio=1.91)
    offered = [choice and (choice.width, choice.height) for choice in choices(limits, photo(1080, 1920))]
    assert offered == [None, None, (1536, 1920), (1080, 1350), (1024, 1280), None]
    assert next(choices(limits, photo(1080, 1920, PNG))) == Profile(JPEG, 1080, 1920)


def test_what_is_made_anew_is_no_larger_than_networks_show() -> None:
    assert plan(FileLimits(frozenset({MP4}), max_bytes=MEGABYTES), clip(3840, 2160, size=9 * MEGABYTES, seconds=1))
    huge, film = photo(12000, 6000, PNG), clip(3840, 2160, MOV)
    assert plan(FileLimits(frozenset({JPEG})), huge) == Profile(JPEG, 4096, 2048)
    assert plan(FileLimits(frozenset({MP4})), film) == Profile(MP4, 1920, 1080)


def test_what_cannot_be_made_stays_a_problem() -> None:
    assert plan(FileLimits(frozenset({WEBM})), clip()) is None


@pytest.mark.parametrize(
    ("codec", "sound", "changed"),
    [("hevc", "aac", True), ("h264", "pcm_s16le", True), ("h264", "aac", False), ("h264", "", False), ("", "", False)],
)
def test_what_a_network_does_not_decode_is_coded_anew(codec: str, sound: str, changed: bool) -> None:
    limits, film = FileLimits(frozenset({MP4}), codecs=frozenset({"h264"}), sound=frozenset({"aac"})), clip()
    profile = plan(limits, replace(film, codec=codec, sound=sound))
    assert bool(profile) == changed
    if profile:
        assert plan(limits, planned(replace(film, codec=codec, sound=sound), profile)) is None


def test_a_profile_is_known_by_its_key() -> None:
    for profile in (Profile(JPEG, 1080, 1350, PAD, 8_000_000), Profile(MP4, max_bytes=1), Profile(PNG, 10, 20)):
        assert Profile.of(profile.key) == profile


# -- pictures -------------------------------------------------------------------------------------------------------------


def drawn(path: Path, width: int, height: int, colour: str = "#f59f00", mode: str = "RGB", **details: object) -> Media:
    """A picture on disk, of one colour."""
    Image.new(mode, (width, height), colour).save(path, **details)  # type: ignore[arg-type]
    return measured(path)


def noise(path: Path, width: int, height: int) -> Media:
    """A picture on disk that no format can make small."""
    Image.effect_noise((width, height), 120).convert("RGB").save(path, quality=97)
    return measured(path)


def measured(path: Path) -> Media:
    with Image.open(path) as picture:
        mime_type = Image.MIME[str(picture.format)]
        return Media(str(path), mime_type, path.stat().st_size, path.name, width=picture.width, height=picture.height)


def fitted(media: Media, limits: FileLimits, fit: str = PAD) -> Media:
    """The file as it is after its profile; what was planned for it came true."""
    profile = plan(limits, media, fit)
    assert profile
    target = Path(media.path).with_name(f"made-{profile.key}")
    pictures.make(Path(media.path), target, profile)
    made = measured(target)
    assert list(file_problems("N", limits, made)) == []
    assert made.mime_type == planned(media, profile).mime_type
    return made


def colours(media: Media, *places: tuple[float, float]) -> list[str]:
    """What is seen at places, given as parts of the width and height: orange, white, or the value itself."""
    with Image.open(media.path) as picture:
        found = [picture.convert("RGB").getpixel((int(x * picture.width), int(y * picture.height))) for x, y in places]
    return [_name(one) for one in found]


def _name(pixel: object) -> str:
    named = {"orange": (245, 159, 0), "white": (255, 255, 255)}
    assert isinstance(pixel, tuple)
    near = [name for name, value in named.items() if max(abs(a - b) for a, b in zip(pixel, value, strict=True)) < 12]
    return near[0] if near else str(pixel)


def test_a_large_jpeg_gets_below_five_megabytes(tmp_path: Path) -> None:
    media = noise(tmp_path / "noise.jpg", 3000, 2400)
    assert media.size > 5 * MEGABYTES
    made = fitted(media, FileLimits(frozenset({JPEG, PNG}), max_bytes=5 * MEGABYTES))
    assert 2 * MEGABYTES < made.size <= 5 * MEGABYTES
    assert made.ratio == pytest.approx(media.ratio, rel=0.01)


def test_a_png_becomes_a_jpeg_where_only_jpegs_are_taken_and_holes_become_white(tmp_path: Path) -> None:
    media = drawn(tmp_path / "logo.png", 300, 300, "#00000000", "RGBA")
    assert colours(fitted(media, FileLimits(frozenset({JPEG}))), (0.5, 0.5)) == ["white"]


def test_a_photo_is_padded_to_another_shape(tmp_path: Path) -> None:
    made = fitted(drawn(tmp_path / "bottle.png", 1200, 900), PORTRAIT)
    assert colours(made, (0.5, 0.5), (0.02, 0.5), (0.5, 0.02), (0.5, 0.98)) == ["orange", "orange", "white", "white"]


def test_a_photo_is_cropped_to_another_shape(tmp_path: Path) -> None:
    made = fitted(drawn(tmp_path / "bottle.png", 1200, 900), PORTRAIT, CROP)
    assert (made.height, colours(made, (0.5, 0.02), (0.02, 0.98))) == (900, ["orange", "orange"])


def test_a_photo_that_lies_on_its_side_is_turned_and_loses_its_exif(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A camera"
    lying = drawn(tmp_path / "lying.jpg", 1600, 900, exif=exif)
    made = fitted(replace(lying, width=900, height=1600), FileLimits(frozenset({JPEG}), max_width=450))
    assert (made.width, made.height) == (450, 800)
    with Image.open(made.path) as picture:
        assert not picture.getexif()


def test_a_broken_picture_is_said_to_be_unfit(tmp_path: Path) -> None:
    path = tmp_path / "broken.jpg"
    buffer = io.BytesIO()
    Image.effect_noise((400, 400), 90).save(buffer, "JPEG")
    path.write_bytes(buffer.getvalue()[:4000])
    with pytest.raises(Unfit):
        pictures.make(path, tmp_path / "out.jpg", Profile(JPEG, 100, 100))


# -- videos ---------------------------------------------------------------------------------------------------------------


def filmed(path: Path, *coding: str, size: str = "640x360", seconds: int = 2) -> Media:
    """A test film on disk."""
    source = ["-f", "lavfi", "-i", f"testsrc2=s={size}:d={seconds}:r=25", "-f", "lavfi", "-i", f"sine=d={seconds}"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *source, "-pix_fmt", "yuv420p", *coding, str(path)]
    subprocess.run(command, check=True)
    return watched(path)


def watched(path: Path) -> Media:
    facts = videos.probe(path)
    assert facts
    mime_type = MOV if path.read_bytes()[8:12] == b"qt  " else MP4
    size, name = path.stat().st_size, path.name
    media = Media(str(path), mime_type, size, name, width=facts.width, height=facts.height, seconds=facts.seconds)
    return replace(media, codec=facts.codec, sound=facts.sound)


def refilmed(media: Media, limits: FileLimits, fit: str = PAD) -> tuple[Media, list[int]]:
    profile = plan(limits, media, fit)
    assert profile
    target, told = Path(media.path).with_name(f"{profile.key}.mp4"), list[int]()
    videos.make(Path(media.path), target, profile, told.append)
    made = watched(target)
    assert list(file_problems("N", limits, made)) == []
    return made, told


HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1", "-c:a", "pcm_s16le")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")


def test_a_phones_hevc_movie_becomes_an_mp4_that_everybody_plays(tmp_path: Path) -> None:
    media = filmed(tmp_path / "phone.mov", *HEVC, size="1920x1080")
    made, told = refilmed(media, CLIP)
    facts = videos.probe(Path(made.path))
    assert facts
    assert (facts.codec, facts.sound, facts.width, facts.height) == ("h264", "aac", 1280, 720)
    assert made.mime_type == MP4
    content = Path(made.path).read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # it plays before it has arrived whole
    assert told == sorted(told)
    assert all(0 <= percent < 100 for percent in told)


def test_only_the_container_is_changed_where_that_is_enough(tmp_path: Path) -> None:
    media = filmed(tmp_path / "clip.mov", *H264)
    made, _told = refilmed(media, FileLimits(frozenset({MP4})))
    assert made.mime_type == MP4
    assert made.size == pytest.approx(media.size, rel=0.1)  # not coded again


def test_a_video_gets_below_the_most_bytes(tmp_path: Path) -> None:
    media = filmed(tmp_path / "big.mp4", *H264, "-crf", "5", size="1280x720", seconds=3)
    most = media.size // 5
    made, _told = refilmed(media, FileLimits(frozenset({MP4}), max_bytes=most))
    assert made.size <= most
    assert made.seconds == pytest.approx(3, abs=0.2)


@pytest.mark.parametrize(("fit", "border"), [(PAD, True), (CROP, False)])
def test_a_wide_video_becomes_upright_padded_or_cropped(tmp_path: Path, fit: str, border: bool) -> None:
    limits = FileLimits(frozenset({MP4}), min_ratio=9 / 16, max_ratio=9 / 16, max_height=640)
    made, _told = refilmed(filmed(tmp_path / "wide.mp4", *H264), limits, fit)
    shot = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-i", made.path, "-frames:v", "1", "-f", "apng", "-"],
        capture_output=True,
        check=True,
    )
    with Image.open(io.BytesIO(shot.stdout)) as picture:
        top = picture.convert("L").crop((0, 0, picture.width, 10)).getextrema()
    assert (top == (0, 0)) == border


def test_a_turned_video_is_measured_as_it_is_shown(tmp_path: Path) -> None:
    lying, turned = filmed(tmp_path / "lying.mp4", *H264), tmp_path / "turned.mp4"
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-display_rotation", "90"]
    subprocess.run([*ffmpeg, "-i", lying.path, "-c", "copy", str(turned)], check=True)
    assert (watched(turned).width, watched(turned).height) == (360, 640)
    made, _told = refilmed(watched(turned), FileLimits(frozenset({MP4}), max_height=320))
    assert (made.width, made.height) == (180, 320)


def test_a_broken_video_is_said_to_be_unfit(tmp_path: Path) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"\0\0\0\x18ftypisom" + b"\0" * 500)
    with pytest.raises(Unfit):
        videos.make(path, tmp_path / "out.mp4", Profile(MP4), lambda percent: None)
