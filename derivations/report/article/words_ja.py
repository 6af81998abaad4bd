"""Tables of Japanese words for articles: verdicts, headings, reasons, statements, causes."""

from __future__ import annotations

from ..signs import readable

VERDICTS = {
    "proved": ("証明済み", "明記した仮定のもとで、任意の大きさについて証明されている"),
    "definition": ("定義", "左辺を定める式である。定義として意味をなすことを確かめた"),
    "assumed": ("前提", "近似・目標・モデルの仮定であり、真偽を問うものではない"),
    "bounded": (
        "小さい場合に確認",
        "挙げた大きさについて数式処理で確かめたが、一般の証明はない",
    ),
    "supported": ("数値で支持", "乱数による数値例では成り立つが、証明はない"),
    "undecided": ("未決", "制限時間内には何も分からなかった"),
    "unread": ("未読", "読み取れなかったため、何も言えない"),
    "refuted": ("誤り", "印刷されたままでは偽である。反例を見つけ、検算した"),
}

HEADINGS = {
    "summary": "要約",
    "equation": "式",
    "verdict": "判定",
    "count": "個数",
    "meaning": "意味",
    "errata": "正誤表",
    "erratum": "訂正",
    "printed": "印刷された式",
    "corrected": "訂正した式",
    "suggested": "おそらく意図された式",
    "counterexample": "反例",
    "proof": "証明",
    "proof of the correction": "訂正した式の証明",
    "rests on": "仮定",
    "evidence": "根拠",
    "needs": "仮定の必要性",
    "trust": "証明の拠り所",
    "axioms": "公理（文献による）",
    "rules": "論理と算術の規則",
    "unused": "ここでは使わない",
    "besides": "ほかに正しくなければならないもの",
    "recheck": "証明の再検査",
    "rule": "規則",
    "statement": "主張",
    "asks": "条件",
    "source": "出典",
    "used by": "使う式",
    "link": "関係式",
}

RULES = {
    "arithmetic": "計算",
    "same": "両辺は同じ式",
    "what is not 0 cancels": "0 でないものの約分",
    "laws of exp, ln and roots": "指数・対数・平方根の法則",
    "laws of matrices": "行列の公式",
    "exp_of_sum": "和の指数関数",
    "exp_of_total": "有限和の指数関数",
    "exp_of_zero": "0 の指数関数",
    "ln_of_exp": "対数は指数関数の逆",
    "exp_of_ln": "指数関数は対数の逆",
    "square_of_sqrt": "平方根の 2 乗",
    "sqrt_of_square": "2 乗の平方根",
    "ln_tangent": "対数は 1 での接線を上回らない",
    "ln_tangent_touches": "対数が接線に接するのは 1 のときに限る",
    "derivative": "微分",
    "tangent": "凸関数は接線を下回らない",
    "sifting": "デルタ測度による積分",
    "integral_scale": "定数を積分の外に出す",
    "integral_shift": "積分変数の平行移動",
    "integral_of_product": "変数ごとの関数の積の積分",
    "gaussian_integral": "ガウス積分",
    "assume": "仮定",
    "cut": "証明済みの仮定を除く",
    "instantiate": "特別な場合",
    "generalise": "自由変数は任意",
    "specialise": "任意の場合に成り立つことの適用",
    "discharge": "仮定を前件に移す",
    "modus_ponens": "三段論法",
    "equivalence": "両方向を合わせる",
    "both": "主張を合わせる",
    "one_of": "主張の一つを取り出す",
    "cases": "等しいか否かの場合分け",
    "absurd": "この場合は起こらない",
    "congruence": "等しいものの代入",
    "replace": "等しいものによる置き換え",
    "linear": "一次結合",
    "ring": "両辺の標準形が一致",
    "reciprocal": "0 でないものの約分",
    "sign": "各部分の符号から",
    "vanishing": "負でない項の和が 0 なら各項は 0",
    "trichotomy": "大小による場合分け",
    "separate": "有限集合の元は等しいか異なる",
    "extremum_bound": "最小値・最大値は各値の限界",
    "extremum_least": "各値の限界は最小値・最大値の限界",
    "det_of_product": "積の行列式",
    "det_of_transpose": "転置の行列式",
    "det_of_diagonal": "対角行列の行列式",
    "laplace": "余因子展開",
    "cof_of_transpose": "転置の余因子",
    "inverse_by_cofactors": "余因子による逆行列",
    "posdef_symmetric": "正定値行列は対称",
    "posdef_form": "正定値行列の 2 次形式は正",
    "posdef_form_weak": "正定値行列の 2 次形式は非負",
    "posdef_det": "正定値行列の行列式は正",
    "posdef_inverse": "正定値行列の逆行列は正定値",
    "posdef_gram": "グラム行列に正の対角を加えたものは正定値",
    "posdef_congruence": "正定値性は合同変換で保たれる",
    "spectral": "スペクトル定理",
    "orthogonal_rows": "直交行列の行の直交性",
    "integral_rotation": "直交変換による変数変換",
}

