"""The words that sample tickets, people and applications are made of."""

APPLICATIONS = (
    ("EXP", "Travel expenses"),
    ("HRM", "People and pay"),
    ("CRM", "Customer records"),
    ("INV", "Invoices"),
    ("WHS", "Warehouse"),
    ("PRO", "Procurement"),
    ("DOC", "Documents"),
    ("TIM", "Time sheets"),
    ("BIL", "Billing"),
    ("PLN", "Planning"),
    ("QAS", "Quality"),
    ("REP", "Reporting"),
)
FIRST_NAMES = (
    "Asha", "Bruno", "Chen", "Daria", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kavya", "Lena", "Mateo", "Nadia",
    "Omar", "Priya", "Quinn", "Rosa", "Sven", "Tara", "Uma", "Viktor", "Wanda", "Yusuf", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Almeida", "Becker", "Costa", "Dubois", "Eriksen", "Fischer", "Gupta", "Haddad", "Ivanova", "Jansen", "Khan", "Lindgren",
    "Moreau", "Nowak", "Okafor", "Petrov", "Rossi", "Sharma", "Tanaka", "Weber",
)  # fmt: skip
THINGS = (
    "The export", "The monthly report", "Sign-in", "The approval page", "The import of last night", "Search", "The PDF",
    "The mail about a booking", "The calendar", "The upload of receipts", "The cost centre list", "The order form",
    "The interface to the bank", "The print of labels", "The mobile view", "The archive",
)  # fmt: skip
FAULTS = (
    "stops at page", "shows the wrong total in line", "is slow since release", "answers with error", "loses row",
    "shows yesterday's figures in column", "repeats entry", "does not open for team", "ends after minute", "rounds position",
)  # fmt: skip
DETAILS = (
    "It worked until yesterday; nothing was changed on our side.",
    "Three of us see it, each on another machine.",
    "We need it for the closing on Friday.",
    "Signing in again does not help.",
)
NOTES = (
    "The job ran out of memory; it has more now and went through.",
    "A wrong setting of the last release, put right.",
    "The data was repaired and the entry booked again.",
    "A certificate had expired and was renewed.",
)
REASONS = ("It works again.", "It was my own mistake.", "It is being reported by a colleague already.")
MOVES = ("Knows this part better.", "Is free sooner.", "Wrote the interface.")
COMMENTS = (
    "Any news?",
    "It happens every morning at nine.",
    "A second report shows it too.",
    "Thank you, that helped.",
)
INTERNAL = ("Seen the same on the test system.", "The log names a lock; looking into it.", "Needs the database team.")
