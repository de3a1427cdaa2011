"""The text of the team's bugs and support tickets.

Only text: `catalogue.py` reads it. A bug line is `role severity project | title | root cause`, a ticket line
`severity project customer | title`.
"""

from typing import Final

BUGS: Final = """
b major Ledger | Totals differ by a cent with three tax rates | Rounded per line instead of per rate
f minor Portal | Month picker jumps back to January | State reset on every render
b critical Ledger | Не сохраняется дата в фильтре счетов | Date parsed with the server's locale
m major Field App | Job sheet vanishes after a phone call | Screen was rebuilt without its draft
q minor Portal - Internal | Flaky test: invoice preview | Test waited for a font that loads late
f major Portal | Sign-in link opens a blank page in Safari | Cookie without SameSite
o major Platform | Nightly backup ends with exit code 1 | Disk full by old snapshots
b minor Ledger | Reminder is sent on a public holiday | Calendar of the wrong state
m minor Field App | Arrow on a photo is mirrored | Front camera flips the picture
b major Ledger | Umlaute im Dateinamen des Exports | Header without UTF-8 form
f minor Portal | Status colours look the same in print | Print style sheet drops backgrounds
b critical Ledger | Double invoice after a timeout | Retry without an idempotency key
m major Field App | 請求書の日付が一日ずれる | Date built through UTC
f major Portal | Search & filter lose the page number | Filter change resets the URL
o minor Platform | Old pods keep the queue busy | Missing termination hook
q major Portal - Internal | Test accounts receive real reminders | Flag missing on seeded accounts
b major Ledger | Quote with 0 % discount shows -0.00 | Negative zero in the formatter
f minor Portal | Avatar covers the job number [mobile] | Fixed width on a small screen
m minor Field App | Torch stays on after scanning | Camera released too late
b minor Ledger | Part invoice forgets the purchase order number | Field missing in the copy
o critical Platform | Certificate of the status page expired | Renewal job ran as the wrong user
f major Portal | Drag and drop moves the wrong job | Index taken before sorting
b major Ledger | Sammelrechnung ohne Zwischensumme | Group key with trailing space
m major Field App | App asks for the camera at every start | Permission result not stored
q minor Portal - Internal | Screenshots differ by one pixel row | Two font versions on the runners
f minor Portal | Timeline shows reminders twice | Cached answer merged with the fresh one
b major Ledger | Import stops at an empty line | Reader took it for the end of the file
m major Field App | Photos upload twice on slow networks | Timeout shorter than the upload
o major Platform | Canary is never taken back | Threshold compared as text
b minor Ledger | Currency sign missing on credit notes | Template had its own formatter
f major Portal | Keyboard focus is lost in the payment form | Dialog did not return the focus
m minor Field App | 通知の音が二回鳴る | Both handlers registered
b critical Ledger | Audit trail shows the wrong user | Session reused between workers
f minor Portal | Long company names break the header | No wrapping in the grid
b major Ledger | Payment matched to a cancelled invoice | State not part of the query
q major Portal - Internal | Regression run hangs on step 14 | Deadlock in the test database
m major Field App | Voice note is cut after 60 seconds | Default limit of the recorder
o minor Platform | Cost report counts credits twice | Two exports overlap by a day
f major Portal | Unread counter shows 1 for ever | Event missed while the tab sleeps
b minor Ledger | Sorting by amount is alphabetical | Amount sent as text
m minor Field App | Map is grey north of the river | Tile range off by one
b major Ledger | Vorschau zeigt alte Anschrift | Cache key without version
f minor Portal | "Undefined" in the browser title | Title set before the data
o major Platform | Late-job alert fires for paused jobs | Paused state ignored
b major Ledger | Recurring invoice skips February | Day 30 does not exist
q minor Portal - Internal | Test report mail has no link | Base URL not configured
m critical Field App | Update loop on version 3.1 | Version compared as text
f major Portal | Import wizard forgets the mapping | Saved under the wrong key
b minor Ledger | Price valid until today is not used | End date treated as exclusive
f minor Portal | Checklist cannot be closed | Button below the fold
"""  # noqa: RUF001 - the team writes Cyrillic too

TICKETS: Final = """
high Ledger Brightwater Trades | Invoice 2041 shows the wrong VAT
normal Portal Brightwater Trades | Customer cannot open the sign-in link
low Portal Harbour Heating | How do we change our logo?
normal Field App Kowhai Builders | Job sheets arrive twice
high Ledger Nordlicht Handwerk GmbH | Export lässt sich nicht einlesen
normal Portal Alder & Sons | Invite a second office user
low Ledger Harbour Heating | Reminder text sounds too strict
normal Field App Kowhai Builders | Photos are rotated
high Platform Brightwater Trades | Portal was down on Tuesday morning
normal Ledger Alder & Sons | Credit note without a number
low Portal Tui Plumbing | Please add dark mode
normal Ledger Nordlicht Handwerk GmbH | Rechnung an zwei Empfänger senden
normal Field App Tui Plumbing | Scanner does not know our barcodes
high Ledger Brightwater Trades | Payment shown as open although paid
low Portal Harbour Heating | Wrong salutation in e-mails
normal Portal Kowhai Builders | Calendar shows last week
normal Ledger Alder & Sons | Quote expired too early
low Field App Tui Plumbing | Larger buttons for gloves
high Portal Nordlicht Handwerk GmbH | Kunde sieht fremde Aufträge
normal Ledger Brightwater Trades | Move an invoice to another customer
normal Field App Kowhai Builders | Voice notes are silent on one phone
low Portal Alder & Sons | Print the week on one page
normal Ledger Harbour Heating | Bank feed stopped on the 3rd
high Field App Tui Plumbing | App closes on the map
normal Portal Brightwater Trades | Attachment over 20 MB bounced
low Ledger Kowhai Builders | Order of the invoice lines
normal Ledger Nordlicht Handwerk GmbH | Sammelrechnung für zwei Objekte
normal Portal Tui Plumbing | Delete a test customer
high Ledger Harbour Heating | Recurring invoice was not created
low Field App Kowhai Builders | Show the weather for a job
normal Portal Alder & Sons | Screen reader skips the pay button
normal Ledger Brightwater Trades | Prices from last year on a quote
low Portal Harbour Heating | Rename our two crews
normal Field App Tui Plumbing | Phone shows yesterday's route
high Platform Nordlicht Handwerk GmbH | E-Mails kommen verspätet an
normal Ledger Alder & Sons | Accountant needs the audit trail
normal Portal Kowhai Builders | Import fails at row 212
low Ledger Tui Plumbing | Round prices to ten cents
normal Portal Brightwater Trades | Unread counter never goes away
high Field App Harbour Heating | Update notice in a loop
normal Ledger Alder & Sons | Discount shown on the wrong line
normal Portal Tui Plumbing | Move a job between crews
low Portal Kowhai Builders | Where do I find old quotes?
normal Ledger Nordlicht Handwerk GmbH | Leitweg-ID auf der Rechnung
"""
