"""The words of everyday work: activities without an entity, notes in descriptions, comments.

Only text; who writes it and when is decided elsewhere.
"""

from typing import Final

from volt_assets.sandbox.models import Role

ACTIVITIES: Final[dict[Role, tuple[str, ...]]] = {
    Role.LEAD: ("Code review", "Interview with a backend candidate", "Hiring sync", "Budget for next quarter", "E-mail and Slack"),
    Role.BACKEND: (
        "Code review",
        "Pairing with Miguel",
        "Разбор почты",
        "Reading: query planner notes",
        "Local setup after the laptop change",
    ),
    Role.FRONTEND: ("Code review", "Dependency updates", "Pairing with Oleksandr", "Slack and e-mail", "Browser testing lab"),
    Role.MOBILE: ("Code review", "App store review answers", "Slack とメール", "Device lab tidy-up", "Reading release notes"),
    Role.QUALITY: ("Test environment clean-up", "Code review", "Triage of new bugs", "Проверка почты", "Test data refresh"),
    Role.PLATFORM: ("On-call", "Patch window", "Slack and tickets", "Vendor call about storage", "Code review"),
    Role.SUPPORT: ("Support inbox", "Call with a customer", "Phone rota", "Weekly support numbers", "Onboarding call"),
    Role.DESIGN: ("Design system upkeep", "User interviews", "Pixel-Kontrolle im Staging", "Inspiration and research", "E-Mails"),
    Role.PRODUCT: ("Customer call", "Roadmap grooming", "Release notes", "Numbers for the board", "E-mail and Slack"),
}

NOTES: Final[dict[Role, tuple[str, ...]]] = {
    Role.LEAD: ("Ask Denise before anything is promised to customers.", "One page at most.", "Decide in the next refinement."),
    Role.BACKEND: (
        "Keep the old endpoint until the app is updated.",
        "Amounts are integers in cents all the way.",
        "Log the id, never the customer's name.",
        "The migration must run while people work.",
        "Measure with the largest account, not with the demo one.",
    ),
    Role.FRONTEND: (
        "Works with the keyboard alone.",
        "No layout jump while data loads.",
        "Texts come from the translation files.",
        "Reuse the table component, do not fork it.",
    ),
    Role.MOBILE: (
        "Test on the two oldest phones we support.",
        "Battery: no polling in the background.",
        "Works with gloves and in rain.",
        "Draft is saved at every field.",
    ),
    Role.QUALITY: ("Write down the steps, not only the result.", "Use the anonymous data set.", "Two browsers and both phones."),
    Role.PLATFORM: (
        "Change window is Tuesday morning, Auckland time.",
        "Roll back first, look for the cause later.",
        "Runbook entry is part of the work.",
    ),
    Role.SUPPORT: ("Screenshots in English and German.", "Link it from the in-app help.", "Ask two customers to read it."),
    Role.DESIGN: ("Both light and dark.", "Check with the longest German labels.", "Export the icons as SVG."),
    Role.PRODUCT: ("Goal before solution.", "What we leave out is part of the text."),
}

COMMENTS: Final = (
    "First version is on staging, please have a look.",
    "The totals still differ by a cent on one of the test invoices, I am on it.",
    "Moved the open point to the next sprint.",
    "Looks good to me. Two small remarks are in the pull request.",
    "Customer confirmed that this is what they need.",
    "Blocked until we have the test data.",
    "Works on both phones now.",
    "I would leave this out of the first release.",
    "Измерил: 40 мс вместо 900 на большом аккаунте.",
    "Bitte noch die langen Firmennamen prüfen.",
    "Took longer than planned because of the migration.",
    "Can we talk about this in refinement?",
    "Fixed, and there is a test for it now.",
    "The help article needs a new screenshot after this.",
)

REPLIES: Final = ("Thanks, done.", "Agreed.", "Will do tomorrow.", "Good catch!", "Yes, let us do that.")

REASONS: Final = (
    "Asked for by customers since spring.<br>Sales mentions it in every second call.",
    "The tax rules change at the turn of the year.",
    "A third of all support tickets of the last quarter were about this.",
    "Kowhai Builders made it a condition for renewing.",
    "We lost two trials in which this was the reason given.",
    "It saves the office about an hour a day, measured with three customers.<br>Nobody does it for fun.",
    "The present way works only because Ruby fixes it by hand every month.",
)
