"""The front-end assets, as `make setup` built them."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

from smo.up import assets
from smo.up.install import ROOT

SVG = "{http://www.w3.org/2000/svg}"


def test_the_build_makes_what_the_pages_load(tmp_path: Path) -> None:
    assets.bundle(tmp_path)
    assets.copy_style(tmp_path)
    assets.copy_emoji(tmp_path)
    assets.draw_icons(tmp_path)
    made = {path.name for path in tmp_path.iterdir()}
    assert made >= {"app.js", "calendar.js", "calendar.css", "tabler.css", "icons.svg"}
    assert made == {path.name for path in assets.BUILD.iterdir()}


def test_no_built_file_points_to_a_source_map_that_is_not_served() -> None:
    for path in assets.BUILD.iterdir():
        assert "sourceMappingURL" not in path.read_text(), path.name


def test_every_listed_icon_is_in_the_sprite_once() -> None:
    symbols = ElementTree.parse(assets.BUILD / "icons.svg").findall(f"{SVG}symbol")  # noqa: S314 - built by ourselves
    names = (ROOT / "assets" / "icons.txt").read_text().split()
    assert [symbol.get("id") for symbol in symbols] == [name.replace("/", "-") for name in names]
    assert len(set(names)) == len(names)
    assert all(len(symbol) for symbol in symbols)


def test_packages_are_pinned_and_the_lock_file_names_no_host() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert not any("resolved" in entry for entry in lock["packages"].values())
