"""What the controls of a page are called, in each language."""

WORDS = {
    "close": {"en": "Close", "ja": "閉じる"},
    "equations": {"en": "Equations", "ja": "式"},
    "escape": {"en": "clear the search, close this", "ja": "検索を消す・これを閉じる"},
    "filter": {"en": "Show equations with one verdict", "ja": "判定で式を絞り込む"},
    "findings": {"en": "Not read, or not agreed on", "ja": "読み取れない箇所・食い違い"},
    "graph": {"en": "How the equations rest on each other", "ja": "式の依存関係"},
    "graph legend": {
        "en": "A line leads from an equation to one that uses it. A solid border: it was read. "
        "Filled: it is proved. Red: it is wrong as printed.",
        "ja": "線は、ある式からそれを用いる式へ向かう。枠が実線の式は読み取れたもの、"
        "塗りつぶした式は証明されたもの、赤い式は誤りである。",
    },
    "help": {"en": "Keyboard", "ja": "キー操作"},
    "language": {"en": "日本語", "ja": "English"},
    "language name": {"en": "Switch to Japanese", "ja": "英語に切り替える"},
    "line": {"en": "line", "ja": "行"},
    "next": {"en": "next equation, the one before", "ja": "次の式・前の式"},
    "none": {"en": "No equation fits.", "ja": "当てはまる式はない。"},
    "notes": {"en": "Slips of notation", "ja": "表記の乱れ"},
    "open": {"en": "unfold or fold its proofs", "ja": "証明を開く・閉じる"},
    "search": {"en": "Search", "ja": "検索"},
    "sense": {
        "en": "Proved too, so that what is printed makes sense:",
        "ja": "印刷された式が意味をなすことも証明してある。",
    },
    "shown": {"en": "{shown} of {all} equations shown", "ja": "全{all}式のうち{shown}式を表示"},
    "skip equations": {"en": "Skip to the equations", "ja": "式の一覧へ"},
    "step": {"en": "step", "ja": "段"},
    "steps": {"en": "steps", "ja": "段"},
    "theme": {"en": "Light or dark", "ja": "明暗"},
    "this help": {"en": "this help", "ja": "この説明"},
    "to search": {"en": "search", "ja": "検索"},
    "unfold": {"en": "Unfold all proofs", "ja": "証明をすべて開く"},
    "unsaid": {"en": "What the document leaves unsaid", "ja": "文書に明記されていない仮定"},
    "needed by": {"en": "needed by", "ja": "必要とする式"},
}
"""By name and language."""
