"""The picture that stands for a video, given to a network in the option that it has for one."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import Connector
from connectors.options import Number

MILLISECONDS = "ms"


def covered(network: type[Connector], options: dict[str, Any], media: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The options with the cover of the post's one video in them. A cover that was set for the network itself stays."""
    cover = media[0].get("cover", "") if len(media) == 1 else ""
    name = option_for(network, options, cover)
    chosen = [one for one in options_of(network) if options.get(one) != _empty(network, one)]
    return options if not name or chosen else {**options, name: _value(network, name, cover)}


def option_for(network: type[Connector], options: Mapping[str, Any], cover: str) -> str:
    """The option of the network that takes this cover: a moment of the video, or a picture's id. Empty: it takes none."""
    found = network.cover
    if not cover or any(options.get(name) == value for name, value in found.unless):
        return ""
    return found.picture if is_picture(cover) else found.moment


def options_of(network: type[Connector]) -> list[str]:
    return [name for name in (network.cover.moment, network.cover.picture) if name]


def is_picture(cover: str) -> bool:
    """Whether it is a picture's id, not a second of the video."""
    return "-" in cover


def _empty(network: type[Connector], name: str) -> Any:
    return next(option.empty() for option in network.options if option.name == name)


def _value(network: type[Connector], name: str, cover: str) -> Any:
    if is_picture(cover):
        return cover
    unit = next(option.unit for option in network.options if isinstance(option, Number) and option.name == name)
    return round(float(cover) * (1000 if unit == MILLISECONDS else 1))
