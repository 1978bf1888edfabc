"""Pages of the frame itself: the way in, search, preferences, keys, and what machines ask."""

import logging

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from console.core import metrics as measuring
from console.core import navigation, search, shell, times
from console.core.marks import open_to_all, signed_in
from console.core.misread import misread
from console.core.pages import go, render_page
from console.core.preferences import choose

__all__ = ["healthz", "home", "keys", "metrics", "preferences", "readyz", "search_box"]

logger = logging.getLogger(__name__)


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to where the person works; say so kindly when there is nowhere yet.

    Where nobody says better, that is the first page of the rail, in the connection that the person last used.
    """
    address = shell.ask("home", request)
    if not address:
        links = navigation.links(request, shell.ask("current_connection", request))
        address = links[0].url if links else None
    return go(request, address) if address else render(request, "core/nowhere.html")


@signed_in
@require_safe
def search_box(request: HttpRequest) -> HttpResponse:
    """Answer the search box: a page, or the list under the box while somebody types."""
    query = request.GET.get("q", "").strip()[: search.LONGEST_QUERY]
    groups: dict[str, list[search.Result]] = {}
    for result in search.find(request, query):
        groups.setdefault(str(result.group), []).append(result)
    context = {
        "query": query,
        "groups": list(groups.items()),
        "misread": misread(request.GET, {}, ("q",)),
    }
    return render_page(request, "core/search.html", partial="found", context=context)


@signed_in
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys, for those who follow the link instead of pressing one."""
    return render(request, "core/keys.html")


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the choices of the frame; keep the one that was made and go back to where it was made."""
    if request.method != "POST":
        return render(request, "core/preferences.html", {"zone_names": times.zone_names()})
    zone = request.POST.get("zone", "").strip()
    if zone and not times.is_zone(zone):
        problem = _("No time zone is called %(zone)s.") % {"zone": zone}
        context = {"zone_names": times.zone_names(), "zone_asked": zone, "problem": problem}
        return render(request, "core/preferences.html", context, status=422)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = request.path
    if back == request.path:
        messages.success(request, _("Saved."))
    return choose(request, go(request, back))


@open_to_all
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; nothing else is looked at."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@open_to_all
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether everything needed for work is there: 200, or 503 with the names of what is not.

    Why a check failed stands in the log only: anybody may ask here.
    """
    found: dict[str, str] = {}
    ready = True
    for check in shell.readiness_checks():
        try:
            found[check.name] = check.check()
        except Exception:
            logger.warning("Not ready: %s", check.name, exc_info=True)
            found[check.name] = "failed" if check.required else "failed (information only)"
            ready = ready and not check.required
    return JsonResponse({"ready": ready, "checks": found}, status=200 if ready else 503)


@open_to_all
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Tell Prometheus what is counted; for others there is no such page."""
    if not measuring.may_scrape(request):
        raise Http404
    return HttpResponse(measuring.exposition(), content_type=measuring.CONTENT_TYPE)