KINDS = {
    "the reader": "読み取り",
    "the meaning": "意味づけ",
    "the declarations": "宣言",
    "the rules": "規則",
    "the conventions": "規約",
}
BESIDES = {
    "the reader": "印刷された式が、意図どおりに読まれていること",
    "the meaning": (
        "証明した主張が、印刷された式そのものであること。記号は定義に、"
        "ベクトルと行列は成分に置き換えられる"
    ),
    "the declarations": "宣言から得られる仮定が、その言葉のとおりであること",
    "the rules": "各規則が、ここに述べたとおりに正しく、正しく書かれていること",
    "the conventions": (
        "0 の逆数は 0、集合は空でなく、存在しない微分や積分は 0 とする。"
        "印刷された式が意味をなすことは、別に証明してある"
    ),
}

_SAID = {
    "a logarithm's and a root's argument > 0; what is inverted != 0": (
        "対数と平方根の中は正、割るものは 0 でない"
    ),
    "a function that is not known is smooth": "未知の関数は滑らか",
    "g is smooth, and g'' >= 0 everywhere": "g は滑らかで、いたるところ g'' ≥ 0",
    "F and a are free of δ, and a of x": "F と a は δ を含まず、a は x を含まない",
    "c is free of x": "c は x を含まない",
    "no hypothesis speaks of x": "x についての仮定がない",
    "no hypothesis, nor c, speaks of x": "x についての仮定がなく、c も x を含まない",
    "coefficients of inequalities are not negative": "不等式の係数は非負",
    "the difference of the two sides has the normal form of the combination": (
        "両辺の差が一次結合と同じ標準形をもつ"
    ),
    "what is known of the parts": "各部分について分かっていること",
    "the terms are not negative": "各項は非負",
    "the conclusion and other hypotheses do not speak of P and λ": (
        "結論とほかの仮定は P と λ を含まない"
    ),
    "ln a = a - 1 only for a = 1": "ln a = a − 1 となるのは a = 1 のときに限る",
    "The derivative of an expression, part by part": "式の導関数を部分ごとに求める",
    "P implies P": "P ならば P",
    "From a theorem with hypothesis P, and P, the theorem without P": (
        "仮定 P をもつ定理と P とから、仮定 P のない定理を得る"
    ),
    "Any terms of the right sorts for the free variables": (
        "自由変数に、同じ型の任意の項を代入する"
    ),
    "From P(x), for all x P(x)": "P(x) から「任意の x について P(x)」を得る",
    "From P(x) for all x, P(a)": "「任意の x について P(x)」から P(a) を得る",
    "From Q under the hypothesis P, P implies Q": "仮定 P のもとでの Q から「P ならば Q」を得る",
    "From P implies Q (or P iff Q), and P, Q": "「P ならば Q」（または同値）と P から Q を得る",
    "From Q under P, and P under Q: P iff Q": (
        "P のもとでの Q と、Q のもとでの P から「P と Q は同値」を得る"
    ),
    "From several statements, all of them": "いくつかの主張を合わせて一つにする",
    "From several statements together, one of them": "合わせた主張から一つを取り出す",
    "What follows from a = b and from a != b holds": "a = b からも a ≠ b からも従うことは成り立つ",
    "From a = b and a != b, anything": "a = b と a ≠ b からは何でも従う",
    "Equals in any context: from a(x) = b(x) for all x, F(a) = F(b)": (
        "任意の x について a(x) = b(x) ならば F(a) = F(b)"
    ),
    "Equals in a statement: from a(x) = b(x) for all x, and P(a), P(b)": (
        "任意の x について a(x) = b(x) ならば、P(a) から P(b) を得る"
    ),
    "From a = b, a <= b or a < b, a linear combination of them, summed over finite sets": (
        "等式と不等式の一次結合、および有限集合にわたる和をとる"
    ),
    "Terms with the same normal form are equal": "同じ標準形をもつ項は等しい",
    "A sign that follows from the signs of the parts": "部分の符号から従う符号",
    "From a sum of terms being 0, each of them is 0": "項の和が 0 ならば各項は 0",
    "a <= b or b < a: from what follows from each, what follows": (
        "a ≤ b と b < a のどちらからも従うことは成り立つ"
    ),
    "Elements of a finite sort: δ(a, b) = 0 if a != b, and δ(a, b) = 1 if a = b": (
        "有限集合の元について、a ≠ b ならば δ(a, b) = 0、a = b ならば δ(a, b) = 1"
    ),
    "From c <= f(x) for all x, c <= min f; from f(x) <= c, max f <= c": (
        "任意の x について c ≤ f(x) ならば c ≤ min f、f(x) ≤ c ならば max f ≤ c"
    ),
    "A positive definite matrix is symmetric": "正定値行列は対称である",
    "vᵀ A v > 0 for A positive definite": "A が正定値ならば vᵀ A v > 0",
    "vᵀ A v >= 0 for A positive definite": "A が正定値ならば vᵀ A v ≥ 0",
    "det(A) > 0 for A positive definite": "A が正定値ならば det(A) > 0",
    "A⁻¹ is positive definite if A is": "A が正定値ならば A⁻¹ も正定値である",
    "X'X + c I is positive definite": "Xᵀ X + c I は正定値である",
    "Bᵀ A B is positive definite if A is": "A が正定値ならば Bᵀ A B も正定値である",
    "What follows from A = P diag(λ) Pᵀ with P orthogonal holds": (
        "直交行列 P により A = P diag(λ) Pᵀ と書けることから従うことは成り立つ"
    ),
    "P Pᵀ = I if Pᵀ P = I": "Pᵀ P = I ならば P Pᵀ = I",
}
SAID = {readable(text): meant for text, meant in _SAID.items()}
"""Statements and conditions of the kernel's rules."""

