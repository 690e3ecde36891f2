"""Write the two office files of the sample: `memoria-talleres.docx` and `instituciones.xlsx`.

Run `python sample/make_office_files.py` after changing the text below, and commit what it writes.
"""

from datetime import datetime
from pathlib import Path

from docx import Document
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

DOCUMENTS = Path(__file__).parent / "documents"
WRITTEN = datetime(2025, 1, 1)  # fixed, so that running the script again states the same properties
MARK = (
    "Documento de muestra escrito para redpyme a partir de hechos del «Informe de actividades del Programa "
    "SELA-IBERPYME 2007», del SELA; no es el informe."
)

# A paragraph is its style in python-docx and its text.
REPORT = (
    ("Title", "Memoria de talleres y seminarios 2007"),
    ("Normal", MARK),
    (
        "Normal",
        "Tres actividades de 2007 llevaron al Programa SELA-IBERPYME fuera de sus temas habituales: la "
        "responsabilidad de la gran empresa, la venta por Internet y el turismo. Esta memoria cuenta qué se "
        "hizo en cada una y qué puede aprovechar quien trabaja con pequeñas empresas. Al final, un cuadro "
        "reúne los talleres de capacitación del año.",
    ),
    ("Heading 1", "Agenda PYME para América Latina: Responsabilidad Social Empresarial"),
    (
        "Normal",
        "Este seminario internacional se celebró en Santiago, Chile, el 25 de mayo de 2007. Abrió sus "
        "puertas la Universidad de Chile, en su Facultad de Ciencias Económicas y Administrativas. Lo "
        "patrocinaron CONUPIA (Confederación Nacional Unida de la Micro, Pequeña y Mediana Empresa y "
        "Artesanado), la Fundación Carolina y el Programa SELA-IBERPYME.",
    ),
    (
        "Normal",
        "Intervino la Presidente de Chile, Michelle Bachelet, para ratificar que su gobierno está "
        "comprometido con las empresas pequeñas y medianas.",
    ),
    (
        "Normal",
        "Recomendación: que la gran empresa mida su huella en el ambiente, trate mejor a las pymes que le "
        "venden o le compran y las ayude a crecer. De eso, según el encuentro, debe ocuparse una empresa "
        "socialmente responsable.",
    ),
    (
        "Heading 1",
        "Taller de Capacitación en Estrategias de Mercadeo y Negocios en Internet para PYMES",
    ),
    (
        "Normal",
        "Se realizó en Cartagena de Indias, Colombia, los días 5 y 6 de julio de 2007. La sede fue "
        "el Centro de Formación de la Cooperación Española. Lo patrocinaron la Agencia Española de "
        "Cooperación Internacional (AECI) y el Programa SELA-IBERPYME. Acudieron empresarios, gremios, "
        "funcionarios, entidades de apoyo y consultores en tecnología de distintos países iberoamericanos.",
    ),
    ("Normal", "El taller enseñó con casos y con lecciones aprendidas en el uso de la web:"),
    ("List Bullet", "La web sirve para encontrar clientes y mercados nuevos."),
    ("List Bullet", "También abarata la operación diaria y puede traer otros ingresos."),
    (
        "List Bullet",
        "Promover, vender y manejar la información del negocio por Internet son técnicas que se aprenden.",
    ),
    ("Heading 1", "Seminario Construyendo Turismo"),
    (
        "Normal",
        "Caracas, Venezuela, 27 y 28 de septiembre de 2007. Patrocinadores: Cámara Venezolana de la "
        "Construcción, Ministerio de Economía Comunal y Ministerio de Turismo de la República Bolivariana de "
        "Venezuela, y Programa SELA-IBERPYME.",
    ),
    (
        "Normal",
        "El seminario miró el crecimiento del turismo venezolano a la luz de experiencias del país y de "
        "fuera. Tres preguntas ordenaron las sesiones: con qué se financia un proyecto turístico, qué "
        "infraestructura necesita y cómo se da a conocer Venezuela como destino.",
    ),
    (
        "Normal",
        "Lección aprendida: los casos de éxito de dentro y de fuera se estudiaron junto con las formas de "
        "financiarlos y la infraestructura que exigen, y no solo como promoción de un destino.",
    ),
    ("Heading 1", "Talleres de capacitación del año"),
)

