"""Facebook Login: dialog, tokens of people, Pages and apps, what they may do and why they end.
https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow

A person's token (kind `user`) belongs to a `user` document and keeps in `pages` which Pages were chosen; the Page tokens made
from it share its grant, so that they end together.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sandbox import consent
from sandbox.facebook import fields, nodes
from sandbox.facebook.call import Call
from sandbox.facebook.edges import edge
from sandbox.facebook.errors import GraphError, dead, invalid
from sandbox.network import Consent
from sandbox.render import page as html_page
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

CODE_LIFE = 600.0
SHORT, LONG = 5_400.0, 5_183_944.0  # seconds: the first token of a log-in, and the one it is exchanged for
DATA_ACCESS = 90 * 86400


# --- the dialog ----------------------------------------------------------------------------------------------


async def dialog(net: Facebook, request: Request) -> Response:
    """The page where a person chooses Pages and unticks permissions."""
    query = request.query_params
    app, redirect_uri = net.tokens.app(query.get("client_id", "")), query.get("redirect_uri", "")
    if app is None:
        return _refused(net, "Invalid App ID", "The provided app ID does not look like a valid app ID.")
    if not redirect_uri or not consent.redirect_allowed(app, redirect_uri):
        return _refused(
            net, "URL blocked", "This redirect failed because the redirect URI is not allowed in the app's settings."
        )
    if query.get("response_type", "code") != "code":
        return _back(redirect_uri, "unsupported_response_type", query.get("state", ""))
    scopes = list(net.scopes) if query.get("config_id") else [word for word in query.get("scope", "").split(",") if word]
    if unknown := [scope for scope in scopes if scope not in net.scopes]:
        return _refused(
            net, "Invalid scopes", f"Invalid Scopes: {', '.join(unknown)}. This message is only shown to developers."
        )
    return consent.ask(net, Consent(app.id, redirect_uri, scopes, query.get("state", ""), {"asked": ",".join(scopes)}))


def _refused(net: Facebook, title: str, text: str) -> Response:
    return html_page("message", 400, slug=net.slug, title=title, text=text)


def _back(redirect_uri: str, error: str, state: str) -> Response:
    return RedirectResponse(f"{redirect_uri}?{urlencode({'error': error, 'state': state})}", 302)


# --- tokens --------------------------------------------------------------------------------------------------


def access_token(net: Facebook, call: Call) -> dict[str, Any]:
    """`/oauth/access_token`: a code, an exchange for a longer life, or the app's own token."""
    app = _app(net, call)
    grant = call.text("grant_type")
    if grant == "fb_exchange_token":
        return _longer(net, call, app)
    if grant == "client_credentials":
        return {"access_token": f"{app.id}|{app['secret']}", "token_type": "bearer"}
    if grant not in ("", "authorization_code"):
        raise invalid(f"Invalid grant_type: {grant}")
    return _of_code(net, call, app)


def _app(net: Facebook, call: Call) -> Doc:
    app = net.tokens.app(call.text("client_id"))
    if app is None:
        raise GraphError(101, "Error validating application. Cannot get application info due to a system error.")
    if call.text("client_secret") != app["secret"]:
        raise GraphError(1, "Error validating client secret.", status=400)
    return app


def _of_code(net: Facebook, call: Call, app: Doc) -> dict[str, Any]:
    reasons = {
        "used": (36009, "This authorization code has been used."),
        "expired": (36007, "This authorization code has expired."),
    }
    try:
        code = consent.redeem(net, call.text("code"), app.id, call.text("redirect_uri"), CODE_LIFE)
    except consent.Refused as refused:
        mismatch = "Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request"
        subcode, words = reasons.get(refused.reason, (36008, f"Error validating verification code. {mismatch}"))
        raise GraphError(100, words, subcode) from refused
    asked = code["extra"].get("asked", "").split(",")
    token = user_token(net, net.login_user(), app.id, code["scopes"], code["accounts"], SHORT, asked)
    return {"access_token": token.id, "token_type": "bearer", "expires_in": int(SHORT)}


def _longer(net: Facebook, call: Call, app: Doc) -> dict[str, Any]:
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
    net: Facebook, user: Doc, app: str, scopes: list[str], pages: list[str], life: float, asked: list[str], grant: str = ""
) -> Doc:
    """A person's token with the Pages that it opens."""
    value = "EAA" + secrets.token_hex(40)
    token = net.tokens.issue("user", user.id, scopes, lifetime=life, app=app, grant=grant, value=value)
    token.data |= {"pages": pages, "asked": [scope for scope in asked if scope], "long": life > 86400}
    return net.docs.save("token", token)


def page_token(net: Facebook, user: Doc, page: str) -> str:
    """The Page's token of this person's: without expiry when theirs is long-lived, else it ends with theirs."""
    life = None if user["long"] else user["expires_at"] - net.now()
    for known in net.docs.find("token", owner=page, key=user.key):
        if net.tokens.state(known) == "alive" and (known["expires_at"] is None) == (life is None):
            return known.id
    value = "EAA" + secrets.token_hex(40)
    token = net.tokens.issue("page", page, user["scopes"], lifetime=life, app=user.parent, grant=user.key, value=value)
    token.data["user"] = user.owner
    return net.docs.save("token", token).id


