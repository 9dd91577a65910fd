import { MOVEMENTS_WITH_FEES, type StripeFeeLimit } from '../../transforms/seeds/stripe-fees.ts';
import { CURRENCIES } from '../../warehouse/currencies.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { decimalToMinor } from '../../warehouse/money.ts';

const ITEM = /^\s*([a-z_]+):([A-Z]{3})=(\d{1,2}(?:\.\d{1,2})?)%\+(\d{1,9}(?:\.\d{1,4})?)\s*$/;

/** `charge:EUR=3.25%+0.25,dispute:EUR=0%+20`: the most that Stripe's fee may be, by movement and currency. Throws `Rejected`. */
export function parseStripeFees(list: string): readonly StripeFeeLimit[] {
  const limits = list.split(',').map(parseLimit);
  const names = limits.map(({ cash_movement, currency }) => `${cash_movement}:${currency}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Rejected(`${twice} has two rates; give one.`);
  return limits;
}

function parseLimit(item: string): StripeFeeLimit {
  const [, kind = '', currency = '', percent = '', fixed = ''] = ITEM.exec(item) ?? [];
  const cash_movement = MOVEMENTS_WITH_FEES.find((name) => name === kind);
  if (cash_movement === undefined || !CURRENCIES.includes(currency)) throw malformed(item);
  try {
    const most_fixed_minor = decimalToMinor(fixed, currency);
    return { cash_movement, currency, most_fee_bps: basisPoints(percent), most_fixed_minor };
  } catch {
    // More decimal places than the currency has.
    throw malformed(item);
  }
}

function basisPoints(percent: string): bigint {
  const [whole = '', hundredths = ''] = percent.split('.');
  return BigInt(whole) * 100n + BigInt(hundredths.padEnd(2, '0'));
}

function malformed(item: string): Rejected {
  return new Rejected(
    `${JSON.stringify(item.trim())} is not a rate such as charge:EUR=3.25%+0.25: one of ${MOVEMENTS_WITH_FEES.join(', ')}, a currency, a percentage and an amount in it, separated by commas.`,
  );
}