TABLE = (
    ("Taller", "Lugar", "Fecha", "Patrocinio"),
    (
        "Taller de Capacitación en Estrategias de Internacionalización de la PYME",
        "Buenos Aires, Argentina",
        "26 y 27 de marzo de 2007",
        "ICEX; PROARGENTINA; SEPYME; Programa SELA-IBERPYME",
    ),
    (
        "Taller de Capacitación en Estrategias de Mercadeo y Negocios en Internet para PYMES",
        "Cartagena de Indias, Colombia",
        "5 y 6 de julio de 2007",
        "AECI; Programa SELA-IBERPYME",
    ),
    (
        "Taller de Capacitación sobre Estrategias de Internacionalización de la PYME",
        "Ciudad de Panamá, Panamá",
        "18 de octubre de 2007",
        "AMPYME; Programa SELA-IBERPYME",
    ),
)

COLUMNS = ("nombre", "tipo", "país", "sigla")

AGENCY = "agencia gubernamental"
CENTRE = "centro de investigación o formación"
CHAMBER = "cámara o gremio empresarial"
FOUNDATION = "fundación u ONG"
MULTILATERAL = "organismo multilateral"

# fmt: off
# The country is that of a national institution; bodies of several countries have none. A cell is empty where
# neither the report nor common knowledge settles it.
INSTITUTIONS = (
    ("Programa SELA-IBERPYME", "programa", "", "IBERPYME"),
    ("Sistema Económico Latinoamericano y del Caribe", MULTILATERAL, "", "SELA"),
    ("Secretaría Permanente del SELA", MULTILATERAL, "", ""),
    ("Secretaría General Iberoamericana", MULTILATERAL, "", "SEGIB"),
    ("Comisión Económica para América Latina y el Caribe", MULTILATERAL, "", "CEPAL"),
    ("Comunidad Andina", MULTILATERAL, "", "CAN"),
    ("Mercado Común del Sur", MULTILATERAL, "", "MERCOSUR"),
    ("Asociación de Estados del Caribe", MULTILATERAL, "", "AEC"),
    ("Comisión Europea", MULTILATERAL, "", "CE"),
    ("Unión Europea", MULTILATERAL, "", "UE"),
    ("Instituto Italo-Latinoamericano de Cooperación", MULTILATERAL, "", "IILA"),
    ("Corporación Andina de Fomento", "banco de desarrollo", "", "CAF"),
    ("Banco Interamericano de Desarrollo", "banco de desarrollo", "", "BID"),
    ("Asociación Latinoamericana de Instituciones Financieras", CHAMBER, "", "ALIDE"),
    ("Red Iberoamericana de Garantías", "red", "", "REGAR"),
    ("Observatorio Europa-América Latina", "red", "", "OBREAL"),
    ("FUNDES Internacional", FOUNDATION, "", "FUNDES"),
    ("Fundación Iberoamericana de la Calidad", FOUNDATION, "", "FUNDIBEQ"),
    ("Programa Virtual Educa", "programa", "", ""),
    ("Ministerio de Economía de Argentina", "ministerio", "Argentina", ""),
    ("Subsecretaría PYME y Desarrollo Regional", AGENCY, "Argentina", "SEPYME"),
    ("PROARGENTINA", AGENCY, "Argentina", ""),
    ("RGX Consultores", "consultora", "Argentina", "RGX"),
    ("Fundación Observatorio PYME", FOUNDATION, "Argentina", ""),
    ("Universidad de Chile", "universidad", "Chile", ""),
    ("Facultad de Ciencias Económicas y Administrativas de la Universidad de Chile",
     "universidad", "Chile", ""),
    ("Confederación Nacional Unida de la Micro, Pequeña y Mediana Empresa y Artesanado de Chile", CHAMBER,
     "Chile", "CONUPIA"),
    ("Confederación de la Producción y del Comercio de Chile", CHAMBER, "Chile", "CPC"),
    ("Fondo de Garantías de Chile", "fondo", "Chile", "FOGAPE"),
    ("Ministerio de Industria, Comercio y Turismo de Colombia", "ministerio", "Colombia", ""),
    ("Viceministerio de Desarrollo Empresarial", AGENCY, "Colombia", ""),
    ("Ministerio de Economía, Industria y Comercio de Costa Rica", "ministerio", "Costa Rica", "MEIC"),
    ("Ministerio de Ciencia y Tecnología de Costa Rica", "ministerio", "Costa Rica", ""),
    ("Centro Nacional de Alta Tecnología", CENTRE, "Costa Rica", "CeNAT"),
    ("Cámara de Industrias de Costa Rica", CHAMBER, "Costa Rica", "CICR"),
    ("Ministerio de Industrias y Competitividad de Ecuador", "ministerio", "Ecuador", ""),
    ("Subsecretaría de PYMES y Artesanías", AGENCY, "Ecuador", ""),
    ("Instituto Español de Comercio Exterior", AGENCY, "España", "ICEX"),
    ("Agencia Española de Cooperación Internacional", AGENCY, "España", "AECI"),
    ("Centro de Formación de la Cooperación Española", CENTRE, "España", ""),
    ("Centro Tecnológico de Madrid", CENTRE, "España", ""),
    ("IKEI Consultores", "consultora", "España", "IKEI"),
    ("IBERAVAL", "fondo", "España", ""),
    ("Fundación Carolina", FOUNDATION, "España", ""),
    ("Fundación Galicia Emigración", FOUNDATION, "España", ""),
    ("Ministerio de Economía de Guatemala", "ministerio", "Guatemala", "MINECO"),
    ("Secretaría de Economía de México", "ministerio", "México", "SE"),
    ("Subsecretaría PYME", AGENCY, "México", ""),
    ("COCAI Consultores", "consultora", "México", "COCAI"),
    ("COMPITE", "", "México", ""),
    ("Autoridad de la Micro, Pequeña y Mediana Empresa de Panamá", AGENCY, "Panamá", "AMPYME"),
    ("Ministerio de Relaciones Exteriores de la República de Panamá", "ministerio", "Panamá", ""),
    ("Cámara de Comercio, Industria y Agricultura de Panamá", CHAMBER, "Panamá", "CCIAP"),
    ("Dirección Nacional de PYMES de Uruguay", AGENCY, "Uruguay", "DINAPYME"),
    ("Cámara de Industrias del Uruguay", CHAMBER, "Uruguay", "CIU"),
    ("Ministerio de Turismo", "ministerio", "Venezuela", ""),
    ("Ministerio de Economía Comunal", "ministerio", "Venezuela", ""),
    ("Confederación Venezolana de Industriales", CHAMBER, "Venezuela", "CONINDUSTRIA"),
    ("Cámara Venezolana de la Construcción", CHAMBER, "Venezuela", "CVC"),
)
# fmt: on


