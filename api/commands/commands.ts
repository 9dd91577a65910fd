import type { ParseArgsOptionsConfig } from 'node:util';
import { BI_COMMANDS } from './bi-commands.ts';
import type { Command } from './command.ts';

const text = { type: 'string' } as const;

/** For the commands that record who ran them. */
const BY: ParseArgsOptionsConfig = { by: text };

/** All commands by name, in the order of `tantieme help`. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    people: {
      usage:
        'people invite EMAIL --role R [--name N] [--creator C | --developer D] | people list | people revoke EMAIL [--role R] | people forget-factor EMAIL; each with [--by NAME]',
      meaning:
        'gives somebody a role (creator, developer, finance, approver, analyst, operator or admin) and a log-in link, lists everybody, takes roles away, or removes a lost second factor',
      options: { role: text, name: text, creator: text, developer: text, ...BY },
      load: async () => (await import('./people.ts')).people,
    },
    keys: {
      usage:
        'keys create --role R --name N [--creator C | --developer D] [--scope S]… [--expires DAY|INSTANT] | keys list | keys rotate ID [--former-until DAY|INSTANT] | keys revoke ID [--former]',
      meaning:
        'creates an API key (role creator, developer, finance, analyst or operator; all that the role may do, or some scopes of it), lists all keys, gives one a second secret, or revokes one, or only the secret before its rotation',
      options: {
        ...{ role: text, name: text, creator: text, developer: text, expires: text, 'former-until': text },
        ...{ scope: { type: 'string', multiple: true }, former: { type: 'boolean' } },
      },
      load: async () => (await import('./keys.ts')).keys,
    },
    audit: {
      usage:
        'audit list|export [--actor ID] [--act A] [--subject TEXT] [--from DAY] [--until DAY] [--refused]; export with --out FILE | audit changes [--without-request]',
      meaning:
        'lists what was done or refused, by whom and from where, newest first: all, or that of one person or key, one act, whatever has a text in its path, or some days; or writes it as CSV; or lists the rows that were changed, with their hashes before and after',
      options: {
        ...{ actor: text, act: text, subject: text, from: text, until: text, out: text },
        refused: { type: 'boolean' },
        'without-request': { type: 'boolean' },
      },
      load: async () => (await import('./audit.ts')).audit,
    },
    apps: {
      usage:
        'apps create --name N --redirect URI… [--scope S…] [--public] | apps list | apps revoke ID; each with [--by NAME]',
      meaning: "registers a partner's app (OAuth 2.1 client), lists all apps, or revokes one with its tokens",
      options: {
        name: text,
        redirect: { ...text, multiple: true },
        scope: { ...text, multiple: true },
        public: { type: 'boolean' },
        ...BY,
      },
      load: async () => (await import('./apps.ts')).apps,
    },
    ingest: {
      usage: 'ingest FILE|DIR|s3://BUCKET/PREFIX… [--source NAME] [--by NAME]',
      meaning:
        'loads files of RudderStack events, one JSON object per line, plain or gzipped; each file is loaded once',
      options: { source: text, ...BY },
      load: async () => (await import('./events.ts')).ingest,
    },
    events: {
      usage: 'events check FILE|- [--source-kind server|browser|webhook|internal]',
      meaning:
        'says which events of a file would be quarantined and why, with the line; one event per line, a JSON array, or the body of a batch; needs no server',
      options: { 'source-kind': text },
      load: async () => (await import('./check-events.ts')).events,
    },
    build: {
      usage: 'build [--period P] [--by NAME]',
      meaning: 'builds the models of a period, or of every open period that has events',
      options: { period: text, ...BY },
      load: async () => (await import('./periods.ts')).build,
    },
    close: {
      usage: 'close P [--by NAME]',
      meaning: 'builds the books of a period, runs every check and seals them',
      options: BY,
      load: async () => (await import('./periods.ts')).close,
    },
    exceptions: {
      usage:
        'exceptions list P | exceptions show P ID | exceptions assign P ID PERSON | exceptions acknowledge P ID…|--reason R --because TEXT [--by NAME]',
      meaning:
        'lists what cannot be booked in a period yet, shows one of them, or acknowledges some, without which the period cannot be closed',
      options: { reason: text, because: text, ...BY },
      load: async () => (await import('./exceptions.ts')).exceptions,
    },
    corrections: {
      usage:
        'corrections propose KIND ID [--units N] [--amount A --currency C] [--replaced-by ID] --reason TEXT --reference TEXT | corrections list [--state S] | corrections approve ID… | corrections reject ID --reason TEXT; each with [--by NAME]',
      meaning:
        'proposes to void a sale, use, refund, dispute, outcome, invoice, payout or correction, or to change a balance by an amount; lists corrections; approves them (another person must do this), or rejects one',
      options: {
        ...{
          units: text,
          amount: text,
          currency: text,
          'replaced-by': text,
          reason: text,
          reference: text,
          state: text,
        },
        ...BY,
      },
      load: async () => (await import('./corrections.ts')).corrections,
    },
    verify: {
      usage: 'verify P [--by NAME]',
      meaning: 'recomputes a closed period from the raw events and compares the seals',
      options: BY,
      load: async () => (await import('./periods.ts')).verify,
    },
    restate: {
      usage: 'restate P [--by NAME]',
      meaning:
        "shows which lines of a closed period would differ by today's rules and all that is known now; posts nothing",
      options: BY,
      load: async () => (await import('./periods.ts')).restate,
    },
    trace: {
      usage: 'trace ID | trace P LINE_ID [--by NAME]',
      meaning:
        "follows the id of a charge, sale, refund, dispute, payout, transfer, balance transaction, invoice or journal entry through events, books, statements, payouts and Stripe's records; or finds the events behind a line of a closed period's statements",
      options: BY,
      load: async () => (await import('./periods.ts')).trace,
    },
    statements: {
      usage: 'statements P --out DIR|--zip FILE [--format pdf|csv|xlsx|json] [--by NAME]',
      meaning:
        'issues the statements of a closed period and writes them as PDF, CSV, XLSX and JSON, or all of them in one format (PDF) as an archive',
      options: { out: text, zip: text, format: text, ...BY },
      load: async () => (await import('./statements.ts')).statements,
    },
    invoices: {
      usage:
        'invoices status P | invoices issue P [--by NAME] | invoices list [--period P] [--subject ID] | invoices download P --out DIR | invoices agree CREATOR --version V --text FILE|- --on DAY [--by NAME] | invoices agree CREATOR --end DAY [--by NAME] | invoices profile set creator|developer ID --file FILE|- [--by NAME] | invoices profile show creator|developer ID [--by NAME] | invoices answer INVOICE accepted|disputed --because TEXT --reference TEXT [--by NAME] | invoices cancel INVOICE --because TEXT [--by NAME]',
      meaning:
        'says who is invoiced for a closed period and what is missing for whom; issues self-billing invoices and credit notes for creators and invoices for metered use to developers, by what TANTIEME_INVOICE_FILE decides; lists them, or writes them as PDF with CII (Factur-X) and as UBL; records or ends the agreement of a creator to self-billing, how a business stands on invoices (as JSON), and the answer to an invoice that its party has given, where --reference says; cancels an invoice by a credit note',
      options: {
        ...{
          period: text,
          subject: text,
          out: text,
          version: text,
          text,
          on: text,
          end: text,
          file: text,
          because: text,
          reference: text,
        },
        ...BY,
      },
      load: async () => (await import('./invoices.ts')).invoices,
    },
    documents: {
      usage:
        'documents list [--kind K] [--period P] [--subject ID] | documents get ID --out FILE [--by NAME] | documents retention | documents holds | documents hold [--kind K] [--subject ID] [--period P] --because TEXT [--by NAME] | documents release HOLD --because TEXT [--by NAME]',
      meaning:
        'lists what was issued (statements and every other kind of document), newest first, or writes one to a file; says what would be deleted when by TANTIEME_DOCUMENT_RETENTION, and keeps records from it by a hold until that is released',
      options: { kind: text, period: text, subject: text, out: text, because: text, ...BY },
      load: async () => (await import('./documents.ts')).documents,
    },
    journal: {
      usage: 'journal P [--format csv|datev|quickbooks|xero] --out DIR [--again --because TEXT] [--by NAME]',
      meaning:
        'writes the journal of a closed period for accounting software: csv (the default) has every posting exactly, the others have summary entries in minor units, with the accounts of TANTIEME_ACCOUNTING_FILE, and are issued by this: later, the same files are written, unless they are to be made again',
      options: { format: text, out: text, again: { type: 'boolean' }, because: text, ...BY },
      load: async () => (await import('./journal.ts')).journal,
    },
    'verify-statement': {
      usage: 'verify-statement FILE [--seal HASH]',
      meaning: "checks a statement's JSON against the seal of its period, without network and without a warehouse",
      options: { seal: text },
      load: async () => (await import('./verify-statement.ts')).verifyStatement,
    },
    payouts: {
      usage:
        'payouts plan|send P [--by NAME] | payouts preview|status P [--all] | payouts approve P [--hash H] [--by NAME] | payouts hold|release|cancel P ID…|--all --because TEXT [--by NAME] | payouts reverse P ID --because TEXT [--by NAME] | payouts export P --rail sepa|ach --out DIR [--on DAY] [--by NAME] | payouts bank-answer FILE [--by NAME] | payouts bank-resolve FILE-ID taken|never_taken --because TEXT [--by NAME] | payouts bank-status | payouts override-comparison P --because TEXT [--by NAME]',
      meaning:
        'plans the payouts of a period, shows what is to be approved and what has changed since the last ones, approves them (another person must do this; with --hash, only what the preview showed), sends them, or shows their status (with --all, every payout); holds, releases or cancels some that have not been sent, by their ids or by creator; takes one that was sent back from the account of its creator; writes those to bank accounts into a file for the bank, reads what the bank answers, records what became of a file that the bank does not answer for (another person than the exporter must do this), and shows what it has done; or lets a batch be paid without a new comparison with Stripe',
      options: { because: text, hash: text, rail: text, out: text, on: text, all: { type: 'boolean' }, ...BY },
      load: async () => (await import('./payouts.ts')).payouts,
    },
    accounts: {
      usage:
        'accounts create CREATOR --country C [--email E] [--by NAME] | accounts link CREATOR [--return-url URL] [--refresh-url URL] | accounts list [--incomplete] | accounts show CREATOR | accounts instant CREATOR on|off|show [--by NAME] | accounts bank set CREATOR FILE [--by NAME] | accounts bank show CREATOR',
      meaning:
        "creates the account at Stripe to which a creator is paid; makes a link to Stripe's page on which the creator gives what is required, which works once; lists the accounts, or shows one: what it can do and what is due; chooses whether a creator is paid out to the bank at once after each payout; records the bank account of a creator who is paid by bank files, from a JSON file, or shows it masked",
      options: {
        ...{ country: text, email: text, 'return-url': text, 'refresh-url': text, incomplete: { type: 'boolean' } },
        ...BY,
      },
      load: async () => (await import('./accounts.ts')).accounts,
    },
    tax: {
      usage:
        'tax profile set CREATOR --file FILE|- [--by NAME] | tax profile show CREATOR [--reveal --because TEXT] [--by NAME] | tax profile list [--expiring DAYS|--missing] | tax profile history CREATOR | tax profile erase CREATOR --because TEXT [--by NAME] | tax profile backup-withholding CREATOR on|off --because TEXT [--by NAME] | tax settings set --from DAY --payer-country C --without-form as-foreign|as-unidentified|not-withheld [--payer PAYER] [--by NAME] | tax settings show | tax payers assign PAYER CREATOR… --from YEAR [--by NAME] | tax payers list | tax status YEAR [--payer PAYER] | tax open YEAR --form FORM --because TEXT [--by NAME] | tax release OPENING [--by NAME] | tax openings | tax export YEAR --form FORM --out DIR [--payer PAYER] [--by NAME] | tax file YEAR --form FORM [--payer PAYER] [--out DIR] [--refused NUMBER] [--payer-corrected] [--accept CREATOR]… [--because TEXT] [--by NAME] | tax keys create | tax keys rotate [--by NAME]',
      meaning:
        'stores a tax form of a creator (W-9, W-8BEN, W-8BEN-E, DAC7 or VAT data, as JSON) and checks it; shows those in force, masked or in full for a reason; lists them, or the creators without a W-9 or W-8; shows all versions and who opened them; erases them as far as the law permits; sets backup withholding after a notice; sets from when on a payer withholds tax, by the law of which country, and what of creators without a form; gives creators another payer of the tax file from a year on, and lists who has one; says what the tax forms of a year would hold and what is missing for whom; requests to open the numbers of all creators on a form of a year, which another person releases, and lists such requests; exports one of us_1099_misc, us_1042_s, dac7 and generic as a preview, by what TANTIEME_TAX_FILE decides, or files it: what was filed is stored, and filing again makes corrections, or with --refused takes the place of a filing that the tax office refused, or with --payer-corrected goes on under another payer once the IRS was told that the one before was wrong, or with --accept uses what a creator has given after the year or the filing; creates a key for them, or encrypts them under the newest one',
      options: {
        ...{ from: text, 'payer-country': text, 'without-form': text, payer: text },
        ...{ form: text, out: text, refused: text, accept: { type: 'string', multiple: true } },
        'payer-corrected': { type: 'boolean' },
        ...{ file: text, because: text, expiring: text, reveal: { type: 'boolean' }, missing: { type: 'boolean' } },
        ...BY,
      },
      load: async () => (await import('./tax.ts')).tax,
    },
    'pull-stripe': {
      usage: 'pull-stripe [--from DAY] [--to DAY] [--by NAME]',
      meaning: "pulls Stripe's records since the start of last month, or from --from until before --to",
      options: { from: text, to: text, ...BY },
      load: async () => (await import('./stripe.ts')).pullStripe,
    },
    'stripe-report': {
      usage: 'stripe-report import FILE|s3://BUCKET/KEY --report NAME --from DAY --to DAY [--by NAME]',
      meaning:
        "imports a report of Stripe's in CSV, such as balance.summary.1, for the days from --from until before --to; lists the lines that Stripe's balance transactions do not give, as the mart stripe_report_differences",
      options: { report: text, from: text, to: text, ...BY },
      load: async () => (await import('./stripe.ts')).stripeReport,
    },
    reconcile: {
      usage: 'reconcile P [--out DIR] [--by NAME]',
      meaning:
        "compares every movement of money in our ledger of a period with Stripe's records: the verdict, the bridge of the balance, what matched, and each break with what to do; with --out, also as a report (PDF, XLSX and JSON)",
      options: { out: text, ...BY },
      load: async () => (await import('./stripe.ts')).reconcile,
    },
    breaks: {
      usage:
        'breaks list P | breaks show P ID | breaks assign P ID PERSON | breaks acknowledge P ID… --because TEXT [--as-of DIGEST] [--by NAME]',
      meaning:
        "lists what differs between our books and Stripe's records, shows one break with its history, gives it to a person, or accepts some as they are now; with --as-of, one as it was when it was looked at",
      options: { because: text, 'as-of': text, ...BY },
      load: async () => (await import('./breaks.ts')).breaks,
    },
    migrate: {
      usage: 'migrate',
      meaning: 'upgrades every store to this version; on BigQuery also the views of the marts for BI tools',
      load: async () => (await import('./warehouse.ts')).migrate,
    },
    'move-from': {
      usage: 'move-from duckdb:FILE',
      meaning:
        'copies the source data of a DuckDB warehouse into the configured one, recomputes every closed period and checks its seal',
      load: async () => (await import('./warehouse.ts')).moveFrom,
    },
    sql: {
      usage: 'sql MODEL [--engine duckdb|bigquery]',
      meaning: 'shows the SELECT of a model as the engine runs it, to paste into its console',
      options: { engine: text },
      load: async () => (await import('./query.ts')).sql,
    },
    ...BI_COMMANDS,
    jobs: {
      usage: 'jobs',
      meaning: 'lists all jobs, each with who may start it, its schedule and its last run',
      load: async () => (await import('./operations.ts')).jobs,
    },
    runs: {
      usage:
        'runs list [--job J] [--period P] [--state running|done|failed] [--limit N] | runs show ID | runs stop ID [--by NAME]',
      meaning:
        'lists the runs of jobs, the newest first, shows one with its outcome, or has one end at its next safe point',
      options: { job: text, period: text, state: text, limit: text, ...BY },
      load: async () => (await import('./operations.ts')).runs,
    },
    stores: {
      usage: 'stores',
      meaning: 'shows whether each store can be used, its size and free disk space, and what waits to be loaded',
      load: async () => (await import('./operations.ts')).stores,
    },
    quarantine: {
      usage: 'quarantine list | quarantine show ID',
      meaning: 'lists what waits in the quarantine by event and reason, or shows one event with what is wrong with it',
      load: async () => (await import('./operations.ts')).quarantine,
    },
    'replay-rejected': {
      usage: 'replay-rejected [--reason TEXT] [--event NAME] [--by NAME]',
      meaning:
        'loads the quarantined events again, all or those of one reason or event; those that now match the event catalogue land',
      options: { reason: text, event: text, ...BY },
      load: async () => (await import('./events.ts')).replayRejected,
    },
    'rudder-map': {
      usage: 'rudder-map',
      meaning: 'maps JSON lines {message, metadata, destConfig, serverConfig} from stdin to lines {rows, failed}',
      load: async () => (await import('./rudder-map.ts')).rudderMap,
    },
  } satisfies Record<string, Command>),
);
