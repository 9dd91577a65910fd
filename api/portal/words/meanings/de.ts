import { INVOICE_WORDS } from '../../../../reports/invoice/words.ts';
import { breaks, ownCures } from './breaks-de.ts';
import { disabled } from './disabled-de.ts';
import type { Meanings } from './en.ts';
import { exceptions } from './exceptions-de.ts';
import { unpaid } from './unpaid-de.ts';

/** The same in German. */
export const meanings: Meanings = {
  unpaid,
  exceptions,
  breaks,
  ownCures,
  disabled,
  fixed: {
    reconciled: {
      meaning:
        'Jede Bewegung in unseren Büchern ist mit demselben Betrag bei Stripe, und Stripe hat keine weiteren Bewegungen.',
    },
    taxNotice: {
      meaning:
        'Daten zur Vorbereitung von Steuerformularen, weder eine Einreichung noch Steuerberatung; vergleichen Sie sie vor der Einreichung mit den Anleitungen des Jahres.',
    },
    invoiceNotice: { meaning: INVOICE_WORDS.de.notice },
  },
};
