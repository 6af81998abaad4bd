"""The graph of a document's equations as an SVG whose boxes lead to the cards."""

from __future__ import annotations

from ..plain import one_line
from .content import Article
from .graph import BOX, graph
from .markup import Markup, tag
from .setting import Setting

FITS = 8
"""Characters of a label that fit into a box."""


def drawing(setting: Setting, article: Article) -> Markup:
    """The section of a page that shows what rests on what."""
    drawn = graph(article)
    width, height = BOX
    texts = [
        tag("text", one_line(line), x="14", y=f"{y + 4 + 15 * (k - (len(lines) - 1) / 2):.0f}",
            class_="part")
        for lines, y in drawn.headings
        for k, line in enumerate(lines)
    ]  # fmt: skip
    edges = [
        tag("path", d=edge.path, data_used=setting.href(edge.used), data_by=setting.href(edge.by))
        for edge in drawn.edges
    ]
    verdicts = {equation.label: equation for equation in article.report}
    boxes = []
    for node in drawn.nodes:
        equation = verdicts[node.label]
        label = one_line(node.label)
        boxes.append(
            tag(
                "a",
                tag("rect", x=node.x, y=node.y, width=width, height=height, rx="7"),
                tag(
                    "text",
                    label if len(label) <= FITS else f"{label[: FITS - 1]}…",
                    x=node.x + width / 2,
                    y=node.y + height / 2 + 5,
                ),
                href=setting.href(node.label),
                class_=f"node v-{equation.verdict}",
                data_verdict=equation.verdict,
                **setting.called(equation),
            )
        )
    picture = tag(
        "svg",
        tag("g", *edges, class_="edges"),
        *texts,
        *boxes,
        viewBox=f"0 0 {drawn.width:.0f} {drawn.height:.0f}",
        width=f"{drawn.width:.0f}",
        height=f"{drawn.height:.0f}",
        role="group",
        aria_labelledby="graph-title",
    )
    return tag(
        "section",
        tag("h2", setting.word("graph"), id="graph-title"),
        tag("p", setting.word("graph legend"), class_="legend"),
        tag("div", picture, class_="graph"),
        id="graph",
        aria_labelledby="graph-title",
    )