CAUSES = {
    "time ran out": "時間切れ",
    r"time ran out after (.*) s": r"\1 秒で時間切れ",
    "nested too deeply": "入れ子が深すぎる",
    "no truth value": "真偽を問う式ではない",
    "not asked": "問い合わせなかった",
    "a goal": "目標である",
    "a goal, not a claim": "目標であり、主張ではない",
    "an approximation": "近似である",
    "an approximation has no truth value": "近似は真偽を問うものではない",
    "a limit": "極限である",
    "an order of magnitude": "大きさの程度を述べている",
    "a comparison of orders of magnitude has no truth value": (
        "大きさの程度の比較は真偽を問うものではない"
    ),
    "a definition: there is nothing to decide": "定義なので、判定するものがない",
    "says where a symbol lives": "記号の属する集合を述べている",
    "says that there are some values, not what holds for all": "存在を述べる式である",
    "both sides are equal in a special case": "特別な場合に両辺が等しい",
    "a number is not a vector or matrix": "数はベクトルでも行列でもない",
    "the sides differ by (.*) at a point": r"ある点で両辺の差が \1 になる",
    "no proof was found": "証明が見つからない",
    "not in the prover's language: two sides of different kinds": "両辺の種類が異なる",
    "no way to prove (.*)": r"\1 を証明する方法がない",
    "the function is unknown: SymPy cannot use what is declared of it": (
        "関数が未知で、宣言された性質を使えない"
    ),
    "not at all sizes: (.*)": "一部の大きさは除く",
    "no case in which both sides are defined": "両辺がともに定義される場合がない",
    "two sides of different shapes": "両辺の型が異なる",
    "division by zero": "0 による除算",
    "the logarithm of zero": "0 の対数",
    "the logarithm of a negative number": "負の数の対数",
    "a logarithm outside its domain": "対数の定義域の外",
    "the root of a negative number": "負の数の平方根",
    "a broken power of a negative number": "負の数の整数でないべき",
    "the inverse of a singular matrix": "特異行列の逆行列",
    "the integral diverges": "積分が発散する",
    "the integral has no value": "積分が値をもたない",
    "0 times infinity": "0 と無限大の積",
    "no instance": "例が作れない",
    "no instance where a side holds": "一方が成り立つ例が見つからない",
    "no way was found to make the sides equal": "両辺を等しくする値が見つからない",
}
"""What the witnesses say; the rest is quoted as it is."""

WORDS = {
    "is smooth": "は滑らか",
    "is positive definite": "は正定値",
    "is a distribution": "は確率分布",
    "is diagonal": "は対角行列",
    "is concave": "は上に凸",
    "is convex": "は下に凸",
    "is a constant": "は定数",
}
"""Words at the end of formulas of ours."""

CITED = {"definition; a finite set is not empty": "定義。有限集合は空でない"}
"""Sources that are no citations."""
