"""Facebook Login for Instagram: dialog, tokens of people and Pages, permissions.
https://developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/get-started

A person's token (kind `user`) keeps in `pages` which Instagram accounts were chosen with their Pages; the Page tokens made from
it share its grant, so that they end together. A Page token's owner is the Instagram account behind the Page.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sandbox import consent
from sandbox.facebook.call import Call
from sandbox.facebook.errors import GraphError, dead, invalid
from sandbox.network import Consent
from sandbox.render import page as html_page
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.instagram.network import Instagram

CODE_LIFE = 600.0
SHORT, LONG = 5_400.0, 5_183_944.0  # seconds: the first token of a log-in, and the one it is exchanged for
REASONS = {
    "used": (36009, "This authorization code has been used."),
    "expired": (36007, "This authorization code has expired."),
}
MISMATCH = (36008, "Error validating verification code. Please make sure your redirect_uri is identical")


async def dialog(net: Instagram, request: Request) -> Response:
    """The page where a person chooses accounts and unticks permissions."""
    query = request.query_params
    app, redirect_uri = net.tokens.app(query.get("client_id", "")), query.get("redirect_uri", "")
    if app is None:
        return _refused(net, "Invalid App ID", "The provided app ID does not look like a valid app ID.")
    if not redirect_uri or not consent.redirect_allowed(app, redirect_uri):
        return _refused(net, "URL blocked", "The redirect URI is not allowed in the app's settings.")
    if query.get("response_type", "code") != "code":
        return RedirectResponse(f"{redirect_uri}?error=unsupported_response_type", 302)
    scopes = [word for word in query.get("scope", "").split(",") if word]
    if unknown := [scope for scope in scopes if scope not in net.scopes]:
        return _refused(net, "Invalid scopes", f"Invalid Scopes: {', '.join(unknown)}.")
    return consent.ask(net, Consent(app.id, redirect_uri, scopes, query.get("state", ""), {"asked": ",".join(scopes)}))


def _refused(net: Instagram, title: str, text: str) -> Response:
    return html_page("message", 400, slug=net.slug, title=title, text=text)


# --- tokens --------------------------------------------------------------------------------------------------


def access_token(net: Instagram, call: Call) -> dict[str, Any]:
    """`/oauth/access_token`: a code, or an exchange for a longer life."""
    app = net.tokens.app(call.text("client_id"))
    if app is None:
        raise GraphError(101, "Error validating application. Cannot get application info due to a system error.")
    if call.text("client_secret") != app["secret"]:
        raise GraphError(1, "Error validating client secret.", status=400)
    grant = call.text("grant_type")
    if grant == "fb_exchange_token":
        return _longer(net, call, app)
    if grant not in ("", "authorization_code"):
        raise invalid(f"Invalid grant_type: {grant}")
    return _of_code(net, call, app)


def _of_code(net: Instagram, call: Call, app: Doc) -> dict[str, Any]:
    try:
        code = consent.redeem(net, call.text("code"), app.id, call.text("redirect_uri"), CODE_LIFE)
    except consent.Refused as refused:
        subcode, words = REASONS.get(refused.reason, MISMATCH)
        raise GraphError(100, words, subcode) from refused
    asked = code["extra"].get("asked", "").split(",")
    token = user_token(net, net.login_user(), app.id, code["scopes"], code["accounts"], SHORT, asked)
    return {"access_token": token.id, "token_type": "bearer", "expires_in": int(SHORT)}


def _longer(net: Instagram, call: Call, app: Doc) -> dict[str, Any]:
    old = net.tokens.get(call.text("fb_exchange_token"))
    state = net.tokens.state(old)
    if old is None or state != "alive" or old["kind"] != "user":
        raise dead(state, old)
    if old.parent != app.id:
        raise invalid("The token was issued for another application")
    user = net.docs.get("user", old.owner) or net.login_user()
    token = user_token(net, user, app.id, old["scopes"], old["pages"], LONG, old["asked"], old.key)
    return {"access_token": token.id, "token_type": "bearer", "expires_in": int(LONG)}


def user_token(
    net: Instagram, user: Doc, app: str, scopes: list[str], accounts: list[str], life: float, asked: list[str], grant: str = ""
) -> Doc:
    """A person's token with the accounts that it opens."""
    value = "EAA" + secrets.token_hex(40)
    token = net.tokens.issue("user", user.id, scopes, lifetime=life, app=app, grant=grant, value=value)
    token.data |= {"pages": accounts, "asked": [scope for scope in asked if scope], "long": life > 86400}
    return net.docs.save("token", token)


def page_token(net: Instagram, user: Doc, account: str) -> str:
    """The token of the account's Page: without expiry when the person's is long-lived, else it ends with theirs."""
    life = None if user["long"] else user["expires_at"] - net.now()
    for known in net.docs.find("token", owner=account, key=user.key):
        if net.tokens.state(known) == "alive" and (known["expires_at"] is None) == (life is None):
            return known.id
    value = "EAA" + secrets.token_hex(40)
    return net.tokens.issue("page", account, user["scopes"], lifetime=life, app=user.parent, grant=user.key, value=value).id


def living(net: Instagram, value: str) -> Doc:
    """The token of a call. Raises 2500 or 190."""
    if not value:
        raise GraphError(2500, "An active access token must be used to query information about the current user.")
    token = net.tokens.get(value)
    state = net.tokens.state(token)
    if token is None or state != "alive":
        raise dead(state, token)
    return token


def check_proof(net: Instagram, call: Call) -> None:
    """`appsecret_proof`: hex HMAC-SHA256 of the token with the app's secret; needed when the app asks for it."""
    app = net.tokens.app(call.token.parent) if call.token else None
    proof = call.params.get("appsecret_proof")
    if app is None or (proof is None and not app.get("require_proof")):
        return
    if proof is None:
        raise invalid("API calls from the server require an appsecret_proof argument")
    right = hmac.new(app["secret"].encode(), call.token_value.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(str(proof), right):
        raise GraphError(100, "Invalid appsecret_proof provided in the API argument", kind="GraphMethodException")


def permissions(token: Doc) -> dict[str, Any]:
    """granted and declined ones."""
    granted = {*token["scopes"], "public_profile"}
    names = sorted({*granted, *token.get("asked", [])})
    return {"data": [{"permission": name, "status": "granted" if name in granted else "declined"} for name in names]}


def take_back(net: Instagram, token: Doc, name: str) -> dict[str, Any]:
    """The person removes the app, with every Page token made from it; or gives back one permission."""
    for one in net.tokens.of_account(token.owner, "user"):
        if one.parent != token.parent:
            continue
        if not name:
            net.tokens.kill_grant(one.key)
            continue
        for mate in net.docs.find("token", key=one.key):
            net.docs.change("token", mate.id, scopes=[scope for scope in mate["scopes"] if scope != name])
    return {"success": True}
