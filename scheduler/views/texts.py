"""Snippets and templates: their page, and the list that the composer opens."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from accounts.verbs import Problem
from scheduler.composing import snippets
from scheduler.composing.fields import Words, is_uuid
from scheduler.composing.forms import Composer
from scheduler.models import Snippet

CONTROL = {"class": "form-control", "dir": "auto"}


class SnippetForm(forms.Form):
    """A name and a text."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, widget=forms.TextInput(attrs=CONTROL))
    text = Words(label=gettext_lazy("Text"), rows=4)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text:
            raise forms.ValidationError(_("Write the text."))
        return text


class TemplateForm(forms.Form):
    """What a template is called."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, widget=forms.TextInput(attrs=CONTROL))


@require_GET
@allowed(Action.WRITE)
def texts(request: MemberRequest) -> HttpResponse:
    """All snippets and templates; `post` in the query: the post that a template is to be made of."""
    return _page(request)


def _page(request: MemberRequest, **shown: Any) -> HttpResponse:
    wanted = request.GET.get("post", "")
    post = get_object_or_404(request.workspace.posts, pk=wanted) if is_uuid(wanted) else None
    found = {
        "snippets": request.workspace.snippets.all(),
        "templates": request.workspace.templates.all(),
        "known": snippets.KNOWN,
        "form": SnippetForm(auto_id="new_%s"),
        "post": post,
        "template_form": TemplateForm(auto_id="template_%s", initial={"name": str(post)[:80] if post else ""}),
    }
    return render(request, "scheduler/texts.html", found | shown, status=422 if shown else 200)


@require_POST
@allowed(Action.WRITE)
def add(request: MemberRequest) -> HttpResponse:
    return _keep(request, None)


@require_POST
@allowed(Action.WRITE)
def change(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _keep(request, get_object_or_404(request.workspace.snippets, pk=pk))


def _keep(request: MemberRequest, snippet: Snippet | None) -> HttpResponse:
    form = SnippetForm(request.POST, auto_id=f"{snippet.pk}_%s" if snippet else "new_%s")
    try:
        if form.is_valid():
            snippets.keep_snippet(form.cleaned_data["name"], form.cleaned_data["text"], request.member, snippet)
            messages.success(request, _("The snippet is saved."))
            return redirect("texts")
    except Problem as problem:
        form.add_error(problem.field or None, str(problem))
    return _page(request, form=form, changing=snippet)


@require_POST
@allowed(Action.WRITE)
def delete_snippet(request: MemberRequest, pk: UUID) -> HttpResponse:
    snippets.delete(get_object_or_404(request.workspace.snippets, pk=pk), request.member)
    messages.success(request, _("The snippet is deleted."))
    return redirect("texts")


@require_POST
@allowed(Action.WRITE)
def add_template(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A template of a post."""
    post = get_object_or_404(request.workspace.posts, pk=pk)
    form = TemplateForm(request.POST, auto_id="template_%s")
    try:
        if form.is_valid():
            snippets.keep_template(post, form.cleaned_data["name"], request.member)
            messages.success(request, _("The template is saved: new posts can begin with it."))
            return redirect("texts")
    except Problem as problem:
        form.add_error("name", str(problem))
    return _page(request, template_form=form, post=post)


@require_POST
@allowed(Action.WRITE)
def delete_template(request: MemberRequest, pk: UUID) -> HttpResponse:
    snippets.delete(get_object_or_404(request.workspace.templates, pk=pk), request.member)
    messages.success(request, _("The template is deleted."))
    return redirect("texts")


@require_POST
@allowed(Action.WRITE)
def choose(request: MemberRequest) -> HttpResponse:
    """The snippets as they read in the post that is being written."""
    draft = Composer(request.workspace, request.POST).draft()
    known = snippets.values(draft, request.workspace)
    rows = [(one, snippets.filled(one.text, known)) for one in request.workspace.snippets.all()]
    return render(request, "scheduler/_snippets.html", {"rows": rows})
