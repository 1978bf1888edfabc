"""Files that a page gives away."""

from django.http import HttpResponse

__all__ = ["csv_download"]


def csv_download(text: str, name: str) -> HttpResponse:
    """Answer with a CSV file. name: of plain letters, without its ending."""
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"},
    )
