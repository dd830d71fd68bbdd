"""What the demo's inbox answers again and again, and the labels on its conversations."""

from inbox import saving
from scheduler.models import Label
from smo.demo.workspace import Cast

# title -> what people ask, the wordings by language
SAVED: dict[str, tuple[str, dict[str, str]]] = {
    "Broken on arrival": (
        "My crate arrived with broken bottles\nThe box was wet, a can leaked\nprzyszło potłuczone, uszkodzona paczka",
        {
            "en": "We are sorry, {first name}! Send us your order number and a photo, and a new crate leaves tomorrow. No"
            " need to send anything back.",
            "pl": "Przepraszamy, {first name}! Prześlij nam numer zamówienia i zdjęcie, a jutro wyślemy nową skrzynkę. Niczego"
            " nie trzeba odsyłać.",
        },
    ),
    "Where to buy": (
        "Where can I buy it? Do you ship to my country?\nWhen do you restock?\nGdzie kupić, czy wysyłacie za granicę?",
        {
            "en": "{brand} is in the shops of 14 countries, {first name}, and we ship to all of Europe within three days.",
            "pl": "{brand} jest w sklepach w 14 krajach, {first name}, a do całej Europy wysyłamy w trzy dni.",
        },
    ),
    "Vegan, sugar, allergens": (
        "Is it vegan? Is there a version without sugar? What is in it?\nczy jest wegańskie, bez cukru, skład",
        {
            "en": "All five flavours are vegan, {first name}, and Ginger Zero (the grey cap) is without sugar.",
            "pl": "Wszystkie pięć smaków jest wegańskie, {first name}, a Ginger Zero (szary kapsel) jest bez cukru.",
        },
    ),
    "Events and cool vans": (
        "We plan a festival, a party, an event: who do I talk to about a cool van?",
        {"en": "What a plan, {first name}! How many people, where and when? {me} will be back with an offer within a day."},
    ),
    "Thanks": ("", {"": "Thank you, {first name}! ❄️"}),
}
LABELS = {"Order": ("orange", ("order", "crate")), "Event": ("purple", ("festival", "sign"))}  # colour, words that call for it


def keep(cast: Cast) -> None:
    """Saved replies, and labels on the conversations whose words call for them."""
    for title, (asked, texts) in SAVED.items():
        saving.keep(title, asked, texts, cast.responder)
    talks = list(cast.workspace.conversations.all())
    for name, (colour, wanted) in LABELS.items():
        label = Label.objects.create(workspace=cast.workspace, name=name, colour=colour)
        for one in talks:
            if any(word in one.last_text.lower() for word in wanted):
                one.labels.add(label)
