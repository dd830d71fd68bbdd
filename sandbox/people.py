"""Who is on a practice network, looked for by the beginning of a name."""

from sandbox.store import Doc, Shelf

EVERYBODY = 100_000


def beginning(docs: Shelf, words: str) -> list[Doc]:
    """Accounts and fans whose username, or a word of whose name, begins with `words`; by username."""
    wanted = words.lower()
    everybody = [one for kind in ("account", "person") for one in docs.find(kind, limit=EVERYBODY)]
    return sorted((one for one in everybody if _begins(one, wanted)), key=lambda one: str(one["username"]))


def _begins(one: Doc, wanted: str) -> bool:
    name = str(one["name"]).lower()
    handle = str(one.get("handle") or one["username"]).lower()
    return handle.startswith(wanted) or name.startswith(wanted) or any(word.startswith(wanted) for word in name.split())
