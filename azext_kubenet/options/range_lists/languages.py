"""Titles in German, French, Spanish, Dutch, Portuguese and Italian: what each stands for, as `titles.KINDS` has it.

Folded as `folded` folds them: without accents, and in lower case. Words that are the same in English are not repeated.
"""

import unicodedata

#: Normal titles by kind.
WORDS = {
    "sure": (
        "praefix", "prafix", "praefixe", "prafixe", "prefixe", "prefijo", "prefijos", "prefixo", "prefixos", "prefisso",
        "netzadresse", "netzwerkadresse", "subnetzadresse", "netzid", "netzwerkid", "adressraum", "adressbereich",
        "ipbereich", "adressereseau", "adressedereseau", "adressedureseau", "adressesousreseau", "adressedesousreseau",
        "plageip", "plagedadresses", "plagedadressesip", "direcciondered", "direccionred", "direcciondesubred",
        "rangoip", "rangodedirecciones", "rangodeip", "netwerkadres", "subnetadres", "adresruimte", "ipbereik",
        "adresbereik", "enderecoderede", "enderecorede", "enderecodarede", "faixaip", "faixadeip", "faixadeenderecos",
        "indirizzodirete", "intervalloip",
    ),
    "likely": (
        "net", "nets", "netz", "netze", "netzwerk", "netzwerke", "subnetz", "subnetze", "teilnetz", "teilnetze",
        "ipnetz", "ipnetze", "supernetz", "bereich", "bereiche", "reseau", "reseaux", "sousreseau", "sousreseaux",
        "reseauip", "plage", "plages", "red", "redes", "subred", "subredes", "redip", "rango", "rangos", "netwerk",
        "netwerken", "subnetwerk", "subnetten", "bereik", "rede", "subrede", "subredes", "redeip", "faixa", "faixas",
        "rete", "reti", "sottorete", "sottoreti", "ipadresse", "adresse", "adressen", "ipadressen", "adresseip",
        "adressesip", "adresses", "direccion", "direccionip", "direcciones", "direccionesip", "adres", "ipadres",
        "adressenlijst", "endereco", "enderecoip", "enderecos", "enderecosip", "indirizzo", "indirizzoip",
    ),
    "masks": (
        "maske", "netzmaske", "netzwerkmaske", "subnetzmaske", "subnetmaske", "praefixlaenge", "prafixlange",
        "prafixlaenge", "praefixlange", "masque", "masquereseau", "masquedereseau", "masquesousreseau",
        "masquedesousreseau", "longueurprefixe", "longueurduprefixe", "longueurdeprefixe", "mascara", "mascarared",
        "mascaradered", "mascaradesubred", "longitudprefijo", "longituddeprefijo", "longituddelprefijo", "masker",
        "netmasker", "netwerkmasker", "subnetmasker", "prefixlengte", "mascararede", "mascaraderede",
        "mascaradesubrede", "mascaradarede", "comprimentoprefixo", "comprimentodoprefixo", "comprimentodeprefixo",
        "tamanhodoprefixo", "maschera", "mascheradirete", "mascheradisottorete", "lunghezzaprefisso",
    ),
    "lengths": ("lange", "laenge", "longueur", "longitud", "lengte", "comprimento", "lunghezza", "suffix"),
    "starts": (
        "startadresse", "anfangsadresse", "anfang", "vonadresse", "ersteadresse", "ersteip", "adressededebut",
        "adressedebut", "debut", "premiereadresse", "ipdebut", "ipdedebut", "premiereip", "direccioninicial",
        "ipinicial", "inicio", "desde", "primeradireccion", "startadres", "beginadres", "eersteadres", "begin",
        "enderecoinicial", "primeiroendereco", "indirizzoiniziale", "inizio",
    ),
    "ends": (
        "endadresse", "ende", "bisadresse", "letzteadresse", "letzteip", "adressedefin", "adressefin", "fin",
        "derniereadresse", "ipfin", "ipdefin", "derniereip", "direccionfinal", "ipfinal", "hasta", "ultimadireccion",
        "eindadres", "einde", "laatsteadres", "eind", "enderecofinal", "fim", "ate", "ultimoendereco",
        "indirizzofinale", "fine",
    ),
    "names": (
        "bezeichner", "beschreibung", "bemerkung", "bemerkungen", "kommentar", "anmerkung", "ort", "nom", "libelle",
        "remarque", "remarques", "commentaire", "commentaires", "emplacement", "nombre", "descripcion", "observacion",
        "observaciones", "comentario", "comentarios", "sede", "ubicacion", "naam", "omschrijving", "beschrijving",
        "opmerking", "opmerkingen", "locatie", "nome", "descricao", "observacao", "observacoes", "localizacao",
        "descrizione", "commento",
    ),
}  # fmt: skip
#: Of the likely ones, those that also stand for the one address of a host.
ADDRESSES = (
    "ipadresse", "adresse", "adressen", "ipadressen", "adresseip", "adressesip", "adresses", "direccion",
    "direccionip", "direcciones", "direccionesip", "adres", "ipadres", "adressenlijst", "endereco", "enderecoip",
    "enderecos", "enderecosip", "indirizzo", "indirizzoip",
)  # fmt: skip
#: Words in other titles whose values are ranges if they look like some.
PARTS = ("netz", "reseau", "subred", "netwerk", "subrede", "sottorete", "praefix", "prafix")
#: Beginnings of words that say a title is that of a filter.
FILTERS = ("quell", "ziel", "erlaub", "origen", "destino", "origem", "bron", "doel")


def folded(title: str) -> str:
    """Return a title without accents, in lower case: `Pr\u00e4fixl\u00e4nge` is `prafixlange`."""
    if title.isascii():
        return title.lower()
    apart = unicodedata.normalize("NFKD", title.replace("\u00df", "ss"))
    return "".join(each for each in apart if not unicodedata.combining(each)).lower()
