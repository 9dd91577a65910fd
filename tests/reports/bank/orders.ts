import type { AchOrder, AchPayment, SepaOrder, SepaPayment } from '../../../reports/bank/payment-order.ts';

/** IBANs are the examples of the registry; routing numbers those of the conformance files. */

export function sepaPayment(changes: Partial<SepaPayment> = {}): SepaPayment {
  return {
    payout_id: 'po_0123456789abcdef01234567',
    creator_id: 'creator-ana',
    name: 'Ana Petrova',
    amount_minor: 12_345n,
    currency: 'EUR',
    remittance: 'Royalties January 2026',
    iban: 'DE89370400440532013000',
    bic: null,
    address: null,
    ...changes,
  };
}

export function sepaOrder(changes: Partial<SepaOrder> = {}): SepaOrder {
  return {
    scheme: 'sepa',
    order_id: '2026-01-1',
    created_at: '2026-11-28T09:30:00Z',
    execution_on: '2026-12-01',
    debtor: { name: 'Tantieme SAS', iban: 'FR1420041010050500013M02606', bic: 'PSSTFRPPPAR', address: null },
    book_as_one: true,
    payments: [
      sepaPayment(),
      sepaPayment({
        payout_id: 'po_89abcdef0123456789abcdef',
        creator_id: 'creator-zoe',
        name: 'Zoë Müller & Søn',
        amount_minor: 250n,
        iban: 'NL91ABNA0417164300',
        bic: 'ABNANL2A',
        address: {
          street: 'Prinsengracht',
          building: '12',
          postcode: '1015 DV',
          town: 'Amsterdam',
          country: 'NL',
          lines: ['Studio 4'],
        },
        remittance: null,
      }),
    ],
    ...changes,
  };
}

export function achPayment(changes: Partial<AchPayment> = {}): AchPayment {
  return {
    payout_id: 'po_0123456789abcdef01234567',
    creator_id: 'creator-jane',
    name: 'JANE DOE',
    amount_minor: 12_345n,
    currency: 'USD',
    remittance: null,
    holder: 'person',
    routing: '021000021',
    account: '12345678',
    account_kind: 'checking',
    ...changes,
  };
}

export function achOrder(changes: Partial<AchOrder> = {}): AchOrder {
  return {
    scheme: 'ach',
    order_id: '2026-01-1',
    created_at: '2026-11-26T12:00:00Z',
    execution_on: '2026-11-27',
    debtor: {
      name: 'TANTIEME INC',
      company_id: '1234567890',
      entry_description: 'ROYALTY',
      odfi_routing: '121042882',
      immediate_destination: '121042882',
      immediate_destination_name: 'FIRST BANK',
      immediate_origin: '1234567890',
    },
    first_trace: 1,
    file_id_modifier: 'A',
    payments: [
      achPayment(),
      achPayment({
        payout_id: 'po_89abcdef0123456789abcdef',
        creator_id: 'creator-acme',
        name: 'ACME STUDIO LLC',
        holder: 'company',
        routing: '011000015',
        account: '987654',
        amount_minor: 250n,
        remittance: 'Royalties January 2026',
      }),
    ],
    ...changes,
  };
}
