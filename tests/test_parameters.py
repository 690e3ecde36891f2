"""Values of parameters: from what people type to terms, and what is told of a value that cannot be used."""

from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode

from graph.parameters import ParameterError, bind, taken, term_of
from ontology.namespaces import ID, RP, XSD
from ontology.stored_queries import Parameter

THEME = Parameter(
    name="theme",
    description={"es": "Tema."},
    required=True,
    datatype=None,
    pattern=f"^{ID}theme/",
    choices=(),
    minimum=None,
    maximum=None,
    default=None,
    example=NamedNode(ID + "theme/tic"),
)
COUNTRY = replace(
    THEME, name="country", pattern=f"^{ID}place/[a-z]{{2}}$", example=NamedNode(ID + "place/ve")
)
ANY = replace(THEME, name="subject", pattern=None, example=NamedNode(ID + "actor/caf"))


def literal(datatype: str, **more: object) -> Parameter:
    plain = replace(THEME, name="value", datatype=XSD + datatype, pattern=None, example=None)
    return replace(plain, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parameter", "text", "iri"),
    [
        (THEME, "tic", ID + "theme/tic"),
        (THEME, "th-tic", ID + "theme/tic"),
        (THEME, "xt-rse", ID + "theme/rse"),
        (THEME, "theme/tic", ID + "theme/tic"),
        (THEME, ID + "theme/tic", ID + "theme/tic"),
        (THEME, f"<{ID}theme/tic>", ID + "theme/tic"),
        (COUNTRY, "VE", ID + "place/ve"),
        (COUNTRY, "place/ve", ID + "place/ve"),
        (ANY, "actor/caf", ID + "actor/caf"),
        (ANY, "rp:sponsors", RP + "sponsors"),
        (ANY, "http://example.org/x", "http://example.org/x"),
        (ANY, "urn:x:y", "urn:x:y"),
    ],
)
def test_a_resource_may_be_named_in_several_ways(parameter: Parameter, text: str, iri: str) -> None:
    assert term_of(parameter, text) == NamedNode(iri)


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        (THEME, "actor/caf"),
        (THEME, ID + "actor/caf"),
        (THEME, "tic> ; ?p ?o } #"),
        (THEME, "a b"),
        (THEME, "../theme/tic"),
        (THEME, "x" * 1001),
        (COUNTRY, "ve-caracas"),
        (ANY, "caf"),
        (ANY, "http://example.org/a b"),
        (ANY, "<http://example.org/a>b>"),
        (ANY, "nothing/caf"),
    ],
)
def test_what_is_no_such_resource_is_refused(parameter: Parameter, text: str) -> None:
    with pytest.raises(ParameterError, match=f"parameter '{parameter.name}'"):
        term_of(parameter, text)


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        (literal("string"), 'a "quoted" \\ text } UNION { ?s ?p ?o'),
        (literal("integer"), "-12"),
        (literal("integer", minimum="1", maximum="9999"), "2007"),
        (literal("decimal"), ".5"),
        (literal("date"), "2007-04-10"),
        (literal("boolean"), "true"),
        (literal("string", choices=("es", "pt")), "pt"),
        (literal("string", pattern="^[a-z]+$"), "abc"),
    ],
)
def test_a_text_becomes_a_literal_of_its_datatype(parameter: Parameter, text: str) -> None:
    assert parameter.datatype
    assert term_of(parameter, text) == Literal(text, datatype=NamedNode(parameter.datatype))


@pytest.mark.parametrize(
    ("parameter", "text", "told"),
    [
        (literal("string"), "a\x00b", "a text"),
        (literal("string"), "a\ud800b", "a text"),
        (literal("integer"), "1.5", "a whole number"),
        (literal("integer"), "٣", "a whole number"),
        (literal("integer"), "9" * 30, "a whole number"),
        (literal("integer", minimum="1", maximum="9999"), "0", "a whole number from 1 to 9999"),
        (literal("decimal", minimum="0", maximum="1"), "1.01", "from 0 to 1"),
        (literal("decimal"), "NaN", "a number"),
        (literal("date"), "2007-02-30", "a date such as"),
        (literal("date"), "20070410", "a date such as"),
        (literal("boolean"), "yes", "true or false"),
        (literal("string", choices=("es", "pt")), "fr", "one of es, pt"),
        (literal("string", pattern="^[a-z]+$"), "A", "a text"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_could(
    parameter: Parameter, text: str, told: str
) -> None:
    with pytest.raises(ParameterError, match=told) as refused:
        term_of(parameter, text)
    assert refused.value.parameter == "value"


def test_values_are_completed_by_defaults_and_checked_by_name() -> None:
    below = literal("decimal", required=False, default=Literal("0.5"))
    tic = NamedNode(ID + "theme/tic")
    assert bind([THEME, below], {"theme": " tic "}) == {"theme": tic, "value": Literal("0.5")}
    assert bind([THEME, replace(COUNTRY, required=False)], {"theme": "tic", "country": ""}) == {"theme": tic}
    with pytest.raises(ParameterError, match="'theme': give one; it takes the slug of a theme"):
        bind([THEME], {})
    with pytest.raises(ParameterError, match="'topic': the query has no such parameter; there are theme"):
        bind([THEME], {"theme": "tic", "topic": "tic"})
    with pytest.raises(ParameterError, match="this query takes none"):
        bind([], {"theme": "tic"})


def test_what_a_parameter_takes_is_told_with_an_example() -> None:
    assert taken(THEME) == "the slug of a theme or its IRI, such as tic"
    assert taken(ANY).endswith("such as actor/caf")
