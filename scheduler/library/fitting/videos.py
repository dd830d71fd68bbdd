"""A video brought into a profile by ffmpeg: H.264 and AAC in MP4 or MOV, readable from its beginning."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import IO

import imageio_ffmpeg

from connectors.data import MOV
from scheduler.library.fitting.pictures import Unfit
from scheduler.library.fitting.plan import SOUND_RATE, Profile, corner, crops, inner, rate

BORDER = "black"
STALLED = 120  # seconds without a sign of ffmpeg after which it is ended
FINEST = 20_000_000  # bits a second: more is not seen
TRIES = 3
SLACK = 0.9  # a further try gets so much of what the last one asked for and missed
MOST_SOUND_RATE = 48_000

DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")
PICTURES = re.compile(r"Stream #0:\d+.*: Video: (\w+).*?, (\d{2,5})x(\d{2,5})(?: \[SAR (\d+):(\d+))?")
SOUND = re.compile(r"Stream #0:\d+.*: Audio: (\w+)")
TURNED = re.compile(r"rotation of -?(?:90|270)(?:\.0+)? degrees")


@dataclass(frozen=True)
class Facts:
    """What a video is, as a player shows it: turned as it says, with square pixels. `sound` is empty without any."""

    width: int
    height: int
    seconds: float
    codec: str
    sound: str


def probe(path: Path) -> Facts | None:
    """A video's measures and codecs as ffmpeg names them; None for what it cannot read."""
    command = [*_ffmpeg("-hide_banner"), "-i", str(path)]
    try:
        told = subprocess.run(command, capture_output=True, timeout=30, check=False).stderr.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return None
    if not (pictures := PICTURES.search(told)):
        return None
    codec, wide, high, stretch, by = pictures.groups()
    width, height = round(int(wide) * (int(stretch or 1) / max(1, int(by or 1)) or 1)), int(high)
    if TURNED.search(told):
        width, height = height, width
    sound = SOUND.search(told)
    return Facts(width, height, _seconds(told), codec, sound[1] if sound else "")


def _seconds(told: str) -> float:
    found = DURATION.search(told)
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else 0


def make(source: Path, target: Path, profile: Profile, tell: Callable[[int], None]) -> None:
    """Write the video `source` to `target` as `profile` says; `tell` hears the percent done. Raises Unfit."""
    facts = probe(source)
    if facts is None:
        raise Unfit("no video in it")
    if _only_the_container_differs(source, facts, profile):
        _run([*_input(source), "-c", "copy", *_output(target, profile)], facts.seconds, tell)
        return
    allowed = min(FINEST, rate(profile.max_bytes, facts.seconds)) if profile.max_bytes else FINEST
    for _try in range(TRIES):
        if allowed < 1:
            break
        _run([*_input(source), *_coding(facts, profile, allowed), *_output(target, profile)], facts.seconds, tell)
        size = target.stat().st_size
        if not profile.max_bytes or size <= profile.max_bytes:
            return
        allowed *= SLACK * profile.max_bytes / size
    raise Unfit(f"not below {profile.max_bytes} bytes")


def _only_the_container_differs(source: Path, facts: Facts, profile: Profile) -> bool:
    same = not profile.width or (profile.width, profile.height) == (facts.width, facts.height)
    small = not profile.max_bytes or source.stat().st_size < 0.99 * profile.max_bytes
    return same and small and facts.codec == "h264" and facts.sound in ("", "aac")


# -- the command ----------------------------------------------------------------------------------------------------------


def _ffmpeg(*options: str) -> list[str]:
    # A file may name others, on the network too: only files on this machine are opened.
    return [imageio_ffmpeg.get_ffmpeg_exe(), *options, "-nostdin", "-protocol_whitelist", "file,pipe"]


def _input(source: Path) -> list[str]:
    patient = [nice, "-n", "10"] if (nice := shutil.which("nice")) else []  # publishing comes first
    quiet = ("-y", "-loglevel", "error", "-progress", "pipe:1", "-nostats")
    return [*patient, *_ffmpeg(*quiet), "-i", str(source), "-map", "0:v:0", "-map", "0:a:0?", "-sn", "-dn"]


def _coding(facts: Facts, profile: Profile, allowed: float) -> list[str]:
    pictures = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "21", "-profile:v", "high", "-fpsmax", "60", "-g", "60"]
    bounded = ["-maxrate", f"{allowed:.0f}", "-bufsize", f"{allowed:.0f}", "-flags", "+cgop"]
    sound = ["-c:a", "aac", "-b:a", str(SOUND_RATE), "-ac", "2", "-ar", str(MOST_SOUND_RATE)]
    return ["-vf", _filters(facts, profile), *pictures, *bounded, *sound]


def _filters(facts: Facts, profile: Profile) -> str:
    even = (facts.width // 2 * 2, facts.height // 2 * 2)
    frame = Profile(profile.mime_type, *even) if not profile.width else profile
    wide, tall = inner(facts.width, facts.height, frame)
    chain = [f"scale={wide}:{tall}"]
    if frame.fit:
        size = f"{frame.width}:{frame.height}"
        left, top = corner((wide, tall), (frame.width, frame.height), frame.fit)
        chain.append(f"crop={size}:{left}:{top}" if crops(frame.fit) else f"pad={size}:(ow-iw)/2:(oh-ih)/2:{BORDER}")
    return ",".join([*chain, "setsar=1", "format=yuv420p"])


def _output(target: Path, profile: Profile) -> list[str]:
    kind = "mov" if profile.mime_type == MOV else "mp4"
    return ["-map_metadata", "-1", "-movflags", "+faststart", "-f", kind, str(target)]


# -- running it -----------------------------------------------------------------------------------------------------------


def _run(command: list[str], seconds: float, tell: Callable[[int], None]) -> None:
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, text=True) as process, _ended(process):
            assert process.stdout is not None
            for percent in _percents(process, process.stdout, seconds):
                tell(percent)
        if process.returncode:
            raise Unfit(_last_line(complaints) or f"ffmpeg ended with {process.returncode}")


@contextmanager
def _ended(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Whatever happens here, ffmpeg does not go on."""
    try:
        yield
    except BaseException:
        process.kill()
        raise


def _percents(process: "subprocess.Popen[str]", told: IO[str], seconds: float) -> Iterator[int]:
    """Percents as ffmpeg tells how far it is, twice a second; an ffmpeg that falls silent is ended."""
    watch, far = _watch(process), 0
    try:
        for line in told:
            watch.cancel()
            watch = _watch(process)
            name, _, value = line.strip().partition("=")
            if name == "out_time_us" and value.isdigit() and seconds:
                far = max(far, min(99, int(int(value) / 10_000 / seconds)))  # sound and pictures are told in turn
                yield far
    finally:
        watch.cancel()


def _watch(process: "subprocess.Popen[str]") -> Timer:
    watch = Timer(STALLED, process.kill)
    watch.daemon = True
    watch.start()
    return watch


def _last_line(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = complaints.read(100_000).decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