def write_report(path: Path) -> None:
    """Write the memoir of workshops as DOCX."""
    document = Document()
    for style, text in REPORT:
        document.add_paragraph(text, style=style)
    table = document.add_table(rows=0, cols=len(TABLE[0]), style="Table Grid")
    for row in TABLE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    properties = document.core_properties
    properties.title, properties.author, properties.language = REPORT[0][1], "redpyme", "es"
    properties.comments, properties.created, properties.modified = MARK, WRITTEN, WRITTEN
    document.save(str(path))


def write_directory(path: Path) -> None:
    """Write the directory of institutions as XLSX, with the columns of `COLUMNS`."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Instituciones (muestra)"
    sheet.append(COLUMNS)
    for row in INSTITUTIONS:
        sheet.append(row)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet["A1"].comment = Comment(MARK, "redpyme")
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCD", (72, 36, 14, 16), strict=True):
        sheet.column_dimensions[column].width = width
    properties = book.properties
    properties.title, properties.creator, properties.language = "Instituciones (muestra)", "redpyme", "es"
    properties.description, properties.created = MARK, WRITTEN
    book.save(path)


if __name__ == "__main__":
    write_report(DOCUMENTS / "memoria-talleres.docx")
    write_directory(DOCUMENTS / "instituciones.xlsx")
