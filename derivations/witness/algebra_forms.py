    # ------------------------------------------------------------ functions

    def exp(self, form: Form) -> Form:
        """The exponential: one generator for each monomial of the exponent."""
        form = self.tidy(form)
        result = ONE
        mono: Monomial = ()
        for m, c in sorted(form.items()):
            if len(m) == 1 and m[0][1] == 1 and self.gens[m[0][0]].kind == "ln":
                argument = self.gens[m[0][0]].form or {}
                result = self.multiply(result, self.root(argument, _fraction(c)))
            else:
                mono = _join(mono, ((self._exp(m), exponent(_fraction(c))),))
        return self.times_monomial(result, mono)

    def _parts(self, form: Form) -> list[tuple[Form, Exponent]]:
        """A form as a product of powers; the first is the rational coefficient."""
        numerator, divisors = self.clear(form)
        coefficient, mono, rest = self.content(numerator)
        parts: list[tuple[Form, Exponent]] = [({(): coefficient}, 1)] if coefficient else []
        parts += [(_single(g), e) for g, e in _join(mono, divisors)]
        if rest != ONE and rest:
            split = factors_of(self, rest) if self.factoring else [(rest, 1)]
            parts += split
        return parts

    def ln(self, form: Form) -> Form:
        """The logarithm, split over positive factors."""
        parts = self._parts(form)
        if not parts:
            raise LogOfZero("the logarithm of zero")
        total: Form = {}
        left: Form = ONE
        for part, e in parts:
            signs = signs_of(self, part)
            if signs == frozenset((-1,)):
                part, signs = self.scale(part, QQ(-1)), POSITIVE
                left = self.scale(left, QQ(-1)) if e % 2 == 1 else left
            if signs == POSITIVE:
                total = self.add(total, self.scale(self._ln_positive(part), QQ(1) * _qq(e)))
            else:
                left = self.multiply(left, self._raise(part, e))
        if left == ONE:
            return total
        if () in left and len(left) == 1:
            raise Undefined("the logarithm of a negative number")
        return self.add(total, {((self._ln(left), 1),): QQ(1)})

    def _raise(self, part: Form, e: Exponent) -> Form:
        if isinstance(e, int):
            return self.power(part, e)
        ((mono, _),) = part.items()
        return {((mono[0][0], e),): QQ(1)}

    def _ln_positive(self, part: Form) -> Form:
        if len(part) == 1:
            ((mono, c),) = part.items()
            if not mono:
                return self._ln_number(c)
            ((g, _),) = mono
            generator = self.gens[g]
            if generator.kind == "exp":
                return {generator.mono: QQ(1)}
            if generator.kind == "divisor":
                part = generator.form or {}
        return {((self._ln(part), 1),): QQ(1)}

    def _ln_number(self, c: QQ) -> Form:
        total: Form = {}
        for prime, e in _primes(c).items():
            total = self.add(total, {((self._ln({(): QQ(prime)}), 1),): QQ(e)})
        return total

    def root(self, form: Form, r: Fraction) -> Form:
        """A rational power of what must not be negative."""
        if r.denominator == 1:
            return self.power(form, int(r))
        result: Form = ONE
        left: Form = ONE
        parts = self._parts(form)
        if not parts:
            if r > 0:
                return {}
            raise Undefined("a division by zero")
        if len(parts[-1][0]) > 1 and not self.factoring:
            parts = parts[:-1] + factors_of(self, parts[-1][0])
        for part, e in parts:
            signs = signs_of(self, part)
            if -1 not in signs:
                result = self.multiply(result, self._root_positive(part, e * r))
            elif e * r == int(e * r) and e % 2 == 0:
                size = self._absolute(part)
                result = self.multiply(result, self.power(size, int(e * r)))
            else:
                left = self.multiply(left, self._raise(part, e))
        if left != ONE:
            if signs_of(self, left) == frozenset((-1,)):
                raise Undefined("a root of a negative number")
            expr = sp.Pow(self.expr(left), sp.Rational(r.numerator, r.denominator))
            result = self.multiply(result, self.call(sp.Pow, (left, {(): _qq(r)}), expr))
        return result

    def _root_positive(self, part: Form, e: Exponent) -> Form:
        e = exponent(e)
        if isinstance(e, int):
            return self.power(part, e)
        if len(part) > 1:
            return {((self._divisor(part), e),): QQ(1)}
        ((mono, c),) = part.items()
        if mono:
            return self.times_monomial(ONE, ((mono[0][0], e),))
        result: Form = ONE
        for prime, k in _primes(c).items():
            power = exponent(k * e)
            if isinstance(power, int):
                result = self.scale(result, QQ(prime) ** power)
            else:
                result = self.times_monomial(result, ((self._root_of_prime(prime), power),))
        return result

    def _absolute(self, form: Form) -> Form:
        signs = signs_of(self, form)
        if -1 not in signs:
            return form
        if 1 not in signs:
            return self.scale(form, QQ(-1))
        c, mono, rest = self.content(form)
        if c < 0:
            form = self.scale(form, QQ(-1))
        return self.call(sp.Abs, (form,), sp.Abs(self.expr(form)))

    # ------------------------------------------------------------ SymPy and back

    def of(self, expr: sp.Expr) -> Form:
        """The normal form of a SymPy expression."""
        found = self._known.get(expr)
        if found is None:
            found = self._known[expr] = self._of(expr)
        return found

    def _of(self, expr: sp.Expr) -> Form:
        if expr.is_Rational:
            return {(): QQ(int(expr.p), int(expr.q))} if expr else {}
        if expr.is_Symbol or expr is sp.pi:
            return {((self.symbol(expr), 1),): QQ(1)}
        if expr.is_Add:
            return self.add(*(self.of(a) for a in expr.args))
        if expr.is_Mul:
            result = ONE
            for factor in sorted((self.of(a) for a in expr.args), key=len):
                result = self.multiply(result, factor)
            return result
        if expr is sp.E:
            return self.exp(ONE)
        if isinstance(expr, sp.exp):
            return self.exp(self.of(expr.args[0]))
        if isinstance(expr, sp.log):
            return self.ln(self.of(expr.args[0]))
        if expr.is_Pow:
            return self._pow(*expr.args)
        return self._other(expr)

    def _pow(self, base: sp.Expr, power: sp.Expr) -> Form:
        if power.is_Integer:
            return self.power(self.of(base), int(power))
        if power.is_Rational:
            return self.root(self.of(base), Fraction(int(power.p), int(power.q)))
        below = self.of(base)
        if signs_of(self, below) != POSITIVE:
            raise Unsupported("a power of something that may be negative")
        return self.exp(self.multiply(self.of(power), self.ln(below)))

    def _other(self, expr: sp.Expr) -> Form:
        if expr in (sp.oo, -sp.oo, sp.zoo, sp.nan) or expr is sp.I:
            raise Undefined("a side is not a real number")
        if isinstance(expr, sp.cosh | sp.sinh | sp.tanh):
            return self.of(expr.rewrite(sp.exp))
        if isinstance(expr, sp.Abs):
            return self._absolute(self.of(expr.args[0]))
        if isinstance(expr, sp.Function | sp.Max | sp.Min):
            arguments = [self.tidy(self.of(a)) for a in expr.args]
            if isinstance(expr, sp.Max | sp.Min):
                arguments.sort(key=lambda f: sorted(f.items()))
            return self.call(expr.func, tuple(arguments), expr)
        raise Unsupported(f"no normal form of {type(expr).__name__}")

