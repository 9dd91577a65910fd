import type { Curable } from '../../../api/portal/words/meanings/en.ts';
import { JOB_MEANINGS } from '../../../api/portal/words/meanings/jobs.ts';
import { wordsOf } from '../../../api/portal/words.ts';

export const JANUARY = '/months/2026-01';
export const FEBRUARY = '/months/2026-02';

const [{ meanings: english }, { meanings: german }] = [wordsOf('en'), wordsOf('de')];

/** What a page of finance says in English, and in German. */
type Said = readonly [path: string, en: string, de: string];

/** The pages of finance after January was paid; `transferId` is one of its transfers. */
export const financePages = (transferId: string | undefined): readonly Said[] => [
  ['/months', 'January 2026 closed', 'Januar 2026 abgeschlossen'],
  [`${FEBRUARY}/exceptions`, 'acknowledged by Ada', 'anerkannt von Ada'],
  [`${FEBRUARY}/exceptions`, english.exceptions.terms_missing.meaning, german.exceptions.terms_missing.cure],
  [`${FEBRUARY}/exceptions/refund%3Aref%2F7`, '−50.01 USD', '−50,01 USD'],
  [`${FEBRUARY}/exceptions/sale%3Asale_7`, english.exceptions.terms_missing.cure, german.exceptions.terms_missing.cure],
  [`${JANUARY}/payouts`, 'First-time payees (3)', '159,98 USD 2 Auszahlungen'],
  [`${JANUARY}/payouts`, `${english.unpaid.by_finance.meaning} The creator`, german.unpaid.by_finance.meaning],
  [`${JANUARY}/payouts`, 'charge ch_1 of 12.50 USD in January 2026', german.breaks.missing_in_stripe.meaning],
  [`${JANUARY}/breaks`, '12.50 USD not there', '12,50 USD nicht vorhanden'],
  [`${JANUARY}/breaks/charge%3Ach_1`, 'Works on it nobody', 'Bearbeitet von niemandem'],
  [`${JANUARY}/breaks/charge%3Ach_1`, 'Our books have the charge ch_1', german.breaks.missing_in_stripe.meaning],
  [`${JANUARY}/breaks/charge%3Ach_1`, english.breaks.missing_in_stripe.cure, german.breaks.missing_in_stripe.cure],
  [`${JANUARY}/documents`, 'All statements as one archive, PDF', 'Alle Abrechnungen als ein Archiv, PDF'],
  ['/corrections', 'There are no corrections.', 'Es gibt keine Korrekturen.'],
  ['/creators', 'cr_ada ada', 'cr_ada ada'],
  ['/creators/cr_ada', 'January 2026 0.00 USD 80.00 USD', 'Januar 2026 0,00 USD 80,00 USD'],
  ['/creators/cr_ada', english.exceptions.terms_missing.meaning, german.exceptions.terms_missing.meaning],
  ['/creators/cr_cai', english.unpaid.by_finance.meaning, german.unpaid.by_finance.meaning],
  [`/trace?id=${transferId}`, 'Ada, Ben held', 'Ada, Ben zurückgehalten'],
  ['/trace?id=nothing', 'Nothing has this id.', 'Nichts hat diese ID.'],
  ['/audit?act=startJob', 'startJob', 'startJob'],
  ['/audit?subject=nothing-like-this', 'Nothing has been done yet.', 'Noch wurde nichts getan.'],
  ['/creators/cr_ada', 'creators_payable 1 −80.00 USD', 'creators_payable 1 −80,00 USD'],
  ['/creators/cr_ada/postings?period=2026-01', 'creators_payable', 'creators_payable'],
  [
    '/documents?kind=journal_datev',
    'Journal for DATEV January 2026 platform',
    'Journal für DATEV Januar 2026 platform',
  ],
  ['/bank-files', 'There are no bank files yet.', 'Es gibt noch keine Bankdateien.'],
  ['/jobs', JOB_MEANINGS.en['send-payouts'].meaning, JOB_MEANINGS.de['send-payouts'].meaning],
  ['/jobs/close-period', JOB_MEANINGS.en['close-period'].meaning, JOB_MEANINGS.de['close-period'].meaning],
  [`${JANUARY}/invoices`, english.fixed.invoiceNotice.meaning, german.fixed.invoiceNotice.meaning],
  ['/tax', 'Creators without a valid W-9 or W-8', 'Urheber ohne gültiges W-9 oder W-8'],
];

/** The fixed sentences of all codes in English, as a page shows them. */
export function englishSentences(): readonly string[] {
  const explained = [...Object.values(english), JOB_MEANINGS.en].flatMap((codes): Partial<Curable>[] =>
    Object.values(codes),
  );
  return explained.flatMap(({ meaning = [], cure = [] }) =>
    [meaning, cure].flat().map((each) => each.replaceAll('`', ' ')),
  );
}
