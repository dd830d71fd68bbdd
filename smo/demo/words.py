"""What Polar Fizz says: some forty posts as data. Days count from today, times are the workspace's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors import NETWORKS, connector

FACEBOOK, X, YOUTUBE = "facebook", "x", "youtube"
BOTH, ALL = (FACEBOOK, X), (FACEBOOK, X, YOUTUBE)
EVERY = tuple(NETWORKS)
PHOTO_TAKERS = tuple(slug for slug in EVERY if connector(slug).limits.images)
FILM_TAKERS = tuple(slug for slug in EVERY if connector(slug).limits.videos)
ICE_COLD, WARMS = "Ice cold", "Warms like a summer day"
SEEN_BY_ALL = {"privacy": "PUBLIC_TO_EVERYONE"}
HOT, COLD, POLAND = "Hot places", "Cold places", "Poland"
HOT_ES, COLD_ES = "Hot places, in Spanish", "Cold places, in Spanish"


@dataclass(frozen=True)
class Said:
    """One post. `own` is a network's own text, `local` an audience's (that audience then gets a publication of its own).

    `fate` tells what becomes of it: '' goes as planned; else a name of smo.demo.fates.
    """

    day: int | None  # None: a draft without a day
    at: str
    text: str
    on: tuple[str, ...] = BOTH
    campaign: str = ""
    pictures: tuple[str, ...] = ()
    clip: str = ""
    link: str = ""
    own: Mapping[str, str] = field(default_factory=dict)
    local: Mapping[str, str] = field(default_factory=dict)
    thread: tuple[str, ...] = ()
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    comment: str = ""
    fate: str = ""
    name: str = ""  # for those that fans talk about


PAST = (
    Said(
        -14, "09:00", "34 °C in the shade. 3 °C in the bottle. You do the maths. 🧊\n\nIce cold is back in every fridge from "
        "Seville to Cairo, now in five flavours.",
        campaign=ICE_COLD, pictures=("beach",),
        own={X: "34 °C in the shade.\n3 °C in the bottle.\n\nYou do the maths. 🧊 polarfizz.com/ice-cold"},
    ),
    Said(
        -13, "12:30", "One bottle, two climates. Where it is hot, it is the coldest thing in your hand. Where it is cold, "
        "the ginger warms you from within. What is it where you are?",
        campaign=ICE_COLD, pictures=("hot-and-cold",), name="climates",
        own={X: "One bottle, two climates: the coldest thing in your hand or the warmest on your tongue. Which is it today?"},
        local={
            HOT_ES: "¿36 grados? Nosotros, 3. 🧊\n\nPolar Fizz sale de la nevera tan fría que el hielo se siente en casa. "
            "¿Dónde la tomas tú hoy?",
            COLD: "Outside it is minus eight. Inside the bottle there is ginger, orange peel and a whole July. 🔥\n\n"
            "Polar Fizz Ginger warms before the kettle has begun to sing.",
        },
    ),
    Said(
        -12, "18:00", "How cold is ice cold? Three numbers from our lab 🧵",
        on=(X,), campaign=ICE_COLD,
        thread=(
            "1. At 3 °C the bubbles are smallest. Smaller bubbles feel colder than they are: your tongue counts them.",
            "2. At 6 °C you begin to taste the lime before the cold. Nice, but not what you came for at 35 °C outside.",
            "3. Below 0 °C? A bottle of Polar Fizz turns to slush at −2 °C. We tried. Twice. Our freezer has forgiven us. ❄️",
        ),
    ),
    Said(
        -12, "10:00", "How long does an ice cube last in a glass of Polar Fizz? We filmed it, so that you do not have to wait.",
        on=(FACEBOOK, YOUTUBE), campaign=ICE_COLD, clip="ice-test", name="ice-test",
        options={YOUTUBE: {"title": "How long does an ice cube last in Polar Fizz?", "tags": ["polar fizz", "ice"]}},
        comment="How long did yours last? Write your minutes below, the longest wins a crate. 🧊",
    ),
    Said(
        -11, "08:30", "First frost this morning? Warm a glass of Polar Fizz Ginger gently (never boil it: the bubbles would "
        "leave), add a slice of orange, and let the window fog up.",
        campaign=WARMS, pictures=("fireside",),
        own={X: "First frost this morning? Ginger Fizz, gently warmed, one slice of orange. Let the window fog up. 🍊"},
    ),
    Said(
        -10, "12:00", "It is Saturday somewhere. What goes into your glass?",
        on=(X,), options={X: {"poll_options": ["Lime & mint", "Berry", "Ginger", "Original, always"], "poll_minutes": 10080}},
    ),
    Said(
        -9, "19:00", "Holiday pictures from our fridge: the beach, the garden, the desert. It travels better than we do.",
        on=(FACEBOOK,), campaign=ICE_COLD, pictures=("beach", "garden", "dunes"),
    ),
    Said(
        -8, "10:00", "Six degrees and drizzle is no weather, it is an excuse. For ginger, for orange peel, for warm hands.",
        campaign=WARMS, pictures=("snow-window",),
        own={X: "Six degrees and drizzle is no weather, it is an excuse. For ginger. For warm hands. ☔"},
        local={
            POLAND: "Za oknem −8 °C, w szklance lipiec. ☀️\n\nPodgrzej Polar Fizz Ginger (nie gotuj!), dorzuć plaster "
            "pomarańczy i poczekaj, aż zaparują okulary.",
        },
    ),
    Said(
        -7, "16:00", "First snow, first sip. Sound on: you can hear the bubbles. ❄️ #shorts",
        on=(YOUTUBE,), campaign=WARMS, clip="first-snow", name="first-snow",
        options={YOUTUBE: {"title": "First snow, first sip ❄️", "tags": ["snow", "ginger", "polar fizz"], "category": "24"}},
    ),
    Said(
        -7, "09:00", "Every morning needs bubbles.\n\nWe checked with science and with the alarm clock.",
        own={X: "Every morning needs bubbles."},
    ),
    Said(
        -6, "13:00", "Recipe: Garden Fizz 🌿\n\n· 6 leaves of mint, clapped once between your hands\n· half a lime\n· a glass "
        "full of ice\n· Polar Fizz Lime, poured slowly\n\nStir twice. Drink in the shade.",
        on=(FACEBOOK,), campaign=ICE_COLD, pictures=("garden",), name="recipe",
        comment="Without sugar? Polar Fizz Zero works just as well, we asked the mint.",
    ),
    Said(
        -6, "18:30", "19:00 in Madrid, 36 °C, no wind. Somewhere a bottle opens and the whole terrace turns its head.",
        campaign=ICE_COLD, pictures=("skyline",), name="madrid",
        own={X: "Madrid, 19:00, 36 grados, ni una brisa.\n\nY entonces alguien abre una Polar Fizz. 🧊"},
        local={
            HOT_ES: "Madrid, 19:00, 36 grados, ni una brisa. Y entonces alguien abre una Polar Fizz y toda la terraza "
            "se gira. 🧊",
        },
    ),
    Said(
        -5, "17:30", "Northern lights above, ginger warmth inside. Greetings from Tromsø, where our red ones vanish first.",
        campaign=WARMS, pictures=("aurora",), name="aurora",
        own={X: "Northern lights above, ginger warmth inside. Greetings from Tromsø, where the red ones vanish first. 🌌"},
    ),
    Said(
        -4, "08:45", "We chill with 40 % less energy than two years ago. No magic: better doors, warmer corridors, and a night "
        "shift that believes in closing things.",
        link="https://www.polarfizz.com/stories/colder-with-less",
        own={X: "We chill with 40 % less energy than two years ago. Better doors, and a night shift that closes them."},
    ),
    Said(
        -3, "11:00", "Summer in a glass: lime, mint, ice, and the sound you have been waiting for.",
        on=(FACEBOOK, YOUTUBE), campaign=ICE_COLD, clip="summer-glass", name="summer-glass",
        options={YOUTUBE: {"title": "Summer in a glass: lime & mint Polar Fizz", "tags": ["recipe", "lime"], "category": "26"}},
        comment="The full recipe: https://www.polarfizz.com/recipes/garden-fizz",
    ),
    Said(
        -2, "09:30", "Desert-tested. 47 °C outside the cool box, 4 °C in the can, and one very polite camel.",
        campaign=ICE_COLD, pictures=("dunes",), name="dunes",
        own={X: "Desert-tested: 47 °C outside the cool box, 4 °C in the can, one very polite camel. 🐪"},
    ),
    Said(
        -2, "15:00", "Settle it: is Polar Fizz something to cool down with or to warm up with? Tell us where you are and "
        "what the thermometer says.",
        on=(FACEBOOK,), pictures=("hot-and-cold",), name="settle-it",
    ),
    Said(
        -1, "10:30", "The Winter Cup: ginger, honey, a sprig of rosemary, and ten minutes in which nobody may ask you "
        "anything.",
        campaign=WARMS, pictures=("fireside",), name="winter-cup",
        own={X: "The Winter Cup: ginger, honey, rosemary, and ten minutes in which nobody may ask you anything."},
    ),
)  # fmt: skip

# Times of their own: the latest of the day's usual hours, so that every step of their timelines is within a day.
TROUBLED = (
    Said(
        -7, "15:00", "Every morning needs bubbles.", on=(X,), fate="said-before",
    ),
    Said(
        -6, "09:00", "Free tasting today from noon to six: look for the blue van at the market hall. First come, first fizz.",
        on=(FACEBOOK,), pictures=("flavours",), fate="too-late",
    ),
    Said(
        -1, "17:00", "Inside the bottling hall: 40,000 bottles an hour, one very proud engineer.",
        on=(YOUTUBE,), clip="ice-test", fate="not-processed",
        options={YOUTUBE: {"title": "40,000 bottles an hour: inside our bottling hall"}},
    ),
    Said(
        0, "C", "Crate week: buy two, carry three. Your back may disagree, your guests will not.",
        on=(FACEBOOK,), pictures=("skyline",), fate="nobody-knows",
    ),
    Said(
        0, "B", "Somebody asked if you may warm a soft drink. You may. We print it on the label now: gently, and with company.",
        on=(X,), campaign=WARMS, fate="answer-lost", name="warm-label",
    ),
    Said(
        0, "A", "Five flavours walked into a bar. The bar was out of ice. They did not mind.",
        on=(X,), pictures=("flavours",), fate="server-error",
    ),
)  # fmt: skip

MOVED = "A week without ice?"  # the post that the owner moves
FUTURE = (
    Said(
        0, "soon", "The office fridge says 3 °C. The office says: meeting moved to the fridge.",
        campaign=ICE_COLD, pictures=("ice-bed",),
        own={X: "The office fridge says 3 °C. The meeting has been moved to the fridge. 🧊"},
    ),
    Said(
        0, "next", "Three cans, one desert, no shade for a hundred miles. Which one goes first?",
        on=(FACEBOOK,), campaign=ICE_COLD, pictures=("dunes",),
    ),
    Said(
        1, "09:00", "Good morning, north. It is dark, it is early, and there is ginger in the fridge.",
        campaign=WARMS, pictures=("aurora",),
        own={X: "Good morning, north. It is dark, but there is ginger in the fridge. 🌌"},
    ),
    Said(
        1, "17:00", "Three cubes, one lime, no hurry. The long version of our summer glass.",
        on=(YOUTUBE,), campaign=ICE_COLD, clip="summer-glass",
        options={YOUTUBE: {"title": "Three cubes, one lime, no hurry", "tags": ["lime", "ice"], "category": "26"}},
    ),
    Said(
        2, "12:30", "Heat warning and frost warning on the same map. We have one bottle for both.",
        campaign=ICE_COLD, pictures=("hot-and-cold",),
        own={X: "Heat warning and frost warning on the same map. One bottle for both. 🧊🔥"},
        local={
            HOT_ES: "Aviso por calor: mantén la calma, y la botella a 3 grados. 🧊",
            COLD: "Frost warning: keep calm, and the ginger within reach. 🔥",
        },
    ),
    Said(
        3, "18:00", "Four ways to open a bottle without an opener, rated by our safety officer 🧵",
        on=(X,),
        thread=(
            "A spoon: “Elegant. Mind the ceiling.” 8/10",
            "A lighter: “Seen at every festival. Never set anything on fire but the mood.” 7/10",
            "Another bottle: “And who opens the last one?” 5/10\n\nTeeth: “No.” 0/10",
        ),
    ),
    Said(
        4, "10:00", "Market day: blue van, five flavours. Bring a cup from home and the first one is on us.",
        on=(FACEBOOK,), pictures=("flavours",),
    ),
    Said(
        5, "09:00", "Which one should come back for the winter?",
        on=(X,), campaign=WARMS,
        options={X: {"poll_options": ["Plum & cinnamon", "Apple & clove", "Spiced orange"], "poll_minutes": 4320}},
    ),
    Said(
        7, "12:00", "A week without ice? Unthinkable. Here is how our kitchen keeps its cubes clear as glass.",
        campaign=ICE_COLD, pictures=("ice-bed",), link="https://www.polarfizz.com/stories/clear-ice",
        own={X: "Clear ice at home: boil the water, wrap the tray, be patient. Or come to us."},
    ),
    Said(
        8, "18:30", "Snow outside, bubbles inside. 6 seconds of peace. #shorts",
        on=(YOUTUBE,), campaign=WARMS, clip="first-snow",
        options={YOUTUBE: {"title": "6 seconds of peace ❄️", "tags": ["snow", "calm"], "category": "24"}},
    ),
    Said(
        10, "11:00", "The red ones are back in Oslo, Tallinn and Gdańsk. Be quick, or be friends with somebody who was.",
        campaign=WARMS, pictures=("snow-window",),
        own={X: "The red ones are back in Oslo, Tallinn and Gdańsk. Be quick, or be friends with somebody who was."},
        local={POLAND: "Czerwone wróciły do Gdańska, Oslo i Tallinna. Kto pierwszy, ten cieplejszy. ❤️"},
    ),
    Said(
        13, "09:30", "Long nights ahead. We are stacking crates, you are stacking blankets. See you in the middle.",
        campaign=WARMS, pictures=("fireside",),
        own={X: "Long nights ahead. We stack crates, you stack blankets. See you in the middle."},
    ),
)  # fmt: skip

DRAFTS = (
    Said(
        6, "12:00", "Behind the label: why the crystal has six arms, and why one of them was nearly a straw.",
        pictures=("flavours",),
    ),
    Said(
        9, "17:30", "Cairo, Seville, Athens: where shall the cool van stop next? (waiting for the route from Ops)",
        campaign=ICE_COLD, pictures=("skyline",),
    ),
    Said(
        12, "10:00", "Winter calendar, door 1: the idea is there, it needs a photo of the big crate.",
        on=(FACEBOOK,), campaign=WARMS,
    ),
    Said(None, "", "Thank-you post for 50,000 followers. Ask Sam for the three kindest comments."),
    Said(
        None, "", "Somebody put Ginger Fizz into a stew and it was good?! Ask for the recipe before we promise anything.",
        on=(X,),
    ),
    Said(
        None, "", "One photo for everybody: lights above, ginger inside. One click, and it is on every network.",
        on=PHOTO_TAKERS, campaign=WARMS, pictures=("aurora",), name="photo-for-all", options={"tiktok": SEEN_BY_ALL},
    ),
    Said(
        None, "", "One film for everybody: first snow, first sip. One click, and it is on every network.",
        on=FILM_TAKERS, campaign=WARMS, clip="first-snow", name="film-for-all",
        options={YOUTUBE: {"title": "First snow, first sip"}, "tiktok": SEEN_BY_ALL},
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Heard:
    """What a fan says: under a post (its `name`), or to the channel when there is none. `answer` is what we replied."""

    hours_ago: float
    network: str
    who: str
    text: str
    about: str = ""
    kind: str = "comment"
    answer: str = ""


FANS = (
    Heard(140, FACEBOOK, "Marta Zielińska", "Zrobiłam wczoraj, dzieci wypiły wszystko zanim usiadłam 😂", "recipe"),
    Heard(130, X, "Lucía Herrera", "Aquí en Sevilla 38. Mandad el camión entero, por favor 🥵", "madrid"),
    Heard(
        110, X, "Ingrid Solberg", "Can confirm, the red ones were gone by noon. When do you restock in Tromsø?", "aurora",
        answer="On Thursday, Ingrid, and twice as many this time. Save us a view of the lights! 🌌",
    ),
    Heard(66, YOUTUBE, "Tom Becker", "Which mint is that? Mine never looks that green.", "summer-glass"),
    Heard(44, FACEBOOK, "Amira Hassan", "Cairo, 41 °C. This is not a debate, this is survival. COLD.", "settle-it"),
    Heard(43, FACEBOOK, "Jon Halvorsen", "Narvik, minus 11. Warm it up, add honey, thank me later.", "settle-it"),
    Heard(
        41, FACEBOOK, "Priya Nair", "Is the ginger one vegan? And is there a version without sugar?", "settle-it",
        answer="Yes to both, Priya: all five flavours are vegan, and Ginger Zero is the one with the grey cap.",
    ),
    Heard(30, X, "Camel Fan Club", "More about the camel please.", "dunes"),
    Heard(
        26, FACEBOOK, "Dieter Krause", "My crate arrived with two broken bottles, the box was soaked. Order PF-2041. What now?",
        kind="message",
    ),
    Heard(20, FACEBOOK, "Sofia Lindgren", "Friendly people, and the ginger one saved my February.", kind="recommend"),
    Heard(12, YOUTUBE, "Noa Levi", "Watched this four times with the sound on. The bubbles!!", "first-snow"),
    Heard(
        7, FACEBOOK, "Olivia Grant", "Hi! We are planning a street festival, 3,000 people. Who do I talk to about a cool van?",
        kind="message",
    ),
    Heard(3, X, "Kasia Wrona", "Do you still make plum? My grandmother asks. Every week."),
    Heard(1.2, FACEBOOK, "Ben Carter", "Ten minutes in which nobody may ask you anything: where do I sign?", "winter-cup"),
)  # fmt: skip
