"""What can be chosen for a post on Mastodon. https://docs.joinmastodon.org/methods/statuses/#form-data-parameters"""

from connectors.options import Choice, Flag, Number, Text, Texts

LANGUAGES = (
    "ar Arabic,bg Bulgarian,bn Bengali,ca Catalan,cs Czech,cy Welsh,da Danish,de German,el Greek,en English,eo Esperanto,"
    "es Spanish,et Estonian,eu Basque,fa Persian,fi Finnish,fr French,ga Irish,gl Galician,he Hebrew,hi Hindi,hr Croatian,"
    "hu Hungarian,id Indonesian,is Icelandic,it Italian,ja Japanese,ko Korean,lt Lithuanian,lv Latvian,ms Malay,nb Norwegian,"
    "nl Dutch,pl Polish,pt Portuguese,ro Romanian,ru Russian,sk Slovak,sl Slovenian,sq Albanian,sr Serbian,sv Swedish,"
    "sw Swahili,ta Tamil,th Thai,tl Tagalog,tr Turkish,uk Ukrainian,ur Urdu,vi Vietnamese,zh Chinese"
)
LONGEST_POLL = 2_629_746 // 60  # minutes: a month, as the usual server says

OPTIONS = (
    Choice(
        name="visibility",
        label="Who can see it",
        values=(
            ("public", "Everyone"),
            ("unlisted", "Everyone, but not in feeds and searches"),
            ("private", "Your followers"),
            ("direct", "The people that you mention"),
        ),
        default="public",
    ),
    Text(name="spoiler_text", label="Content warning", help="The post is folded behind it. Counts as text.", max_length=500),
    Flag(name="sensitive", label="Sensitive media", help="The media are hidden until somebody clicks."),
    Choice(
        name="language",
        label="Language",
        values=(("", "As set in the account"), *((one[:2], one[3:]) for one in LANGUAGES.split(","))),
    ),
    Texts(name="poll_options", label="Poll answers", help="One a line, 2 to 4.", least=2, most=4, max_length=50),
    Number(name="poll_minutes", label="Poll runs for", least=5, most=LONGEST_POLL, default=1440, unit="minutes"),
    Flag(name="poll_multiple", label="Several answers can be chosen"),
    Flag(name="poll_hide_totals", label="Hide the poll's result until it ends"),
    Choice(
        name="quote_approval_policy",
        label="Who can quote it",
        values=(
            ("", "As set in the account"),
            ("public", "Anyone"),
            ("followers", "Your followers"),
            ("nobody", "Only you"),
        ),
    ),
    Text(name="quote", label="Quote this post", help="Its web address, on any server. Its author must allow it."),
)
