"""Statements and conditions of the kernel's rules as formulas, by the text that the kernel has."""

from __future__ import annotations

from ..signs import readable

_WRITTEN = {
    "exp(a + b) = exp(a) exp(b)": r"\exp(a + b) = \exp(a) \exp(b)",
    "exp(Σ a) = Π exp(a) over a finite sort": r"\exp\Bigl(\sum_i a_i\Bigr) = \prod_i \exp(a_i)",
    "exp(0) = 1": r"\exp(0) = 1",
    "ln(exp(a)) = a": r"\ln(\exp(a)) = a",
    "exp(ln(a)) = a": r"\exp(\ln(a)) = a",
    "√a √a = a": r"\sqrt{a} \sqrt{a} = a",
    "√(a a) = a": r"\sqrt{a^2} = a",
    "ln a <= a - 1": r"\ln a \leq a - 1",
    "g(a) + g'(a)(x - a) <= g(x)": r"g(a) + g'(a)(x - a) \leq g(x)",
    "∫ Σ c δ(x - a) F(x) dx = Σ c F(a)": (
        r"\int \sum_i c_i \, \delta(x - a_i) F(x) \, dx = \sum_i c_i F(a_i)"
    ),
    "∫ c F(x) dx = c ∫ F(x) dx": r"\int c F(x) \, dx = c \int F(x) \, dx",
    "∫ F(x + c) dx = ∫ F(x) dx": r"\int F(x + c) \, dx = \int F(x) \, dx",
    "∫ Π_k g_k(x_k) dx = Π_k ∫ g_k(t) dt over all vectors x": (
        r"\int \prod_k g_k(x_k) \, d\vec{x} = \prod_k \int g_k(t) \, dt"
    ),
    "∫ exp(-a x² / 2) dx = √(2π / a)": r"\int \exp(-a x^2 / 2) \, dx = \sqrt{2 \pi / a}",
    "∫ F(P x) dx = ∫ F(x) dx": r"\int F(P \vec{x}) \, d\vec{x} = \int F(\vec{x}) \, d\vec{x}",
    "a a⁻¹ = 1": r"a \, a^{-1} = 1",
    "min f <= f(a) and f(a) <= max f": r"\min f \leq f(a) \leq \max f",
    "det(A B) = det(A) det(B)": r"\det(A B) = \det(A) \det(B)",
    "det(Aᵀ) = det(A)": r"\det(A^{\top}) = \det(A)",
    "det(diag(d)) = Π d": r"\det(\operatorname{diag}(d)) = \prod_i d_i",
    "Σ_j A_ij cof_kj(A) = δ_ik det(A)": (
        r"\sum_j A_{ij} \operatorname{cof}_{kj}(A) = \delta_{ik} \det(A)"
    ),
    "cof_ij(Aᵀ) = cof_ji(A)": r"\operatorname{cof}_{ij}(A^{\top}) = \operatorname{cof}_{ji}(A)",
    "(A⁻¹)_ij = cof_ji(A) / det(A)": (r"(A^{-1})_{ij} = \operatorname{cof}_{ji}(A) / \det(A)"),
    "a > 0": "a > 0",
    "a >= 0": r"a \geq 0",
    "a != 0": r"a \neq 0",
    "v != 0": r"v \neq 0",
    "c > 0": "c > 0",
    "det(B) != 0": r"\det(B) \neq 0",
    "Pᵀ P = I": r"P^{\top} P = I",
    "A is symmetric": r"A = A^{\top}",
}
FORMULAS = {readable(text): latex for text, latex in _WRITTEN.items()}
"""Those that are formulas in every language."""
