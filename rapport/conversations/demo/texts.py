"""Mails and other messages between the sample company and its customers, in five languages."""

from rapport.kit.simulation.phrases import Phrases

_EN = {
    "hello": ("Hello %(first)s,", "Dear %(first)s,", "Hi %(first)s,"),
    "to_us": ("Hello %(me_first)s,", "Dear %(me_first)s,", "Hi %(me_first)s,"),
    "out": (
        "thank you for your [call|time today|interest|visit]. As agreed I send you [the offer|our drawings|the data sheets|two references].",
        "attached is our offer for [the desks|the chairs|the whole floor|the phone booths]. It is valid for [four|six] weeks.",
        "the delivery is planned for [calendar week 14|the 12th|the first week of next month]. Does that suit you?",
        "did you have time to look at our offer? I am happy to go through it with you.",
        "our assembly team would come on [Tuesday|Thursday] at [seven|eight]. Is there a loading bay?",
        "the fabric samples left our house today. Please tell me which [colour|fabric] you prefer.",
    ),
    "in": (
        "could you send us an offer for [twelve|twenty|thirty-five|sixty] [desks|task chairs|lockers]? We need them by [May|September|the end of the quarter].",
        "thank you for the offer. [Finance asks for a better price on the chairs.|We need two more weeks to decide.|Could you offer assembly separately?]",
        "two of the [chairs|lamps|lockers] arrived with scratches. How do we go on?", "when can we expect the delivery?",
        "we would like to visit your showroom [next week|on Friday|in two weeks]. There are [three|four] of us.",
        "the order is signed, see attached. We look forward to working with you.",
    ),
    "bye": ("Kind regards\n%(me)s", "Best wishes\n%(me)s", "Best regards\n%(me)s"),
    "from": ("Kind regards\n%(first)s", "Thanks\n%(name)s", "Best regards\n%(name)s"),
}  # fmt: skip
_DE = {
    "hello": ("Guten Tag %(name)s,", "Hallo %(first)s,"), "to_us": ("Guten Tag %(me)s,", "Hallo %(me)s,"),
    "out": (
        "vielen Dank für [Ihren Anruf|Ihren Besuch|Ihr Interesse]. Wie besprochen sende ich Ihnen [unser Angebot|die Zeichnungen|zwei Referenzen].",
        "die Lieferung ist für [die Kalenderwoche 14|den 12.|Anfang nächsten Monats] geplant. Passt Ihnen das?",
        "konnten Sie unser Angebot schon ansehen? Gern gehe ich es mit Ihnen durch.", "die Stoffmuster sind heute an Sie unterwegs.",
    ),
    "in": (
        "bitte senden Sie uns ein Angebot über [zwölf|zwanzig|sechzig] [Schreibtische|Bürostühle|Schließfächer].", "vielen Dank für das Angebot. [Wir brauchen noch zwei Wochen.|Ist beim Preis der Stühle noch etwas möglich?]",
        "zwei [Stühle|Lampen] kamen mit Kratzern an. Wie gehen wir vor?", "wann können wir mit der Lieferung rechnen?",
    ),
    "bye": ("Freundliche Grüße\n%(me)s", "Viele Grüße\n%(me)s"), "from": ("Freundliche Grüße\n%(name)s", "Viele Grüße\n%(first)s"),
}  # fmt: skip
_FR = {
    "hello": ("Bonjour %(first)s,", "Bonjour,"), "to_us": ("Bonjour %(me)s,", "Bonjour,"),
    "out": (
        "merci pour votre [appel|visite|intérêt]. Vous trouverez ci-joint [notre offre|les plans|deux références].", "la livraison est prévue [semaine 14|le 12|début du mois prochain]. Cela vous convient-il ?",
        "avez-vous pu regarder notre offre ?", "les échantillons de tissu sont partis aujourd'hui.",
    ),
    "in": (
        "pourriez-vous nous faire une offre pour [douze|vingt|soixante] [bureaux|chaises|casiers] ?", "merci pour l'offre. [Il nous faut encore deux semaines.|Pouvez-vous faire un geste sur les chaises ?]",
        "deux [chaises|lampes] sont arrivées rayées. Comment procède-t-on ?", "quand pouvons-nous compter sur la livraison ?",
    ),
    "bye": ("Cordialement\n%(me)s", "Bien à vous\n%(me)s"), "from": ("Cordialement\n%(name)s", "Bien à vous\n%(first)s"),
}  # fmt: skip
_ES = {
    "hello": ("Hola %(first)s:", "Buenos días, %(first)s:"), "to_us": ("Hola %(me)s:", "Buenos días:"),
    "out": (
        "gracias por su [llamada|visita|interés]. Adjunto [nuestra oferta|los planos|dos referencias].", "la entrega está prevista para [la semana 14|el día 12|principios de mes]. ¿Le viene bien?",
        "¿ha podido ver nuestra oferta?", "las muestras de tela han salido hoy.",
    ),
    "in": (
        "¿nos pueden hacer una oferta de [doce|veinte|sesenta] [mesas|sillas|taquillas]?", "gracias por la oferta. [Necesitamos dos semanas más.|¿Es posible mejorar el precio de las sillas?]",
        "dos [sillas|lámparas] han llegado rayadas. ¿Cómo lo hacemos?", "¿cuándo llegará el pedido?",
    ),
    "bye": ("Un saludo\n%(me)s", "Saludos cordiales\n%(me)s"), "from": ("Un saludo\n%(name)s", "Gracias\n%(first)s"),
}  # fmt: skip
_IT = {
    "hello": ("Buongiorno %(first)s,",), "to_us": ("Buongiorno %(me)s,", "Buongiorno,"),
    "out": (
        "grazie per la [telefonata|visita]. In allegato [la nostra offerta|i disegni|due referenze].", "la consegna è prevista per [la settimana 14|il 12|l'inizio del mese prossimo]. Va bene?",
        "ha potuto vedere la nostra offerta?", "i campioni di tessuto sono partiti oggi.",
    ),
    "in": (
        "potete farci un'offerta per [dodici|venti|sessanta] [scrivanie|sedie|armadietti]?", "grazie per l'offerta. [Ci servono altre due settimane.|È possibile migliorare il prezzo delle sedie?]",
        "due [sedie|lampade] sono arrivate graffiate. Come procediamo?", "quando possiamo aspettarci la consegna?",
    ),
    "bye": ("Cordiali saluti\n%(me)s",), "from": ("Cordiali saluti\n%(name)s", "Grazie\n%(first)s"),
}  # fmt: skip
_SUBJECTS = {
    "en": ("%(topic)s", "[Offer|Delivery|Samples|Drawings|Appointment]: %(topic)s", "[Your enquiry|Our offer|Question|Delivery date|Thank you]"),
    "de": ("%(topic)s", "[Angebot|Lieferung|Muster|Termin]: %(topic)s", "[Ihre Anfrage|Unser Angebot|Rückfrage|Liefertermin]"),
    "fr": ("%(topic)s", "[Offre|Livraison|Échantillons]: %(topic)s", "[Votre demande|Notre offre|Question|Date de livraison]"),
    "es": ("%(topic)s", "[Oferta|Entrega|Muestras]: %(topic)s", "[Su consulta|Nuestra oferta|Pregunta|Fecha de entrega]"),
    "it": ("%(topic)s", "[Offerta|Consegna|Campioni]: %(topic)s", "[La sua richiesta|La nostra offerta|Domanda]"),
}  # fmt: skip
_LANGUAGES = {"en": _EN, "de": _DE, "fr": _FR, "es": _ES, "it": _IT}
SUBJECTS = {code: Phrases(f"subjects {code}", patterns, {}, 40) for code, patterns in _SUBJECTS.items()}
SENT = {code: Phrases(f"sent {code}", ("{hello}\n\n{out}\n\n{bye}",), parts, 250) for code, parts in _LANGUAGES.items()}
RECEIVED = {
    code: Phrases(f"received {code}", ("{to_us}\n\n{in}\n\n{from}", "{in}\n\n{from}"), parts, 250)
    for code, parts in _LANGUAGES.items()
}
SHORT = {
    "out": Phrases("short out", ("{out}",), _EN, 60),
    "in": Phrases(
        "short in", ("{in}", "[Thanks!|Perfect, thank you.|We will call you back.|Can you call me?]"), _EN, 60
    ),
}
