"""Queries to start from, shown on the SPARQL page. A test runs each of them."""

EXAMPLES: tuple[tuple[str, str], ...] = (
    (
        "Qué instituciones patrocinan más eventos",
        """SELECT ?institucion ?nombre (COUNT(DISTINCT ?evento) AS ?eventos)
WHERE {
  ?institucion rp:sponsors ?evento ; rdfs:label ?nombre .
}
GROUP BY ?institucion ?nombre
ORDER BY DESC(?eventos)
LIMIT 20""",
    ),
    (
        "Los eventos con su fecha, su lugar y sus temas",
        """SELECT ?evento ?titulo ?inicio ?ciudad (GROUP_CONCAT(DISTINCT ?tema; separator="; ") AS ?temas)
WHERE {
  ?evento a rp:Event ; rdfs:label ?titulo .
  OPTIONAL { ?evento schema:startDate ?inicio }
  OPTIONAL { ?evento rp:city/rdfs:label ?ciudad }
  OPTIONAL { ?evento rp:theme/skos:prefLabel ?tema FILTER (lang(?tema) = "es") }
}
GROUP BY ?evento ?titulo ?inicio ?ciudad
ORDER BY ?inicio""",
    ),
    (
        "Quién hizo qué con quién: parejas de instituciones y los eventos que comparten",
        """SELECT ?una ?otra (COUNT(DISTINCT ?evento) AS ?eventos)
WHERE {
  ?a ?rolA ?evento ; rdfs:label ?una .
  ?b ?rolB ?evento ; rdfs:label ?otra .
  VALUES ?rolA { rp:sponsors rp:organises rp:hosts }
  VALUES ?rolB { rp:sponsors rp:organises rp:hosts }
  FILTER (STR(?a) < STR(?b))
}
GROUP BY ?una ?otra
ORDER BY DESC(?eventos)
LIMIT 20""",
    ),
    (
        "Las lecciones aprendidas con su tema y su evento",
        """SELECT ?leccion ?texto ?evento
WHERE {
  ?leccion rp:practiceKind <https://w3id.org/redpyme/id/practice-kind/lesson-learned> ; rp:text ?texto .
  OPTIONAL { ?leccion rp:event/rdfs:label ?evento }
}
LIMIT 50""",
    ),
    (
        "De dónde sale cada afirmación: cita, documento y confianza",
        """SELECT ?sujeto ?propiedad ?objeto ?cita ?confianza
WHERE {
  ?afirmacion a rp:Claim ;
    rdf:subject ?sujeto ; rdf:predicate ?propiedad ; rdf:object ?objeto ;
    rp:confidence ?confianza ;
    oa:hasSelector/oa:exact ?cita .
}
ORDER BY ?confianza
LIMIT 50""",
    ),
    (
        "El vecindario de las instituciones como grafo",
        """CONSTRUCT { ?institucion rp:takesPartIn ?evento . ?institucion rdfs:label ?nombre }
WHERE {
  VALUES ?rol { rp:sponsors rp:organises rp:hosts rp:speaksAt rp:instructsAt rp:participatesIn }
  ?institucion ?rol ?evento ; rdfs:label ?nombre .
}
LIMIT 200""",
    ),
)
