"""The form of a rule: what every rule has, and the fields of all conditions and actions that there are."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from inbox.actions import ACTIONS
from inbox.conditions import CONDITIONS
from inbox.models import Rule

LONGEST = 60 * 24 * 30  # minutes


class RuleForm(forms.Form):
    """`if-...` are conditions, `then-...` actions; empty ones ask and do nothing."""

    name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"class": "form-control", "dir": "auto"})
    )
    when = forms.ChoiceField(label=_("When"), choices=Rule.When.choices, widget=forms.Select(attrs={"class": "form-select"}))
    minutes = forms.IntegerField(
        label=_("After how many minutes"),
        help_text=_("For a rule about what nobody has answered."),
        required=False,
        min_value=1,
        max_value=LONGEST,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )

    def __init__(self, workspace: Workspace, data: Any = None, rule: Rule | None = None) -> None:
        super().__init__(data, initial=_initial(rule) if rule else {})
        for condition in CONDITIONS:
            self.fields[f"if-{condition.name}"] = condition.field(workspace)
        for action in ACTIONS:
            self.fields[f"then-{action.name}"] = action.field(workspace)

    @property
    def conditions(self) -> list[forms.BoundField]:
        return [self[f"if-{one.name}"] for one in CONDITIONS]

    @property
    def actions(self) -> list[forms.BoundField]:
        return [self[f"then-{one.name}"] for one in ACTIONS]

    @property
    def values(self) -> dict[str, Any]:
        """As inbox.rulebook.keep takes them."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "when": given["when"],
            "minutes": given["minutes"],
            "conditions": {one.name: found for one in CONDITIONS if (found := given[f"if-{one.name}"])},
            "actions": {one.name: found for one in ACTIONS if (found := given[f"then-{one.name}"])},
        }


def _initial(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {"name": rule.name, "when": rule.when, "minutes": rule.minutes}
    found |= {f"if-{name}": value for name, value in rule.conditions.items()}
    return found | {f"then-{name}": value for name, value in rule.actions.items()}
