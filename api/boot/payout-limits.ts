import { CURRENCIES } from '../../warehouse/currencies.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { decimalToMinor } from '../../warehouse/money.ts';

/** `USD=5000.00,EUR=4500.00` as minor units by currency. Throws `Rejected`. */
export function parseLimits(list: string): ReadonlyMap<string, bigint> {
  const limits = new Map<string, bigint>();
  for (const item of list.split(',')) {
    const [, currency = '', amount = ''] = /^\s*([A-Z]{3})=(\d{1,15}(?:\.\d{1,4})?)\s*$/.exec(item) ?? [];
    if (!CURRENCIES.includes(currency)) throw malformed(item);
    if (limits.has(currency)) throw new Rejected(`${currency} has two limits; give one.`);
    limits.set(currency, parseMinor(amount, { currency, item }));
  }
  return limits;
}

function parseMinor(amount: string, { currency, item }: { currency: string; item: string }): bigint {
  try {
    return decimalToMinor(amount, currency);
  } catch {
    // More decimal places than the currency has.
    throw malformed(item);
  }
}

function malformed(item: string): Rejected {
  return new Rejected(
    `${JSON.stringify(item.trim())} is not a limit such as USD=5000.00: a currency and an amount in it, separated by commas.`,
  );
}
