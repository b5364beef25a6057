"""An error that can be shown to a user in their own language, raised by plain Python that knows no Django.

The text is an English template; whoever shows it translates the template and fills it:
`gettext(problem.template).format(**problem.params)`. `str(problem)` is the filled English text.
"""


def _(template: str) -> str:
    """Mark a template for the message catalogues; returns it unchanged."""
    return template


class Problem(ValueError):
    """A refusal with a reason; `template` is the message id, `params` fill its {names}."""

    def __init__(self, template: str, **params: object) -> None:
        self.template = template
        self.params = params
        super().__init__(template.format(**params) if params else template)
