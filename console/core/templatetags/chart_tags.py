"""Tags for charts and heat maps of console.core.charts."""

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.core.charts.heat import Heat
from console.core.charts.shape import packed
from console.core.charts.spec import Chart
from console.core.charts.summary import summary_of
from console.core.charts.table import table_of
from console.core.charts.units import RATIO

__all__ = ["register"]

register = template.Library()


@register.inclusion_tag("components/chart.html")
def chart(chart: Chart | Heat, level: int = 2) -> dict[str, Any]:
    """{% chart online %}: the chart with its title, its sentence and its table. level: of its heading."""
    if isinstance(chart, Heat):
        return {"chart": chart, "heat": True, "summary": chart.summary, "level": level}
    return {
        "chart": chart,
        "heat": False,
        "summary": summary_of(chart),
        "table": table_of(chart) if chart.table and not chart.table_url else None,
        "packed": SafeString(packed(chart)),
        "level": level,
    }


@register.inclusion_tag("components/chart_table.html")
def chart_table(chart: Chart) -> dict[str, Any]:
    """{% chart_table online %}: its table alone, opened; what an address of `table_url` answers."""
    return {"chart": chart, "table": table_of(chart), "opened": True}


@register.simple_tag
def ratio(value: float | None) -> SafeString:
    """{% ratio row.join_success %}: a share of 0 to 1 in per cent, as charts write it; a dash for None."""
    if value is None:
        return SafeString('<span class="nothing">–</span>')
    return format_html("{}", RATIO.write(value))


@register.simple_tag
def chart_scripts() -> SafeString:
    """{% chart_scripts %}: style sheet and scripts of the charts; for pages that have some, in the block "head"."""
    return format_html(
        '<link rel="stylesheet" href="{}"><script src="{}" defer></script><script type="module" src="{}"></script>',
        static("css/charts.css"),
        static("vendor/echarts.common.min.js"),
        static("js/charts/charts.js"),
    )
