"""Which networks take a file: as it is, after a change that is made for them, or not at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connectors import captions, connector
from connectors.base import Connector
from scheduler.compose import needs, to_outgoing
from scheduler.composing.checking import note
from scheduler.models import Asset


class Fitness(TextChoices):
    AS_IS = "as-is", gettext_lazy("As it is")
    FITTED = "fitted", gettext_lazy("Is made to fit")
    REFUSED = "refused", gettext_lazy("Not taken")


@dataclass(frozen=True)
class Fit:
    """What becomes of a file on one network; `why` is a sentence about the change or the refusal."""

    network: str
    name: str
    fitness: Fitness
    why: str = ""


def fits(asset: Asset, networks: Iterable[str]) -> Iterator[Fit]:
    """The file alone in a post with the network's usual options, on each of these networks."""
    for slug in networks:
        found = connector(slug)
        if asset.is_captions:
            yield _captions(found)
            continue
        options = {option.name: option.empty() for option in found.options}
        content = {"text": "", "media": [{"asset": str(asset.pk), "alt": asset.alt}], "options": options}
        assets = {asset.pk: asset}
        refused = [one for one in found.checker().problems(to_outgoing(slug, content, assets)) if one.field == "media"]
        changes = needs(slug, content, assets)
        if refused:
            yield Fit(slug, found.name, Fitness.REFUSED, str(refused[0]))
        elif changes:
            yield Fit(slug, found.name, Fitness.FITTED, note(slug, changes[0]))
        else:
            yield Fit(slug, found.name, Fitness.AS_IS)


def _captions(network: type[Connector]) -> Fit:
    if captions.taken(network.options):
        return Fit(network.slug, network.name, Fitness.AS_IS)
    return Fit(network.slug, network.name, Fitness.REFUSED, _("%(network)s takes no captions.") % {"network": network.name})
