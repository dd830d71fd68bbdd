"""Practice networks: a server of its own that speaks the HTTP of the real networks, so that all can be tried without them.

Each network lives under its slug: `http://127.0.0.1:8800/x/2/tweets` stands for `https://api.x.com/2/tweets`, and
`/x/i/oauth2/authorize` for the same path on x.com. It is written from the networks' documentation and refuses what they refuse.
Nothing of the rest of the project is imported here, and nobody imports this: they meet over HTTP only.

How to write a network
----------------------
One module (or package) with a subclass of `sandbox.network.Network`, one line in `sandbox/registry.py`, and, if its pages shall
look like its own, `static/<slug>.css` and templates in `pages/<slug>/` that replace the shared ones of the same name.

A class must give: `slug`, `name`, `scopes`, `routes`, `operation`, `too_many`, `failure`, `duplicate`, `grant`, `seed`, and
`fan_comment` (and `fan_message` where "message" is among its `fan_actions`). All else in `Network` has a default that works.

- State goes to `self.docs` (store.Shelf). The shared pages and the ledger read these kinds: `account` (key = username; data
  name, username, bio), `post` (owner = account; data text, title, kind, link, media = media ids), `media` (data mime, alt; the
  bytes in `self.files` under the same id), `comment` (parent = post, owner = author; data text, author, ours, hidden, answers),
  `like` (parent = what is liked), `message` (owner = account, parent = conversation), `person` (fans). A network that keeps
  them otherwise overrides `public_posts`, `public_post`, `replies`.
- Handlers are `async` and never block: SQLite calls are short enough to be made directly, and because nothing awaits between
  reading and writing, a handler needs no lock.
- Times come from `sandbox.clock`, so that tests can move them.
- The authorize page: check the parameters, then `return consent.ask(self, Consent(...))`; at the token endpoint
  `consent.redeem(...)` gives the code's document with `accounts` and `scopes`, then `self.tokens.issue(...)`.
- Faults at the door need nothing of a network but `operation` and the three answers. Media processing asks
  `self.faults.take("slow_processing", self.slug, account)` and `"fail_processing"`.
- Webhooks: sign the body and call `self.hooks.send(...)`; handshakes with `await self.hooks.fetch(url, params)`.
"""
