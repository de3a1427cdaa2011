"""The text of the team's features, their tasks, sub-tasks and designs, in the order in which they are worked on.

Only text: `catalogue.py` reads it. A feature line is `title | project | epic | goal`; below it a line is a role's
letter and a title, and `-` marks a sub-task of the task above.
"""

from typing import Final

FEATURES: Final = """
Invoice export for accountants | Ledger | Accounting | Accountants get a month of invoices as one file that their own software reads.
  b Map invoice lines to the export columns
  - Agree on the tax columns with two accountants
  b Write the CSV writer with decimal commas
  - Unit tests for umlauts and decimal commas
  f Export dialog with a month picker
  q Compare the export with ten real months
  d Help article: handing invoices to your accountant
  w Export dialog, first version
Offline mode for job sheets | Field App | Field work | A job sheet filled in in a cellar arrives when the phone is online again.
  m Store job sheets on the device
  - Encrypt the local database
  m Queue photos until there is a connection
  b Accept job sheets that arrive out of order
  - Write the conflict rules down
  q [QA] Flight mode test plan
  w Offline banner and sync states
Customer sign-in without a password | Portal | Sign-in | Customers open their portal with a link from an e-mail, not a password.
  b Issue one-time sign-in links
  - Expire links after fifteen minutes
  f Sign-in page with e-mail only
  f Fix "link already used" page on old phones
  o Rotate the signing keys every month
  q Try the link in nine mail programs
  w Sign-in e-mail and page
Backups in a second region | Platform | Reliability | Losing one data centre costs us an hour, not the customers' invoices.
  o Copy the nightly backup to the second region
  o Restore drill on an empty cluster
  - Time every step of the drill
  l Write the recovery plan
  b Make the restore skip expired exports
Kleinunternehmer-Rechnungen | Ledger | Accounting | Very small German businesses invoice without VAT and with the note the law asks for.
  b Steuerhinweis auf der Rechnung ausgeben
  b Umsatzgrenze im Jahresverlauf prüfen
  f Einstellung "ohne Umsatzsteuer" im Profil
  q Rechnungen mit und ohne Umsatzsteuer vergleichen
  w Rechnungskopf für Kleinunternehmer
Search in the job list | Portal | Job handling | The office finds a job by customer, street or invoice number in under a second.
  b Index jobs by customer and street
  - Rebuild the index without downtime
  f Search box with recent searches
  f Highlight the matching words
  q Search with typos and umlauts
  d Help article: finding a job again
  w Empty and no-result states
Photo notes on a job | Field App | Field work | A photo with an arrow drawn on it says more to the office than three sentences.
  m Draw on a photo with one finger
  - Undo and redo while drawing
  m Shrink photos before the upload
  b Keep the original next to the drawing
  f Show photo notes in the portal
  w Drawing tools
Payment reminders | Ledger | Getting paid | Open invoices remind the customer by themselves, politely, and stop when the money is there.
  b Reminder schedule per customer
  - Skip weekends and public holidays
  b Stop reminders when a payment arrives
  l Review the reminder texts with legal
  f Timeline of reminders on the invoice
  q Run a quarter of reminders on a test clock
  d Help article: what your customers receive
  w Reminder e-mails in three tones
New deployment pipeline | Platform | Reliability | A change reaches customers within half an hour and can be taken back in five minutes.
  o Build images once and promote them
  - Pin the base images
  o Canary step with automatic rollback
  o Migrate the cron jobs
  l Agree on release rules with the team
  b Make migrations safe to run twice
Team calendar | Portal | Job handling | The office sees who is where this week and moves a job with the mouse.
  b Calendar feed per crew
  f Week view with drag and drop
  - Keyboard moves for accessibility
  f Print view of the week
  m Push a moved job to the fitter's phone
  q Calendar in three time zones
  w Week view, second round
  w Calendar on a narrow screen
Quotes that become invoices | Ledger | Getting paid | A signed quote turns into an invoice with one click and nobody types it twice.
  b Copy quote lines with their prices frozen
  b Part invoices from one quote
  - Round the last part so that the sum is exact
  f "Create invoice" on a signed quote
  q Quotes with discounts and part payments
  d Help article: from quote to invoice
  w Quote page with signature
Material list from the van | Field App | Stock | Fitters scan what they use and the office orders it again the same evening.
  m Scan barcodes with the camera
  - Torch button for dark cellars
  m Van stock screen
  b Stock movements per van
  o Queue for the nightly order files
  w Scan screen
Sammelrechnung pro Monat | Ledger | Accounting | Property managers get one invoice a month for all jobs instead of forty.
  b Aufträge eines Monats zusammenfassen
  - Sortierung nach Objekt und Datum
  b Zwischensummen je Objekt
  f Vorschau der Sammelrechnung
  q Sammelrechnung mit 200 Positionen
  w Seitenumbruch und Übertrag
Accessible portal | Portal | Quality | Somebody who uses a screen reader can read and pay an invoice alone.
  f Names for all buttons and fields
  - Labels on the payment form
  f Keyboard path through the invoice page
  f Contrast of the status colours
  q Screen reader walk with two testers
  w Focus and contrast rules
Audit trail | Ledger | Trust | For every number on an invoice one can see who changed it and when.
  b Record changes of invoices and prices
  - Leave out fields that nobody reads
  b История изменений в карточке клиента
  l Decide how long we keep the trail
  f History panel on the invoice
  q Changes by two people at once
Cost alerts | Platform | Costs | We hear of an expensive mistake in our cloud on the same day and not with the bill.
  o Tag every resource with its owner
  o Daily cost report by service
  - Leave out one-time charges
  o Alert when a day costs twice the average
  l Go through the ten dearest queries
Voice notes for job sheets | Field App | Field work | Dirty hands: say what was done, and read it over later.
  m Record and play a voice note
  m 音声メモの文字起こし
  - Stop recording on an incoming call
  b Store voice notes with the job
  q Voice notes with street noise
  w Record button and waveform
Customer messages in one place | Portal | Support | Calls, mails and portal messages about a job are one conversation.
  b Thread mails into the job by reference
  - Strip signatures and quoted text
  f Conversation view on the job
  f Unread counter without a reload
  d Help article: one inbox for the office
  q Mails with attachments over 20 MB
  w Conversation view
Bank feed matching | Ledger | Getting paid | Money that arrives finds its invoice, and the doubtful cases wait for a person.
  b Read bank statements in CAMT format
  b Match payments by amount and reference
  - Score for partial references
  f Work list of doubtful payments
  l Talk to the bank about test data
  q A month of real statements, made anonymous
  w Work list for payments
Route planning for crews | Field App | Field work | The app puts the jobs of a day in an order that saves driving.
  m Show the day on a map
  m Переставлять заказы перетаскиванием
  b Order jobs by driving time
  o Cache for the map tiles
  - Clear the cache when a district changes
  w Map and list side by side
Self-service onboarding | Portal | Sign-in | A new business sends its first invoice on the first day, without calling us.
  f Checklist on the start page
  f Retry step #9 of the import wizard
  - Keep the uploaded file between tries
  b Import customers from a spreadsheet
  b Demo data that can be removed in one step
  d Help article: your first invoice
  q Five new accounts from zero
  w Checklist and empty start page
Observability for background jobs | Platform | Reliability | When a nightly job is late we know why before a customer asks.
  o Trace id through the job queue
  o Dashboard of late jobs
  - Group retries of the same job
  b Report progress from long exports
  l Define what "late" means per job
Recurring invoices | Ledger | Getting paid | A maintenance contract bills itself every quarter.
  b Contract with a billing rhythm
  - Contracts that begin mid-month
  b Preview of the next three invoices
  f Contract page
  q Leap day and month ends
  d Help article: billing a contract
  w Contract page
Handover to the new app version | Field App | Quality | Everybody moves to app 4 within a month, and nobody loses a job sheet.
  m Move local data to the new format
  - Keep a copy of the old file for a week
  m アプリ更新の案内を表示
  b Refuse app versions before 3.2 with a clear text
  o Staged rollout by crew
  q Update from the five oldest versions
  w Update notice
Price lists per customer | Ledger | Accounting | Big customers get their agreed prices without anybody looking them up.
  b Price list with validity dates
  f Price list editor
  - Paste prices from a spreadsheet
  q Overlapping validity dates
  w Price list editor
"""