def find(net: Facebook, value: str) -> Doc | None:
    """The token of a value, an app's `ID|SECRET` included."""
    app_id, bar, secret = value.partition("|")
    if not bar:
        return net.tokens.get(value)
    app = net.tokens.app(app_id)
    if app is None or app["secret"] != secret:
        return None
    return Doc(value, {"kind": "app", "scopes": [], "expires_at": None, "dead": None}, owner=app.id, parent=app.id)


def check_proof(net: Facebook, call: Call) -> None:
    """`appsecret_proof`: hex HMAC-SHA256 of the token with the app's secret; needed when the app asks for it."""
    app = net.tokens.app(call.token.parent) if call.token else None
    proof = call.params.get("appsecret_proof")
    if app is None or (proof is None and not app.get("require_proof")):
        return
    if proof is None:
        raise invalid("API calls from the server require an appsecret_proof argument", kind="GraphMethodException")
    right = hmac.new(app["secret"].encode(), call.token_value.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(str(proof), right):
        raise GraphError(100, "Invalid appsecret_proof provided in the API argument", kind="GraphMethodException")


# --- looking at tokens ---------------------------------------------------------------------------------------


def debug_token(net: Facebook, call: Call) -> dict[str, Any]:
    """`/debug_token?input_token=...` with the app's token, or that of the person it concerns."""
    if call.token is None or (call.token["kind"] != "app" and call.token_value != call.text("input_token")):
        raise invalid("You must provide an app access token, or a user access token that is an owner or developer of the app")
    token = find(net, call.text("input_token"))
    if token is None:
        return {"data": {"is_valid": False, "scopes": [], "error": {"code": 190, "message": "Invalid OAuth access token."}}}
    if token.parent != call.token.parent:
        raise invalid("The App_id in the input_token did not match the Viewing App")
    return {"data": _described(net, token)}


def _described(net: Facebook, token: Doc) -> dict[str, Any]:
    state, kind = net.tokens.state(token), token["kind"]
    pages = [token.owner] if kind == "page" else token.get("pages", [])
    about: dict[str, Any] = {"app_id": token.parent, "type": kind.upper(), "application": net.app_name(token.parent)}
    about |= {"is_valid": state == "alive", "scopes": token["scopes"], "issued_at": int(token.created_at)}
    about |= {"expires_at": int(token["expires_at"] or 0), "data_access_expires_at": int(token.created_at + DATA_ACCESS)}
    about["granular_scopes"] = [
        {"scope": scope, "target_ids": pages} for scope in token["scopes"] if scope.startswith("pages_")
    ]
    if kind == "page":
        about["profile_id"] = token.owner
    about["user_id"] = token.get("user", token.owner)
    if state != "alive":
        error = dead(state, token).error
        about["error"] = {"code": 190, "message": error["message"], "subcode": error["error_subcode"]}
    return about


# --- me ------------------------------------------------------------------------------------------------------


@edge("GET", "user page", "")
def show(net: Facebook, call: Call, node: Doc) -> dict[str, Any]:
    """A person's or Page's fields."""
    return nodes.node(net, call, "user" if net.docs.get("user", node.id) else "page", node)


@edge("GET", "app", "")
def show_app(net: Facebook, call: Call, app: Doc) -> dict[str, Any]:
    """The app's name."""
    return nodes.node(net, call, "app", app)


@edge("GET", "user", "accounts")
def accounts(net: Facebook, call: Call, user: Doc) -> dict[str, Any]:
    """The chosen Pages with their tokens; an empty list without pages_show_list."""
    token = call.token
    allowed = token is not None and call.is_user and "pages_show_list" in token["scopes"]
    found = net.docs.many("account", token["pages"]) if token and allowed else []
    unasked = [fields.Want(name) for name in ("access_token", "category", "category_list", "name", "tasks")]
    wants = fields.parse(call.text("fields")) or unasked
    return fields.listing(net, call, found, lambda page: nodes.node(net, call, "page", page, wants))


@edge("GET", "user", "businesses")
def businesses(net: Facebook, call: Call, user: Doc) -> dict[str, Any]:
    """No business portfolios here."""
    return {"data": []}


@edge("GET", "user", "permissions")
def permissions(net: Facebook, call: Call, user: Doc) -> dict[str, Any]:
    """granted and declined ones."""
    token = call.token
    asked = token.get("asked", []) if token else []
    granted = token["scopes"] if token else []
    names = sorted({"public_profile", *asked, *granted})
    had = {*granted, "public_profile"}
    return {"data": [{"permission": name, "status": "granted" if name in had else "declined"} for name in names]}


@edge("DELETE", "user", "permissions")
def revoke(net: Facebook, call: Call, user: Doc) -> dict[str, Any]:
    """The person removes the app: every token of theirs and of their Pages ends; or gives back one permission."""
    name = call.path[2] if len(call.path) > 2 else ""
    for token in net.tokens.of_account(user.id, "user"):
        if call.token and token.parent == call.token.parent:
            _take_back(net, token, name)
    return {"success": True}


def _take_back(net: Facebook, token: Doc, name: str) -> None:
    if not name:
        return net.tokens.kill_grant(token.key)
    for one in net.docs.find("token", key=token.key):
        net.docs.change("token", one.id, scopes=[scope for scope in one["scopes"] if scope != name])
    return None
