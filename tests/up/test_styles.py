"""The style sheet is served without what no page can use, and with all that one can."""

import re

from smo.up import styles
from smo.up.styles import Used, lighter, trimmed

CLASS = re.compile(r'class="([^"{}%]*)"')


def left(css: str, *ours: str, packages: str = "") -> str:
    return trimmed(css, Used.of(list(ours), [packages]))


def test_a_rule_stays_if_all_that_it_names_can_be_on_a_page() -> None:
    css = ".btn{a:b}.btn.never,.btn .icon{c:d}.carousel{e:f}.btn:not(.never){g:h}h1{i:j}[data-bs-theme=dark] .btn{k:l}"

    found = left(css, '<i class="btn icon">', "root.dataset.bsTheme = 'dark'")

    assert found == ".btn{a:b}.btn .icon{c:d}.btn:not(.never){g:h}h1{i:j}[data-bs-theme=dark] .btn{k:l}"


def test_names_that_are_worked_out_keep_their_family() -> None:
    css = ".bg-red-lt{a:b}.bg-red{a:b}.alert-warning{a:b}.st-never{a:b}.n-2{a:b}"

    assert left(css, "bg-{{ label.colour }}-lt alert-{{ level }} n-${count}") == ".bg-red-lt{a:b}.alert-warning{a:b}.n-2{a:b}"


def test_conditions_strings_and_frames_are_read_as_such() -> None:
    stays = '@keyframes x{from{a:b}}@charset "a;b";/* .io */:root{a:b}'
    css = '@media screen{.gone{a:b}}@media print{.btn{content:"}.gone{"}.gone{a:b}}'

    assert left(css + stays, "btn") == '@media print{.btn{content:"}.gone{"}}' + stays


def test_properties_that_nobody_asks_for_go_with_those_that_only_they_ask_for() -> None:
    css = ":root{--a:red;--b:var(--a);--c:url('x;y');--d:1px}p{margin:var(--d)}"

    assert lighter(css, ["color: var(--c)"]) == ":root{--c:url('x;y');--d:1px}p{margin:var(--d)}"


def test_every_class_of_a_template_that_the_whole_sheet_knows_is_served() -> None:
    whole, served = (set(styles.NAMED.findall(path.read_text())) for path in (styles.WHOLE, styles.TARGET))
    named = {(name, "") for path in styles.sources() for words in CLASS.findall(path.read_text()) for name in words.split()}

    assert len(named & whole) > 100
    assert named & whole <= served
