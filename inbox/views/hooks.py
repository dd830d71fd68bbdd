"""Where the networks call: handshakes and deliveries. Answered at once; the work is done by the workers."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from inbox import webhooks
from inbox.tasks import knock_for


@csrf_exempt  # networks have no session here; each proves itself by its signature
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, network: str, practice: bool) -> HttpResponse:
    """GET: the handshake. POST: a delivery. 403 for a wrong signature, 404 where nobody expects it, 400 for nonsense."""
    try:
        if request.method == "GET":
            answer = webhooks.handshake(network, practice, request.GET.dict())
            kind = "application/json" if answer.startswith("{") else "text/plain"
            return HttpResponse(answer, content_type=kind)
        event = webhooks.receive(network, practice, request.headers, request.body)
    except webhooks.Unknown:
        return HttpResponse(status=404)
    except webhooks.Forged:
        return HttpResponse(status=403)
    except ValueError:
        return HttpResponse(status=400)
    knock_for(event)
    return HttpResponse("ok", content_type="text/plain")
